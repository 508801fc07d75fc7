package dev.interlock.langchain4j;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.execution.Round;
import dev.interlock.langchain4j.loop.LoopCancelled;
import dev.langchain4j.data.message.AiMessage;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decides what an executed round means for its model loop. */
final class RoundEnd {

    private RoundEnd() {}

    /**
     * Returns the exception that must leave the loop, or null.
     *
     * @param limits the limits of the response that made the calls
     * @param message the message with the calls' requests
     * @param calls the calls of the round
     * @param suspending supplies what is known about the invocation, if the round is suspended
     */
    static @Nullable Throwable leaving(
            Round round,
            ResponseLimits limits,
            AiMessage message,
            List<RequestCall> calls,
            Function<ResponseLimits, Suspending> suspending) {
        Throwable failure = round.failure();
        if (failure != null) {
            return failure;
        }
        if (round.interrupted()) {
            return LoopCancelled.byInterrupt();
        }
        String cancelled = round.cancelled();
        if (cancelled != null) {
            return LoopCancelled.because(cancelled);
        }
        SuspendedRound suspended = round.suspended();
        return suspended == null
                ? limits.executed(calls)
                : suspending.apply(limits).leave(suspended, message, calls);
    }
}
