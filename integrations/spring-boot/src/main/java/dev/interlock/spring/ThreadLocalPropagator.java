package dev.interlock.spring;

import dev.interlock.execution.ContextPropagator;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Carries one of Spring's thread-locals to the threads of calls. It leaves a thread alone that already has the right
 * value, since setting it would change whether threads inherit it. It restores what a call changes. Thread-safe.
 *
 * @param <T> the type of the value
 */
final class ThreadLocalPropagator<T> implements ContextPropagator {

    private final Supplier<@Nullable T> get;
    private final Consumer<T> set;
    private final Runnable clear;
    private final UnaryOperator<T> carried;

    /**
     * Creates a propagator.
     *
     * @param get returns the current thread's value; null if it has none
     * @param set sets the current thread's value
     * @param clear removes the current thread's value
     * @param carried returns the value for other threads
     */
    ThreadLocalPropagator(Supplier<@Nullable T> get, Consumer<T> set, Runnable clear, UnaryOperator<T> carried) {
        this.get = get;
        this.set = set;
        this.clear = clear;
        this.carried = carried;
    }

    @Override
    public Captured capture() {
        T own = get.get();
        return new Value(own, own == null ? null : carried.apply(own));
    }

    private final class Value implements Captured {

        private final @Nullable T own;
        private final @Nullable T others;

        Value(@Nullable T own, @Nullable T others) {
            this.own = own;
            this.others = others;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // of two that are equal, one may be changed later
        public <R extends @Nullable Object> R call(Callable<R> body) throws Exception {
            T before = get.get();
            if (before != own) {
                put(others);
            }
            try {
                return body.call();
            } finally {
                if (get.get() != before) {
                    put(before);
                }
            }
        }

        private void put(@Nullable T value) {
            if (value == null) {
                clear.run();
            } else {
                set.accept(value);
            }
        }
    }
}
