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
 * <p>All events of a round have the same {@link #round()} number, which is unique in this JVM. {@link RoundStarted}
 * comes first and {@link RoundEnded} last; only a {@link CallReleased} may come later. Calls are numbered from 0 in the
 * order of the batch.
 *
 * <p>The engine delivers the events of one call to each listener one after another, in the order below. Each event
 * waits until the listeners have returned from the one before; {@link RoundListener} has the two exceptions. Events of
 * different calls may come at the same time. The times of one call's events never go back.
 *
 * <pre>
 * CallPlanned
 *   CallWaiting*  CallReady              it has its turn
 *     CallStarted  CallAttemptEnded      an attempt; between them CallWaiting and CallReady if its body lends its caps
 *     CallRetrying  CallWaiting*  CallReady  CallStarted  CallAttemptEnded     another one, and so on
 *   CallEnded                            exactly one, after any of them
 * </pre>
 *
 * <p>A call that shares the outcome of an equal one has {@link CallCoalesced} after {@link CallPlanned}. A pending call
 * waits with {@link Wait.ForDecision}. If its round is suspended, the call and all calls that wait for it end as
 * {@link CallEnd#SUSPENDED}. The round that resumes it is another round: it reports these calls anew, and calls that
 * had ended not at all.
 *
 * <p>An abandoned call has {@link CallAbandoned} and {@link CallEnded} while its thread still runs. After these the
 * engine reports nothing of that thread but {@link CallReleased}, once the call holds nothing any more. There is one
 * exception to the order: if a listener hangs while it handles an event of a call, so that the call is abandoned, these
 * two events do not wait for it. It may then return from the event that it hangs on after it has heard them.
 *
 * <p>A {@code switch} that ends with {@code case RoundEvent.CallEvent other} stays exhaustive when a later version adds
 * events.
 */
public sealed interface RoundEvent {

    /**
     * Returns the number of the round.
     *
     * @return unique in this JVM, from 1
     */
    long round();

    /**
     * Returns when it happened, by the engine's clock. Differences between the times of one round are exact: they come
     * from a nanosecond clock.
     *
     * @return the instant of the event; listeners may get the event later
     */
    Instant at();

    /** Something that happened to one call. */
    sealed interface CallEvent extends RoundEvent {

        /**
         * Returns the call's place in its round.
         *
         * @return from 0
         */
        int index();
    }

    /**
     * A round is about to execute a batch.
     *
     * @param round the number of the round
     * @param calls the batch in call order; empty where the calls of a streamed response are still to come
     * @param at when it happened
     */
    record RoundStarted(long round, List<ToolCall> calls, Instant at) implements RoundEvent {
        /** Copies the list. */
        public RoundStarted {
            calls = List.copyOf(calls);
        }
    }

    /**
     * The round knows what a call reads and writes. This comes before the round runs any call; in a streamed round,
     * when the call arrives.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param planned the call with its accesses and their source
     * @param at when it happened
     */
    record CallPlanned(long round, int index, PlannedCall planned, Instant at) implements CallEvent {}

    /**
     * A call waits for something. This replaces what it waited for before.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param waitsFor what the call waits for now
     * @param at when this began
     */
    record CallWaiting(long round, int index, Wait waitsFor, Instant at) implements CallEvent {}

    /**
     * A call no longer waits: it has its turn. Its thread starts it next, or continues with it.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param at when it happened
     */
    record CallReady(long round, int index, Instant at) implements CallEvent {}

    /**
     * A call equals an earlier one, and no call between them could change the result. It will not run, and takes the
     * earlier one's outcome.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param with the place of the call that runs for both
     * @param at when it happened
     */
    record CallCoalesced(long round, int index, int with, Instant at) implements CallEvent {}

    /**
     * An attempt of a call is about to start its tool's body. The event comes on the thread that runs the body.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param call the call
     * @param attempt which attempt, from 1
     * @param at when it happened
     */
    record CallStarted(long round, int index, ToolCall call, int attempt, Instant at) implements CallEvent {}

    /**
     * An attempt of a call has ended. The event comes on the thread that ran it. {@link CallEnded} has the call's
     * outcome, which may differ: interceptors surround the attempts, and the limit of result sizes applies later.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param attempt which attempt, from 1
     * @param outcome the attempt's outcome, with its time limit applied
     * @param start when the body began, which is after the listeners got {@link CallStarted}
     * @param at when the body ended
     */
    record CallAttemptEnded(long round, int index, int attempt, Outcome outcome, Instant start, Instant at)
            implements CallEvent {}

    /**
     * An attempt of a call has failed. Another one follows unless something ends the call before.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param attempt which attempt failed, from 1
     * @param outcome the attempt's outcome
     * @param delay how long the call waits before the next attempt
     * @param at when this began
     */
    record CallRetrying(long round, int index, int attempt, Outcome outcome, Duration delay, Instant at)
            implements CallEvent {}

    /**
     * An attempt of a call has touched something that the call's effects do not cover. The event comes only where the
     * executor audits, on the thread that ran the attempt, before the call ends.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param call the call with the arguments that its tool got
     * @param attempt which attempt, from 1
     * @param uncovered the accesses that the effects do not cover; at least one
     * @param message names the tool, the call, what it touched, its effects, and the line to add
     * @param at when it happened
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
     * A call's thread has ignored its interrupt past the grace period, so the owner no longer waits for it.
     * {@link CallEnded} follows. Until {@link CallReleased}, the call keeps its resources.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param at when it happened
     */
    record CallAbandoned(long round, int index, Instant at) implements CallEvent {}

    /**
     * A call has ended: it succeeded, failed, timed out and so on, as {@code end} says.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param result the call's result
     * @param end how the call ended
     * @param at when the outcome was settled. This is not before the end of the last attempt, after which interceptors
     *     may have run on
     */
    record CallEnded(long round, int index, CallResult result, CallEnd end, Instant at) implements CallEvent {}

    /**
     * An abandoned call no longer holds anything: its thread has ended at last, or the user has released it.
     *
     * @param round the number of the round
     * @param index the call's place in its round, from 0
     * @param at when it happened
     */
    record CallReleased(long round, int index, Instant at) implements CallEvent {}

    /**
     * All calls of the round have ended. Nothing of the round still runs, except abandoned calls.
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
