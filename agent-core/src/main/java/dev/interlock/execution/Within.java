package dev.interlock.execution;

import dev.interlock.recording.CurrentThread;
import dev.interlock.recording.Recording;
import dev.interlock.recording.Surroundings;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds the current thread's work, as far as the engine knows: calls, rounds and cancellations. Immutable.
 *
 * @param call the call whose body it runs on a thread of a dispatched round, or null
 * @param owner the innermost round whose calls it runs itself, one after another, or null
 * @param cancellations the innermost cancellation with those around it, or null
 * @param recording the recording that gets what it touches, or null
 */
record Within(
        @Nullable DrivenCall call,
        @Nullable OwnerThread owner,
        @Nullable Cancellations cancellations,
        @Nullable Recording recording)
        implements Surroundings {

    private static final Within NOTHING = new Within(null, null, null, null);

    /** A cancellation and the one around it. */
    record Cancellations(CancelSignal signal, @Nullable Cancellations outer) {

        /** Returns the reason of the innermost cancelled one; null if none was cancelled. */
        @Nullable
        String reason() {
            for (Cancellations one = this; one != null; one = one.outer) {
                String why = one.signal.reason();
                if (why != null) {
                    return why;
                }
            }
            return null;
        }

        void add(CancelSignal.Target round) {
            for (Cancellations one = this; one != null; one = one.outer) {
                one.signal.add(round);
            }
        }

        void remove(CancelSignal.Target round) {
            for (Cancellations one = this; one != null; one = one.outer) {
                one.signal.remove(round);
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

    /** The call whose body the thread runs, however its round runs; or null. */
    @Nullable
    DrivenCall runningCall() {
        DrivenCall alone = owner == null ? null : owner.call();
        if (alone == null || call == null) {
            return alone == null ? call : alone;
        }
        // The thread runs both, one inside the other.
        return call.equals(alone.requireRound().waits()) ? alone : call;
    }

    /** The level of the innermost round on the current thread, or null; a call on another thread does not count. */
    InterruptFlag.@Nullable Level levelHere() {
        RunningThread dispatched = call == null ? null : call.threadIfDispatched();
        return InterruptFlag.Level.inner(
                dispatched == null ? null : dispatched.levelHere(),
                owner == null || !owner.isCurrent() ? null : owner.level());
    }

    /** Makes this the current thread's surroundings; returns the earlier ones, to {@linkplain #restore} later. */
    Within enter() {
        Within outer = current();
        CurrentThread.surroundings(this);
        return outer;
    }

    /** Restores these earlier surroundings of the current thread. */
    void restore() {
        CurrentThread.surroundings(this);
    }

    @Override
    public boolean isNothing() {
        return call == null && owner == null && cancellations == null && recording == null;
    }

    /** Returns these surroundings with another call and recording. */
    Within withCall(DrivenCall inner, @Nullable Recording around) {
        return new Within(inner, owner, cancellations, around == null ? recording : around);
    }

    Within withOwner(OwnerThread inner) {
        return new Within(call, inner, cancellations, recording);
    }

    Within withCancellations(@Nullable Cancellations inner) {
        return new Within(call, owner, inner, recording);
    }

    @Override
    public Within with(@Nullable Recording other) {
        return new Within(call, owner, cancellations, other);
    }
}
