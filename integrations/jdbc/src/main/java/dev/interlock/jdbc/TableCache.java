package dev.interlock.jdbc;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Caches facts about tables.
 *
 * <p>Invariant: the cache holds nothing that was read before a change of tables took effect. While a connection may
 * have an uncommitted change, the cache stores nothing. If it cannot see the end of that change, it never stores
 * anything again. Thread-safe.
 *
 * @param <V> the type of the facts
 */
final class TableCache<V> {

    private static final int MAX_ENTRIES = 20_000;

    private final Map<Object, V> known = new ConcurrentHashMap<>();
    private final Object lock = new Object();

    /** Connections with a change that may not be over, and whether they were in auto-commit mode then. */
    private final Map<String, Boolean> changing = new HashMap<>();

    private long generation;
    private boolean stopped;

    @Nullable
    V get(Object key) {
        return known.get(key);
    }

    /** The generation for {@link #put}, to read before the database is queried. */
    long generation() {
        synchronized (lock) {
            return generation;
        }
    }

    /** Stores a fact, unless tables may have changed since that generation began. */
    void put(Object key, V value, long since) {
        synchronized (lock) {
            if (since == generation && changing.isEmpty() && !stopped && known.size() < MAX_ENTRIES) {
                known.put(key, value);
            }
        }
    }

    /** Records that a connection is about to change tables. */
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

    /** Records that a connection has committed or rolled back everything. */
    void end(String connection) {
        synchronized (lock) {
            if (changing.remove(connection) != null) {
                forget();
            }
        }
    }

    /** Records that a connection is closed. A transaction manager may still commit its changes. */
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
