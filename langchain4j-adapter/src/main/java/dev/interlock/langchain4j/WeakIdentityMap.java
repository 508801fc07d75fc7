package dev.interlock.langchain4j;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A map by the identity of keys. It keeps each value as long as its key lives; a value must not hold its key.
 * Thread-safe.
 *
 * <p>Invariant: no function of the caller runs under a lock of the map, since foreign code may make a value and may
 * call back.
 */
final class WeakIdentityMap<K, V> {

    private final Map<Key<K>, V> values = new ConcurrentHashMap<>();
    private final ReferenceQueue<K> gone = new ReferenceQueue<>();
    private final Consumer<? super V> outlived;

    WeakIdentityMap() {
        this(value -> {});
    }

    /**
     * Creates an empty map.
     *
     * @param outlived gets each value whose key is gone, on the thread that uses the map next
     */
    WeakIdentityMap(Consumer<? super V> outlived) {
        this.outlived = outlived;
    }

    /**
     * Returns the value of a key, and creates it if there is none.
     *
     * @param value creates a value. Several threads may call it at the same time, or one inside another; the first
     *     value wins for all of them
     */
    V computeIfAbsent(K key, Supplier<? extends V> value) {
        purge();
        V known = get(key);
        if (known != null) {
            return known;
        }
        V made = value.get();
        V first = values.putIfAbsent(new Key<>(key, gone), made);
        return first == null ? made : first;
    }

    /** Gives the value that the key had, or null. */
    @Nullable
    V put(K key, V value) {
        purge();
        return values.put(new Key<>(key, gone), value);
    }

    @Nullable
    V get(K key) {
        return values.get(new Key<>(key, null));
    }

    /** Gives the value that the key had, or null. */
    @Nullable
    V remove(K key) {
        if (values.isEmpty()) {
            return null;
        }
        purge();
        return values.remove(new Key<>(key, null));
    }

    /** Drops values whose keys are gone. */
    void purge() {
        for (Reference<? extends K> dead = gone.poll(); dead != null; dead = gone.poll()) {
            V value = values.remove(dead);
            if (value != null) {
                outlived.accept(value);
            }
        }
    }

    private static final class Key<K> extends WeakReference<K> {
        private final int hash;

        Key(K key, @Nullable ReferenceQueue<K> queue) {
            super(key, queue);
            this.hash = System.identityHashCode(key);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // identity is the point of this class
        public boolean equals(@Nullable Object other) {
            K key = get();
            return this == other || (key != null && other instanceof Key<?> that && that.get() == key);
        }
    }
}
