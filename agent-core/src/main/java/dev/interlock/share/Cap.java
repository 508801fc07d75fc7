package dev.interlock.share;

/**
 * A limit of calls that run at the same time. {@link Caps} creates it. Two caps with the same limit are different caps.
 * Immutable: only {@link SharedLimits} knows how many calls run.
 */
public final class Cap {

    private final String name;
    private final int limit;

    Cap(String name, int limit) {
        this.name = name;
        this.limit = limit;
    }

    /**
     * Returns in words which calls it limits.
     *
     * @return such as {@code tool 'search'}
     */
    public String name() {
        return name;
    }

    /**
     * Returns how many of these calls may run at the same time.
     *
     * @return at least 1
     */
    public int limit() {
        return limit;
    }
}
