package dev.interlock.langchain4j;

import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.langchain4j.loop.LoopCancelled;
import dev.langchain4j.data.message.AiMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What became of a streamed response's calls, once they have ended.
 *
 * @param calls the calls, in the order of the requests
 * @param leaving the exception that must leave the loop, or null
 * @param unconfirmed the early runs that are not calls of the message
 */
record StreamedEnd(List<RequestCall> calls, @Nullable Throwable leaving, EarlyRuns unconfirmed) {

    /** Returns the exception that must leave the loop; for a suspended round with all that a resume needs. */
    @Nullable
    Throwable leaving(AiMessage message, Supplier<Suspending> suspending) {
        return leaving instanceof RoundSuspendedException suspended
                ? suspending.get().leave(suspended.round(), message, calls)
                : leaving;
    }

    /**
     * Returns a suspended round with only the calls of the message, in their order; the streamed round may have others.
     *
     * @param admitted the calls of the round in its order
     */
    static SuspendedRound ofMessage(SuspendedRound round, List<RequestCall> admitted, List<RequestCall> calls) {
        Map<RequestCall, Integer> places = new HashMap<>();
        admitted.forEach(call -> places.put(call, places.size()));
        List<SuspendedCall> ofCalls = new ArrayList<>(calls.size());
        Map<Integer, String> keys = new HashMap<>();
        for (RequestCall call : calls) {
            int place = Objects.requireNonNull(places.get(call), "a call of neither");
            keys.put(ofCalls.size(), round.idempotencyKey(place));
            ofCalls.add(round.calls().get(place));
        }
        return new SuspendedRound(round.id(), round.suspension(), ofCalls, keys);
    }

    /**
     * Returns the exception that must leave the loop, or null.
     *
     * @param failure the failure of the round, or null
     * @param interrupted whether an interrupt reached the waiting thread
     * @param cancelled why the stream or the round was cancelled, or null
     * @param suspended the round as data if it is suspended, or null
     */
    static @Nullable Throwable leaving(
            @Nullable Throwable failure,
            boolean interrupted,
            @Nullable String cancelled,
            @Nullable SuspendedRound suspended) {
        if (failure != null) {
            return failure;
        }
        if (interrupted) {
            return LoopCancelled.byInterrupt();
        }
        if (cancelled != null) {
            return LoopCancelled.because(cancelled);
        }
        return suspended == null ? null : new RoundSuspendedException(suspended);
    }
}
