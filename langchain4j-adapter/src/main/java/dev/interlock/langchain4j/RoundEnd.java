package dev.interlock.langchain4j;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.execution.Round;
import dev.interlock.langchain4j.loop.LoopCancelled;
import dev.langchain4j.data.message.AiMessage;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an executed round means for its model loop: an exception leaves the loop, or the round is suspended, or the loop
 * goes on.
 *
 * @param thrown the exception that must leave the loop, or null
 * @param suspended the round as data if it is suspended, or null; never both
 */
record RoundEnd(@Nullable Throwable thrown, @Nullable SuspendedRound suspended) {

    static RoundEnd of(Round round) {
        return of(round.failure(), round.interrupted(), round.cancelled(), round.suspended());
    }

    /**
     * Decides what comes first, if several things have happened to a round.
     *
     * <p>A cancel and an interrupt end pending calls. So if the round is suspended all the same, they came after the
     * suspension, too late, and the suspension counts: nothing of the round runs, and only this data lets it go on. The
     * thread stays interrupted.
     *
     * @param failure the failure of the round, or null
     * @param interrupted whether an interrupt reached the waiting thread
     * @param cancelled why the round or its stream was cancelled, or null
     * @param suspended the round as data if it is suspended, or null
     */
    static RoundEnd of(
            @Nullable Throwable failure,
            boolean interrupted,
            @Nullable String cancelled,
            @Nullable SuspendedRound suspended) {
        if (failure != null) {
            return new RoundEnd(failure, null);
        }
        if (suspended != null) {
            return new RoundEnd(null, suspended);
        }
        if (interrupted) {
            return new RoundEnd(LoopCancelled.byInterrupt(), null);
        }
        return new RoundEnd(cancelled == null ? null : LoopCancelled.because(cancelled), null);
    }

    /**
     * Asks the invocation's limits, if the loop could go on.
     *
     * @param limits the limits of the response that made the calls
     */
    RoundEnd within(ResponseLimits limits, List<RequestCall> calls) {
        return thrown == null && suspended == null ? new RoundEnd(limits.executed(calls), null) : this;
    }

    /**
     * Returns the exception that must leave the loop, or null; for a suspended round with all that a resume needs.
     *
     * @param message the message with the calls' requests
     * @param calls the calls of the message
     * @param suspending supplies what is known about the invocation, if the round is suspended
     */
    @Nullable
    Throwable leaving(AiMessage message, List<RequestCall> calls, Supplier<Suspending> suspending) {
        return suspended == null ? thrown : suspending.get().leave(suspended, message, calls);
    }
}
