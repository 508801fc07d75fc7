package dev.interlock.jdbc;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of tables, by what is asked for.
 *
 * <p>Invariant: nothing is kept that was read before a change of tables took effect. While a connection has a change that may
 * not be committed yet nothing is kept at all, and where the end of that cannot be seen nothing is kept from then on.
 * Thread-safe.
 *
 * @param <V> what is kept
 */
final class TableCache<V> {

    private static final int MAX_ENTRIES = 20_000;

    private final Map<Object, V> known = new ConcurrentHashMap<>();
    private final Object lock = new Object();

    /** Connections with a change that is not certain to be over, and whether they committed by themselves then. */
    private final Map<String, Boolean> changing = new HashMap<>();

    private long generation;
    private boolean stopped;

    @Nullable
    V get(Object key) {
        return known.get(key);
    }

    /** Read before the database is asked, for {@link #put}. */
    long generation() {
        synchronized (lock) {
            return generation;
        }
    }

    /** Keeps what was read, unless tables may have changed since the generation began. */
    void put(Object key, V value, long since) {
        synchronized (lock) {
            if (since == generation && changing.isEmpty() && !stopped && known.size() < MAX_ENTRIES) {
                known.put(key, value);
            }
        }
    }

    /** Tables are about to change on a connection. */
    void begin(String connection, boolean commitsItself) {
        synchronized (lock) {
            changing.merge(connection, commitsItself, Boolean::logicalAnd);
            forget();
        }
    }

    boolean isChanging(String connection) {
        synchronized (lock) {
            return changing.containsKey(connection);
        }
    }

    /** All that a connection did is committed, or rolled back. */
    void end(String connection) {
        synchronized (lock) {
            if (changing.remove(connection) != null) {
                forget();
            }
        }
    }

    /** A connection is gone; a transaction manager may still commit what it did. */
    void close(String connection) {
        synchronized (lock) {
            Boolean committedItself = changing.remove(connection);
            if (committedItself != null) {
                stopped |= !committedItself;
                forget();
            }
        }
    }

    private void forget() {
        generation++;
        known.clear();
    }
}
