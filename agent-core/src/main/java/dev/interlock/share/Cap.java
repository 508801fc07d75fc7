package dev.interlock.share;

/**
 * A limit of calls that run at the same time; made by {@link Caps}. Two of the same limit are two. Immutable: how many run
 * is known to {@link SharedLimits} alone.
 */
public final class Cap {

    private final String name;
    private final int limit;

    Cap(String name, int limit) {
        this.name = name;
        this.limit = limit;
    }

    /**
     * Which calls it is of, in words.
     *
     * @return such as {@code tool 'search'}
     */
    public String name() {
        return name;
    }

    /**
     * How many of them may run at the same time.
     *
     * @return at least 1
     */
    public int limit() {
        return limit;
    }
}
