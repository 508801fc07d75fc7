package dev.interlock.testing;

/** Throws what the user gave, checked or not, as it is: a model's client may do so too. */
final class Thrown {

    private Thrown() {}

    /** Never returns; the type is for a {@code throw} at the caller's. */
    static RuntimeException unchecked(Throwable error) {
        return sneaky(error);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> RuntimeException sneaky(Throwable error) throws T {
        throw (T) error;
    }
}
