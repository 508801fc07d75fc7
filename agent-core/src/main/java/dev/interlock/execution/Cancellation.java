package dev.interlock.execution;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A handle by which any thread can cancel another thread's rounds: those inside {@link #call(Operation)} or
 * {@link #run}. After {@link #cancel} no further call of these rounds starts, running calls are interrupted, the rest
 * get a cancelled outcome, and a model loop inside does not go on to the model.
 *
 * {@snippet :
 * Cancellation cancellation = new Cancellation();
 * stopButton.onClick(() -> cancellation.cancel("the user pressed stop"));
 * String answer = cancellation.call(() -> assistant.chat(question));
 * }
 *
 * <p>Thread-safe. A cancelled handle stays cancelled. Cancellations nest: code inside two is cancelled by either.
 */
public final class Cancellation {

    private final CancelSignal signal = new CancelSignal();

    /** Creates a handle that is not cancelled. */
    public Cancellation() {}

    /** Cancels everything that runs inside this handle, now or later. */
    public void cancel() {
        cancel("it was cancelled");
    }

    /**
     * Cancels everything that runs inside this handle, now or later. Does not wait for it to end. The first reason
     * counts.
     *
     * @param why the reason in words, for the calls' messages
     */
    public void cancel(String why) {
        signal.cancel(Objects.requireNonNull(why, "why"));
    }

    /**
     * Tells whether it was cancelled.
     *
     * @return true once {@link #cancel} was called
     */
    public boolean isCancelled() {
        return signal.reason() != null;
    }

    /**
     * Returns why the handle was cancelled.
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
     * Code that runs inside a cancellation. It declares its own exception type, so callers of unchecked code catch
     * nothing.
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
     * Runs something on the current thread, such as one request of a conversation, so that this handle can cancel it.
     * The compiler prefers this overload for lambdas, so callers catch only what the lambda throws.
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
        return around.withCancellations(new Within.Cancellations(signal, around.cancellations()))
                .enter();
    }

    /**
     * For integrations: runs an action when a cancellation around the current thread is cancelled. Use it for work
     * outside rounds that must end too, such as a request to the model.
     *
     * @param action receives the reason at most once: on the thread that cancels, or at once if already cancelled; must
     *     be brief and must not throw
     * @return a watch to close when it is no longer needed; null if no cancellation surrounds the current thread
     */
    public static @Nullable Watch watch(Consumer<String> action) {
        Within.Cancellations innermost = Within.current().cancellations();
        return innermost == null ? null : new Watch(innermost, action).begin();
    }

    /** For integrations: watches all cancellations around a thread. Thread-safe. */
    public static final class Watch implements AutoCloseable {
        private final Within.Cancellations innermost;
        private final Consumer<String> action;
        private final CancelSignal.Target target = this::tell;
        private final AtomicBoolean told = new AtomicBoolean();

        private Watch(Within.Cancellations innermost, Consumer<String> action) {
            this.innermost = innermost;
            this.action = Objects.requireNonNull(action, "action");
        }

        /**
         * This adds the watch before it reads the reason, and a cancel sets the reason before it reads the watches, so
         * neither misses the other.
         */
        private Watch begin() {
            for (Within.Cancellations one = innermost; one != null; one = one.outer()) {
                one.signal().watch(target);
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
         * Tells whether it was cancelled.
         *
         * @return the reason, or null if it was not
         */
        public @Nullable String reason() {
            return innermost.reason();
        }

        /** Stops the watch: the action no longer runs, unless it is running right now. */
        @Override
        public void close() {
            for (Within.Cancellations one = innermost; one != null; one = one.outer()) {
                one.signal().unwatch(target);
            }
        }
    }
}
