package dev.interlock.execution;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A handle by which any thread can cancel what another one does: the rounds that are executed within {@link #call(Operation)} or
 * {@link #run}. After {@link #cancel} no further call of them starts, running ones are interrupted, the rest get a
 * cancelled outcome, and a model loop that runs within it does not go on to the model.
 *
 * {@snippet :
 * Cancellation cancellation = new Cancellation();
 * stopButton.onClick(() -> cancellation.cancel("the user pressed stop"));
 * String answer = cancellation.call(() -> assistant.chat(question));
 * }
 *
 * <p>Thread-safe. Once cancelled it stays so. Cancellations nest: what runs within two is cancelled by either.
 */
public final class Cancellation {

    private final CancelSignal signal = new CancelSignal();

    /** Makes a handle that is not cancelled. */
    public Cancellation() {}

    /** Cancels what runs within this, and what will. */
    public void cancel() {
        cancel("it was cancelled");
    }

    /**
     * Cancels what runs within this, and what will. Does not wait for it to end. The first reason counts.
     *
     * @param why in words, for the messages of the calls
     */
    public void cancel(String why) {
        signal.cancel(Objects.requireNonNull(why, "why"));
    }

    /**
     * Whether it was cancelled.
     *
     * @return true once {@link #cancel} was called
     */
    public boolean isCancelled() {
        return signal.reason() != null;
    }

    /**
     * Why it was cancelled.
     *
     * @return the reason, or null if it was not
     */
    public @Nullable String reason() {
        return signal.reason();
    }

    /**
     * Runs something on the current thread, see {@link #call(Operation)}.
     *
     * @param <T> the type of the result
     * @param body what to run
     * @return what it returns
     * @throws Exception what it throws
     */
    public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
        Within outer = enter();
        try {
            return body.call();
        } finally {
            outer.restore();
        }
    }

    /**
     * What runs within a cancellation, and throws what it throws: nothing checked, where it throws nothing checked.
     *
     * @param <T> the type of the result
     * @param <X> what it throws
     */
    @FunctionalInterface
    public interface Operation<T extends @Nullable Object, X extends Exception> extends Callable<T> {

        /**
         * Runs it.
         *
         * @return the result
         * @throws X what it throws
         */
        @Override
        T call() throws X;
    }

    /**
     * Runs something on the current thread, such as a conversation's turn, so that it can be cancelled by this. A lambda is
     * taken for this one, so nothing need be caught that it does not throw.
     *
     * @param <T> the type of the result
     * @param <X> what {@code body} throws
     * @param body what to run
     * @return what it returns
     * @throws X what it throws
     */
    public <T extends @Nullable Object, X extends Exception> T call(Operation<T, X> body) throws X {
        Within outer = enter();
        try {
            return body.call();
        } finally {
            outer.restore();
        }
    }

    /**
     * Runs something on the current thread, see {@link #call(Operation)}.
     *
     * @param body what to run
     */
    public void run(Runnable body) {
        Within outer = enter();
        try {
            body.run();
        } finally {
            outer.restore();
        }
    }

    private Within enter() {
        Within around = Within.current();
        return around.withScope(new Within.Scope(signal, around.scope())).enter();
    }

    /**
     * For integrations: has something done when what the current thread runs within is cancelled, for work beside the rounds
     * that has to end too, such as a model being asked.
     *
     * @param action is given the reason, at most once, by the thread that cancels, or at once if that has happened; must be
     *     brief and not throw
     * @return to be closed when it is of no use any more; null if the current thread runs within no cancellation
     */
    public static @Nullable Watch watch(Consumer<String> action) {
        Within.Scope scope = Within.current().scope();
        return scope == null ? null : new Watch(scope, action).begin();
    }

    /** For integrations: waits for all that a thread runs within to be cancelled. Thread-safe. */
    public static final class Watch implements AutoCloseable {
        private final Within.Scope innermost;
        private final Consumer<String> action;
        private final CancelSignal.Target target = this::tell;
        private final AtomicBoolean told = new AtomicBoolean();

        private Watch(Within.Scope innermost, Consumer<String> action) {
            this.innermost = innermost;
            this.action = Objects.requireNonNull(action, "action");
        }

        /** It is added before the reason is read, and the reason is set before the watches are: neither misses the other. */
        private Watch begin() {
            for (Within.Scope scope = innermost; scope != null; scope = scope.outer()) {
                scope.signal().watch(target);
            }
            String why = reason();
            if (why != null) {
                tell(why);
            }
            return this;
        }

        private void tell(String why) {
            if (!told.getAndSet(true)) {
                action.accept(why);
            }
        }

        /**
         * Whether it was cancelled.
         *
         * @return the reason, or null if it was not
         */
        public @Nullable String reason() {
            return innermost.reason();
        }

        /** The action is not told any more, unless it is just being told. */
        @Override
        public void close() {
            for (Within.Scope scope = innermost; scope != null; scope = scope.outer()) {
                scope.signal().unwatch(target);
            }
        }
    }
}
