package dev.interlock.langchain4j;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Values by the identity of keys, each as long as its key lives; a value must not hold its key. Thread-safe. */
final class WeakIdentityMap<K, V> {

    private final Map<Key<K>, V> values = new ConcurrentHashMap<>();
    private final ReferenceQueue<K> gone = new ReferenceQueue<>();

    V computeIfAbsent(K key, Supplier<V> value) {
        purge();
        return values.computeIfAbsent(new Key<>(key, gone), absent -> value.get());
    }

    @Nullable
    V get(K key) {
        return values.get(new Key<>(key, null));
    }

    int size() {
        purge();
        return values.size();
    }

    private void purge() {
        for (Reference<? extends K> dead = gone.poll(); dead != null; dead = gone.poll()) {
            values.remove(dead);
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
