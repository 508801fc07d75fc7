package dev.interlock.execution;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A handle by which any thread can cancel what another one does: the rounds that are executed within {@link #call} or
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

    /** The innermost of the current thread. */
    private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

    private record Scope(
            Cancellation cancellation, @Nullable Scope outer) {}

    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
    private final Set<Round> rounds = ConcurrentHashMap.newKeySet();
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

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
        String known = reason.compareAndExchange(null, Objects.requireNonNull(why, "why"));
        String told = known == null ? why : known;
        // Also if it was cancelled before: whoever did may not have come so far yet.
        watches.forEach(watch -> watch.tell(told));
        rounds.forEach(round -> round.cancel(told));
    }

    /**
     * Whether it was cancelled.
     *
     * @return true once {@link #cancel} was called
     */
    public boolean isCancelled() {
        return reason.get() != null;
    }

    /**
     * Why it was cancelled.
     *
     * @return the reason, or null if it was not
     */
    public @Nullable String reason() {
        return reason.get();
    }

    /**
     * Runs something on the current thread, such as a conversation's turn, so that it can be cancelled by this.
     *
     * @param <T> the type of the result
     * @param body what to run
     * @return what it returns
     * @throws Exception what it throws
     */
    public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
        Scope outer = CURRENT.get();
        CURRENT.set(new Scope(this, outer));
        try {
            return body.call();
        } finally {
            restore(outer);
        }
    }

    /**
     * Runs something on the current thread, see {@link #call}.
     *
     * @param body what to run
     */
    public void run(Runnable body) {
        Scope outer = CURRENT.get();
        CURRENT.set(new Scope(this, outer));
        try {
            body.run();
        } finally {
            restore(outer);
        }
    }

    private static void restore(@Nullable Scope outer) {
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
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
        Scoped scoped = current();
        return scoped == null ? null : new Watch(scoped, action).begin();
    }

    /** For integrations: waits for all that a thread runs within to be cancelled. Thread-safe. */
    public static final class Watch implements AutoCloseable {
        private final Scoped scoped;
        private final Consumer<String> action;
        private final AtomicBoolean told = new AtomicBoolean();

        private Watch(Scoped scoped, Consumer<String> action) {
            this.scoped = scoped;
            this.action = Objects.requireNonNull(action, "action");
        }

        /** It is added before the reason is read, and the reason is set before the watches are: neither misses the other. */
        private Watch begin() {
            for (Scope scope = scoped.innermost; scope != null; scope = scope.outer()) {
                scope.cancellation().watches.add(this);
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
            return scoped.reason();
        }

        /** The action is not told any more, unless it is just being told. */
        @Override
        public void close() {
            for (Scope scope = scoped.innermost; scope != null; scope = scope.outer()) {
                scope.cancellation().watches.remove(this);
            }
        }
    }

    /** The innermost that the current thread runs within, for rounds that begin later, perhaps elsewhere. */
    static @Nullable Scoped current() {
        Scope scope = CURRENT.get();
        return scope == null ? null : new Scoped(scope);
    }

    /** All that a thread runs within. */
    static final class Scoped {
        private final Scope innermost;

        private Scoped(Scope innermost) {
            this.innermost = innermost;
        }

        /** Runs something on a thread as if it ran within all of them. */
        @Nullable
        Object call(Callable<@Nullable Object> body) throws Exception {
            Scope outer = CURRENT.get();
            CURRENT.set(innermost);
            try {
                return body.call();
            } finally {
                restore(outer);
            }
        }

        void add(Round round) {
            for (Scope scope = innermost; scope != null; scope = scope.outer()) {
                scope.cancellation().add(round);
            }
        }

        void remove(Round round) {
            for (Scope scope = innermost; scope != null; scope = scope.outer()) {
                scope.cancellation().remove(round);
            }
        }

        @Nullable
        String reason() {
            for (Scope scope = innermost; scope != null; scope = scope.outer()) {
                String why = scope.cancellation().reason();
                if (why != null) {
                    return why;
                }
            }
            return null;
        }
    }

    /** The round is added before the reason is read, and the reason is set before the rounds are: neither misses the other. */
    void add(Round round) {
        rounds.add(round);
        String why = reason.get();
        if (why != null) {
            round.cancel(why);
        }
    }

    void remove(Round round) {
        rounds.remove(round);
    }
}
