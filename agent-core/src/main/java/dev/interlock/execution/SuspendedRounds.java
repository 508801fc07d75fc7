package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.schedule.PendingCause;
import org.jspecify.annotations.Nullable;

/** Turns suspended rounds into data and back. Runs on the owner, when nothing of the round runs any more. */
final class SuspendedRounds {

    private SuspendedRounds() {}

    /** Returns the round as data; null if each call has its outcome. */
    static @Nullable SuspendedRound of(RoundFrame frame) {
        boolean suspended = false;
        for (DrivenCall call : frame.calls()) {
            suspended |= call.suspendedAs() != null;
        }
        return suspended
                ? KeptRounds.of(frame.id(), frame.resumedFrom(), frame.results(), frame.calls(), frame.part())
                : null;
    }

    /** Restores a call's earlier progress, before its round gets it. */
    static void resume(DrivenCall call, SuspendedCall from) {
        call.requireNoRound();
        call.resumeFrom(new CallHistory(from));
        switch (from) {
            case SuspendedCall.Ended(CallResult result, boolean decided) -> {
                if (decided) {
                    // So that listeners hear of it.
                    call.preset(result.outcome());
                } else {
                    call.restoreOutcome(result.outcome());
                }
            }
            case SuspendedCall.Pending pending ->
                call.restorePending(new PendingCause(pending.kind(), pending.reason()));
            case SuspendedCall.Waiting waiting -> {
                if (waiting.started()) {
                    call.markStartedBefore();
                }
            }
        }
    }

    /** Returns why a round that is confined to its owner cannot be resumed; null if it can. */
    static @Nullable IllegalStateException whyNotConfined(RoundFrame frame) {
        for (DrivenCall call : frame.calls()) {
            if (call.before() instanceof SuspendedCall.Pending pending) {
                return new IllegalStateException("round " + frame.id()
                        + " cannot be resumed here: a guard confines it to the"
                        + " calling thread, perhaps because of its transaction, and it still waits for "
                        + pending.kind().inWords(call.index()) + ". Decide that too, or resume the round outside"
                        + " the transaction");
            }
        }
        return null;
    }
}
