package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.schedule.PendingCause;
import java.util.ArrayList;
import java.util.List;
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
        if (!suspended) {
            return null;
        }
        List<SuspendedCall> calls = new ArrayList<>(frame.calls().length);
        for (DrivenCall call : frame.calls()) {
            calls.add(suspended(frame, call));
        }
        return new SuspendedRound(frame.id(), calls);
    }

    private static SuspendedCall suspended(RoundFrame frame, DrivenCall call) {
        String waits = call.suspendedAs();
        if (waits == null) {
            return new SuspendedCall.Ended(keepable(call, frame.reporter().result(call)));
        }
        PendingCause cause = call.pending();
        if (cause == null) {
            return new SuspendedCall.Waiting(
                    call.body().call(), call.isEdited(), waits, call.history().approvals().asked(), call.coalescedWith());
        }
        SuspendedCall.Pending still = call.history().pending();
        return still != null
                ? still
                : new SuspendedCall.Pending(
                        call.body().call(),
                        call.isEdited(),
                        cause.kind(),
                        cause.reason(),
                        call.history().approvals().asked(),
                        call.attempts(),
                        frame.reporter().instant(call.history().pendingSince()));
    }

    private static CallResult keepable(DrivenCall call, CallResult result) {
        if (!(result.outcome() instanceof Outcome.Succeeded(Object value))) {
            return result;
        }
        return new CallResult(
                result.call(),
                new Outcome.Succeeded(call.body().keepable(value)),
                result.attempts(),
                result.start(),
                result.end(),
                result.thread());
    }

    /** Why a round that is confined to its owner cannot be resumed; null if it can. */
    static @Nullable IllegalStateException whyNotConfined(RoundFrame frame) {
        for (DrivenCall call : frame.calls()) {
            SuspendedCall.Pending pending = call.history().pending();
            if (pending != null) {
                return new IllegalStateException("round " + frame.id() + " cannot be resumed here: a guard confines it to the"
                        + " calling thread, perhaps since that is in a transaction, and it still waits for "
                        + pending.kind().inWords(call.index()) + ". Decide that as well, or resume outside of it");
            }
        }
        return null;
    }
}
