package dev.interlock.reference;

/** A reference stands for nothing, or for what must not be put in. */
public final class UnresolvableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The reason is for the model: where it was found here is of no interest. */
    UnresolvableException(String why) {
        super(why, null, false, false);
    }
}
