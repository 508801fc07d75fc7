package dev.interlock.event;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.plan.PlannedCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Something that happened in a round. Immutable.
 *
 * <p>The events of one round carry the same {@link #round()} number, which is unique in this JVM. {@link RoundStarted} comes
 * first and {@link RoundEnded} last, but for a {@link CallReleased}, which may come later still. Calls are numbered from 0
 * in the order of the batch.
 *
 * <p>The events of one call are told one after another, each only when listeners have returned from the one before, in this
 * order; those of different calls at the same time. Their times never go back.
 *
 * <pre>
 * CallPlanned
 *   CallWaiting*  CallReady              it has its turn
 *     CallStarted  CallAttemptEnded      an attempt; between them CallWaiting and CallReady if its body lends its caps
 *     CallRetrying  CallWaiting*  CallReady  CallStarted  CallAttemptEnded     another one, and so on
 *   CallEnded                            exactly one, after any of them
 * </pre>
 *
 * <p>A call that takes the outcome of an equal one has {@link CallCoalesced} after it is planned. An abandoned call has
 * {@link CallAbandoned} and {@link CallEnded} while its thread still runs, of which no more is told, and
 * {@link CallReleased} when it holds nothing any more. A call that comes to be pending waits, by {@link Wait.ForDecision}; if
 * its round is suspended, it and those that wait for it end as {@link CallEnd#SUSPENDED}. The round that resumes it is another,
 * which tells of them anew, and nothing of calls that had ended. Only where a listener itself hangs when it is told of a call, so that
 * the call is abandoned, are these two told without waiting for it; what it is being told then may come after the end.
 *
 * <p>A {@code switch} that ends with {@code case RoundEvent.CallEvent other} stays exhaustive when a kind of event is added.
 */
public sealed interface RoundEvent {

    /**
     * The number of the round.
     *
     * @return unique in this JVM, from 1
     */
    long round();

    /**
     * When it happened, by the clock of the engine; within a round these differ by what passed on its nanosecond clock.
     *
     * @return when; listeners may be told later
     */
    Instant at();

    /** Something that happened to one call. */
    sealed interface CallEvent extends RoundEvent {

        /**
         * The call's place in the batch.
         *
         * @return from 0
         */
        int index();
    }

    /**
     * A batch is about to be executed.
     *
     * @param round the number of the round
     * @param calls the batch in call order; empty where the calls of a streamed response are still to come
     * @param at when
     */
    record RoundStarted(long round, List<ToolCall> calls, Instant at) implements RoundEvent {
        /** Copies the list. */
        public RoundStarted {
            calls = List.copyOf(calls);
        }
    }

    /**
     * It is known what a call reads and writes; told before the round runs any of its calls, in a streamed round when the
     * call comes.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param planned the call, with what it accesses, and who said so
     * @param at when
     */
    record CallPlanned(long round, int index, PlannedCall planned, Instant at) implements CallEvent {}

    /**
     * A call waits: from now on for this, whatever it waited for before.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param waitsFor for what
     * @param at since when
     */
    record CallWaiting(long round, int index, Wait waitsFor, Instant at) implements CallEvent {}

    /**
     * A call waits for nothing any more: it has its turn. Its thread comes to it next, or goes on with it.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param at when
     */
    record CallReady(long round, int index, Instant at) implements CallEvent {}

    /**
     * A call is equal to an earlier one, with nothing between them that could change the result: it will not be run, and
     * has that one's outcome.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param with the place of the call that is run for both
     * @param at when
     */
    record CallCoalesced(long round, int index, int with, Instant at) implements CallEvent {}

    /**
     * An attempt of a call is about to start its tool's body; told on the thread that runs it.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param call the call
     * @param attempt which attempt, from 1
     * @param at when
     */
    record CallStarted(long round, int index, ToolCall call, int attempt, Instant at) implements CallEvent {}

    /**
     * An attempt of a call has ended; told on the thread that ran it. What the call comes to is in {@link CallEnded}, which
     * may be something else: interceptors stand around the attempts, and a limit of results is yet to be applied.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param attempt which attempt, from 1
     * @param outcome what it came to, its limit of time taken into account
     * @param start when its body began, which is after listeners were told of {@link CallStarted}
     * @param at when its body ended
     */
    record CallAttemptEnded(long round, int index, int attempt, Outcome outcome, Instant start, Instant at)
            implements CallEvent {}

    /**
     * An attempt of a call has failed and there will be another, if nothing ends the call before.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param attempt which attempt failed, from 1
     * @param outcome what it came to
     * @param delay how long the call waits before the next attempt
     * @param at since when
     */
    record CallRetrying(long round, int index, int attempt, Outcome outcome, Duration delay, Instant at)
            implements CallEvent {}

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
     * @param at when
     */
    record FootprintUncovered(
            long round, int index, ToolCall call, int attempt, List<Access> uncovered, String message, Instant at)
            implements CallEvent {
        /** Copies the list. */
        public FootprintUncovered {
            uncovered = List.copyOf(uncovered);
        }
    }

    /**
     * A call's thread has ignored its interrupt past the grace period: nobody waits for it any more. {@link CallEnded}
     * follows. Until {@link CallReleased} it keeps what it accesses.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param at when
     */
    record CallAbandoned(long round, int index, Instant at) implements CallEvent {}

    /**
     * A call is done: it succeeded, failed, timed out, and so on, as {@code end} says.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param result its result
     * @param end how it ended
     * @param at when that was settled: not before the end of its last attempt, after which interceptors may have gone on
     */
    record CallEnded(long round, int index, CallResult result, CallEnd end, Instant at) implements CallEvent {}

    /**
     * An abandoned call holds nothing any more: its thread has ended at last, or the user has released it.
     *
     * @param round the number of the round
     * @param index the call's place in the batch, from 0
     * @param at when
     */
    record CallReleased(long round, int index, Instant at) implements CallEvent {}

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

        @Override
        public Instant at() {
            return report.end();
        }
    }
}
