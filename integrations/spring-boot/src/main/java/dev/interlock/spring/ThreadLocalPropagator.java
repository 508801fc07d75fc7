package dev.interlock.spring;

import dev.interlock.execution.ContextPropagator;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Carries what Spring keeps in one thread-local to the threads of calls. A thread on which it is as it should be is left
 * alone: setting it would change whether threads inherit it. What a call changes is put back. Thread-safe.
 *
 * @param <T> the type of the value
 */
final class ThreadLocalPropagator<T> implements ContextPropagator {

    private final Supplier<@Nullable T> get;
    private final Consumer<T> set;
    private final Runnable clear;
    private final UnaryOperator<T> carried;
    private final BiPredicate<@Nullable T, @Nullable T> same;

    /**
     * Makes one.
     *
     * @param get tells the current thread's value; null if it has none
     * @param set sets it
     * @param clear makes the current thread have none
     * @param carried what other threads get in place of the value
     * @param same whether nothing has to be set
     */
    ThreadLocalPropagator(
            Supplier<@Nullable T> get,
            Consumer<T> set,
            Runnable clear,
            UnaryOperator<T> carried,
            BiPredicate<@Nullable T, @Nullable T> same) {
        this.get = get;
        this.set = set;
        this.clear = clear;
        this.carried = carried;
        this.same = same;
    }

    /** Values are the same if they are one object. */
    @SuppressWarnings("ReferenceEquality")
    static <T> ThreadLocalPropagator<T> of(
            Supplier<@Nullable T> get, Consumer<T> set, Runnable clear, UnaryOperator<T> carried) {
        return new ThreadLocalPropagator<>(get, set, clear, carried, (one, other) -> one == other);
    }

    /** Values are the same if they are equal, such as copies. */
    static <T> ThreadLocalPropagator<T> ofCopies(Supplier<@Nullable T> get, Consumer<T> set, Runnable clear) {
        return new ThreadLocalPropagator<>(get, set, clear, UnaryOperator.identity(), Objects::equals);
    }

    @Override
    public Captured capture() {
        T own = get.get();
        return new Value(own, own == null ? null : carried.apply(own));
    }

    private final class Value implements Captured {

        private final @Nullable T own;
        private final @Nullable T carried;

        Value(@Nullable T own, @Nullable T carried) {
            this.own = own;
            this.carried = carried;
        }

        @Override
        public <R extends @Nullable Object> R call(Callable<R> body) throws Exception {
            T before = get.get();
            if (!same.test(before, own)) {
                put(carried);
            }
            try {
                return body.call();
            } finally {
                if (!same.test(get.get(), before)) {
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
