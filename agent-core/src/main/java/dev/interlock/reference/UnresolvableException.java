package dev.interlock.reference;

/** A reference has no value, or one that must not be inserted. */
public final class UnresolvableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Leaves out the stack trace: the reason is for the model. */
    UnresolvableException(String why) {
        super(why, null, false, false);
    }
}
