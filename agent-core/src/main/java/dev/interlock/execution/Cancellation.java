package dev.interlock.execution;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
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

    /** Makes a handle that is not cancelled. */
    public Cancellation() {}

    /** Cancels what runs within this, and what will. */
    public void cancel() {
        cancel("it was cancelled");
    }

    /**
     * Cancels what runs within this, and what will. Does not wait for it to end. Does nothing if it was cancelled before.
     *
     * @param why in words, for the messages of the calls
     */
    public void cancel(String why) {
        if (reason.compareAndSet(null, Objects.requireNonNull(why, "why"))) {
            rounds.forEach(round -> round.cancel(why));
        }
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
