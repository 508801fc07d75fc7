package dev.interlock.execution;

import org.jspecify.annotations.Nullable;

/**
 * What the current thread runs within: the one thread-local of the engine. Immutable.
 *
 * @param call the call whose body it runs on a thread of a dispatched round, or null
 * @param owner the innermost round whose calls it runs itself, one after another, or null
 * @param scope the innermost cancellation, or null
 */
record Within(
        @Nullable DrivenCall call,
        @Nullable OwnerThread owner,
        @Nullable Scope scope) {

    private static final Within NOTHING = new Within(null, null, null);

    private static final ThreadLocal<@Nullable Within> CURRENT = new ThreadLocal<>();

    /** A cancellation, and the one around it. */
    record Scope(CancelSignal signal, @Nullable Scope outer) {

        /** Why the innermost of those was cancelled that were, or null if none was. */
        @Nullable
        String reason() {
            for (Scope scope = this; scope != null; scope = scope.outer) {
                String why = scope.signal.reason();
                if (why != null) {
                    return why;
                }
            }
            return null;
        }

        void add(CancelSignal.Target round) {
            for (Scope scope = this; scope != null; scope = scope.outer) {
                scope.signal.add(round);
            }
        }

        void remove(CancelSignal.Target round) {
            for (Scope scope = this; scope != null; scope = scope.outer) {
                scope.signal.remove(round);
            }
        }
    }

    static Within current() {
        Within current = CURRENT.get();
        return current == null ? NOTHING : current;
    }

    /** The current thread goes on within this; gives what it was within, to be {@linkplain #restore restored}. */
    Within enter() {
        Within outer = current();
        CURRENT.set(this);
        return outer;
    }

    /**
     * Back to this, which the current thread was within before. Setting null keeps nothing of ours alive either, and is
     * cheaper than removing what the next round of the thread would add again.
     */
    void restore() {
        CURRENT.set(call == null && owner == null && scope == null ? null : this);
    }

    Within withCall(DrivenCall inner) {
        return new Within(inner, owner, scope);
    }

    Within withOwner(OwnerThread inner) {
        return new Within(call, inner, scope);
    }

    Within withScope(@Nullable Scope inner) {
        return new Within(call, owner, inner);
    }
}
