package dev.interlock.share;

/**
 * A limit of calls that run at the same time; made by {@link Caps}. Two of the same limit are two. Immutable: how many run
 * is known to {@link SharedLimits} alone.
 */
public final class Cap {

    private final int limit;

    Cap(int limit) {
        this.limit = limit;
    }

    int limit() {
        return limit;
    }
}
