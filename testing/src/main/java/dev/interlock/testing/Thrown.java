package dev.interlock.testing;

/** Throws the user's exception as it is, checked or not, as a model's client may do. */
final class Thrown {

    private Thrown() {}

    /** Never returns. The type lets the caller write {@code throw}. */
    static RuntimeException unchecked(Throwable error) {
        return sneaky(error);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> RuntimeException sneaky(Throwable error) throws T {
        throw (T) error;
    }
}
