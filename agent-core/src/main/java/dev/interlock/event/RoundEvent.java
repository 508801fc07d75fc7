package dev.interlock.event;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Something that happened in a round. Immutable.
 *
 * <p>The events of one round carry the same {@link #round()} number, which is unique in this JVM. For each call that
 * begins there is one {@link CallStarted} an attempt; for every call, begun or not, exactly one {@link CallEnded};
 * {@link RoundStarted} comes first and {@link RoundEnded} last. Calls are numbered from 0 in the order of the batch.
 */
public sealed interface RoundEvent {

    /**
     * The number of the round.
     *
     * @return unique in this JVM, from 1
     */
    long round();

    /**
     * A batch is about to be executed.
     *
     * @param round the number of the round
     * @param calls the batch in call order
     * @param at when
     */
    record RoundStarted(long round, List<ToolCall> calls, Instant at) implements RoundEvent {
        /** Copies the list. */
        public RoundStarted {
            calls = List.copyOf(calls);
        }
    }

    /**
     * An attempt of a call is about to start its tool's body; told on the thread that runs it.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param call the call
     * @param attempt which attempt, from 1
     * @param at when
     */
    record CallStarted(long round, int index, ToolCall call, int attempt, Instant at) implements RoundEvent {}

    /**
     * An attempt of a call has failed and there will be another, if nothing ends the call before.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param attempt which attempt failed, from 1
     * @param outcome what it came to
     * @param delay how long the call waits before the next attempt
     */
    record CallRetrying(long round, int index, int attempt, Outcome outcome, Duration delay) implements RoundEvent {}

    /**
     * An attempt of a call has touched what the call's effects do not cover; told where the executor audits, on the thread
     * that ran the attempt, before the call is done.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param call the call, with the arguments that its tool got
     * @param attempt which attempt, from 1
     * @param uncovered what the effects do not cover, at least one access
     * @param message tool, call, what it touched, its effects, and the line to be added
     */
    record FootprintUncovered(long round, int index, ToolCall call, int attempt, List<Access> uncovered, String message)
            implements RoundEvent {
        /** Copies the list. */
        public FootprintUncovered {
            uncovered = List.copyOf(uncovered);
        }
    }

    /**
     * A call is done.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param result its result
     */
    record CallEnded(long round, int index, CallResult result) implements RoundEvent {}

    /**
     * All calls of the round are done and nothing of it runs any more, abandoned calls excepted.
     *
     * @param report the report of the round
     */
    record RoundEnded(RoundReport report) implements RoundEvent {
        @Override
        public long round() {
            return report.round();
        }
    }
}
