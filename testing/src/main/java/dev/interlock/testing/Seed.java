package dev.interlock.testing;

/** The default seed of checks. */
final class Seed {

    static final String PROPERTY = "interlock.seed";

    private static final long DEFAULT = 1;

    private Seed() {}

    static long inForce() {
        return Long.getLong(PROPERTY, DEFAULT);
    }
}
