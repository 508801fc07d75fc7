package dev.interlock.langchain4j;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Values by the identity of keys, each as long as its key lives; a value must not hold its key. Thread-safe. */
final class WeakIdentityMap<K, V> {

    private final Map<Key<K>, V> values = new ConcurrentHashMap<>();
    private final ReferenceQueue<K> gone = new ReferenceQueue<>();
    private final Consumer<? super V> outlived;

    WeakIdentityMap() {
        this(value -> {});
    }

    /**
     * Makes an empty map.
     *
     * @param outlived is given each value whose key has gone, by the thread that uses the map next
     */
    WeakIdentityMap(Consumer<? super V> outlived) {
        this.outlived = outlived;
    }

    V computeIfAbsent(K key, Supplier<V> value) {
        purge();
        return values.computeIfAbsent(new Key<>(key, gone), absent -> value.get());
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

    int size() {
        purge();
        return values.size();
    }

    /** Forgets values whose keys have gone. */
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
        @SuppressWarnings("ReferenceEquality") // that is what it is for
        public boolean equals(@Nullable Object other) {
            K key = get();
            return this == other || (key != null && other instanceof Key<?> that && that.get() == key);
        }
    }
}
