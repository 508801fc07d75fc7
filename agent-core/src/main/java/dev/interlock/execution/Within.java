package dev.interlock.execution;

import dev.interlock.recording.CurrentThread;
import dev.interlock.recording.Recording;
import dev.interlock.recording.Surroundings;
import org.jspecify.annotations.Nullable;

/**
 * What the current thread runs within, as the engine knows it. Immutable.
 *
 * @param call the call whose body it runs on a thread of a dispatched round, or null
 * @param owner the innermost round whose calls it runs itself, one after another, or null
 * @param scope the innermost cancellation, or null
 * @param recording what is told of what it touches, or null
 */
record Within(
        @Nullable DrivenCall call,
        @Nullable OwnerThread owner,
        @Nullable Scope scope,
        @Nullable Recording recording) implements Surroundings {

    private static final Within NOTHING = new Within(null, null, null, null);

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
        Surroundings current = CurrentThread.surroundings();
        if (current instanceof Within known) {
            return known;
        }
        return current == null ? NOTHING : new Within(null, null, null, current.recording());
    }

    /** The call whose body it runs, whichever way the round of that goes; or null. */
    @Nullable
    DrivenCall runningCall() {
        DrivenCall alone = owner == null ? null : owner.call();
        if (alone == null || call == null) {
            return alone == null ? call : alone;
        }
        // Both, and one of them within the other.
        return alone.requireRound().isWaitedForBy(call) ? alone : call;
    }

    /** The current thread goes on within this; gives what it was within, to be {@linkplain #restore restored}. */
    Within enter() {
        Within outer = current();
        CurrentThread.surroundings(this);
        return outer;
    }

    /** Back to this, which the current thread was within before. */
    void restore() {
        CurrentThread.surroundings(this);
    }

    @Override
    public boolean isNothing() {
        return call == null && owner == null && scope == null && recording == null;
    }

    /** A call of a round that is made within something that {@code around} is told of, or null. */
    Within withCall(DrivenCall inner, @Nullable Recording around) {
        return new Within(inner, owner, scope, around == null ? recording : around);
    }

    Within withOwner(OwnerThread inner) {
        return new Within(call, inner, scope, recording);
    }

    Within withScope(@Nullable Scope inner) {
        return new Within(call, owner, inner, recording);
    }

    @Override
    public Within with(@Nullable Recording other) {
        return new Within(call, owner, scope, other);
    }
}
