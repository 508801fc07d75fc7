package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.schedule.PendingCause;
import org.jspecify.annotations.Nullable;

/** Makes data of rounds that have been suspended. On the owner, when nothing of the round runs any more. */
final class SuspendedRounds {

    private SuspendedRounds() {}

    /** Null if each call has its outcome. */
    static @Nullable SuspendedRound of(RoundFrame frame) {
        boolean suspended = false;
        for (DrivenCall call : frame.calls()) {
            suspended |= call.suspendedAs() != null;
        }
        return suspended
                ? KeptRounds.of(frame.id(), frame.resumedFrom(), frame.reporter(), frame.calls(), frame.part())
                : null;
    }

    /** A call goes on from where it was; before it is given to its round. */
    static void resume(DrivenCall call, SuspendedCall from) {
        call.requireNoRound();
        call.resumes(new CallHistory(from));
        switch (from) {
            case SuspendedCall.Ended(CallResult result, boolean decided) -> {
                if (decided) {
                    // So that listeners are told of it.
                    call.refuse(result.outcome());
                } else {
                    call.endedBefore(result.outcome());
                }
            }
            case SuspendedCall.Pending pending -> call.pendsAlready(new PendingCause(pending.kind(), pending.reason()));
            case SuspendedCall.Waiting waiting -> {
                if (waiting.started()) {
                    call.startedBefore();
                }
            }
        }
    }

    /**
     * Whether nothing of a resumed round was started, so that the suspended round is as suspended as before, and may be resumed
     * once more. Asked when nothing of it runs any more.
     *
     * <p>What had its outcome, or stays pending, is not run by a resume, whatever attempts and effects it had before. Of the
     * others an attempt counts even if its tool did not come to its first statement: a hook has heard of it. So does what an
     * interceptor has begun outside of the process, or has given as the result in place of the tool, without any attempt. An
     * interceptor that asks, refuses or fails has started nothing.
     */
    static boolean isUntouched(DrivenCall[] calls) {
        for (DrivenCall call : calls) {
            if (call.before() == null || (call.before() instanceof SuspendedCall.Waiting && isStarted(call))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isStarted(DrivenCall call) {
        if (call.attempts() > 0) {
            return true;
        }
        PendingCause pending = call.pending();
        if (pending != null) {
            return pending.kind() != PendingKind.APPROVAL;
        }
        Outcome outcome = call.settled();
        return call.suspendedAs() == null && (outcome == null || outcome.isSuccess());
    }

    /** Why a round that is confined to its owner cannot be resumed; null if it can. */
    static @Nullable IllegalStateException whyNotConfined(RoundFrame frame) {
        for (DrivenCall call : frame.calls()) {
            if (call.before() instanceof SuspendedCall.Pending pending) {
                return new IllegalStateException("round " + frame.id()
                        + " cannot be resumed here: a guard confines it to the"
                        + " calling thread, perhaps since that is in a transaction, and it still waits for "
                        + pending.kind().inWords(call.index()) + ". Decide that as well, or resume outside of it");
            }
        }
        return null;
    }
}
