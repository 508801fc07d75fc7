package dev.interlock.langchain4j;

import dev.interlock.execution.Round;
import dev.interlock.langchain4j.loop.LoopCancelled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an executed round means for the model loop that it was executed for. */
final class RoundEnd {

    private RoundEnd() {}

    /**
     * What must leave the loop, or null.
     *
     * @param response of the calls
     * @param calls of the round
     */
    static @Nullable Throwable leaving(Round round, ResponseCalls response, List<RequestCall> calls) {
        Throwable failure = round.failure();
        if (failure != null) {
            return failure;
        }
        if (round.interrupted()) {
            return LoopCancelled.byInterrupt();
        }
        String cancelled = round.cancelled();
        return cancelled == null ? response.executed(calls) : LoopCancelled.because(cancelled);
    }
}
