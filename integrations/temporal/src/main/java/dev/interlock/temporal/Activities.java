package dev.interlock.temporal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The activities that a round's workflow asks workers to run. */
final class Activities {

    // Names of activities.
    static final String PLAN = "InterlockPlan";
    static final String REPLAN = "InterlockReplan";
    static final String RESOLVE = "InterlockResolve";
    static final String CALL = "InterlockCall";

    private Activities() {}

    /**
     * The activities of a worker. Temporal requires a public interface; the class around it hides it. Workflows call
     * activities by name, because a proxy of this interface could not access the records.
     */
    @ActivityInterface(namePrefix = "Interlock")
    public interface OfRounds {

        /** Plans what the calls access, and how they run. */
        RoundPlan plan(RoundRequest request);

        /** Plans one call anew whose arguments a person has changed. */
        RoundPlan.Terms replan(RoundRequest.Call call);

        /**
         * Replaces the references in a call's arguments, to find out whether it needs its approval, and for the person
         * who decides about it.
         */
        Reply resolve(Task task);

        /** Runs a tool. The reply is null if the server has it. */
        @Nullable
        Reply call(Task task);
    }

    /**
     * One attempt of a call.
     *
     * @param round names the round for the tool: the same for each attempt on each worker, and for no other round
     * @param place the place of the call in its round, from 0
     * @param calls the number of calls in the round
     * @param literal whether the arguments are literal, so that nothing in them is a reference
     * @param producers the calls whose results this one uses
     * @param repeatable whether the call may run again after a failure
     * @param leftMillis the milliseconds that the call may still take, from the scheduling of the activity; 0 for no
     *     limit
     * @param limitMillis the whole limit, of which {@code leftMillis} is the rest
     * @param decided what an attempt was pending with, and what was decided of that; null if none was
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Task(
            String round,
            int place,
            int calls,
            RoundRequest.Call call,
            boolean literal,
            List<Producer> producers,
            boolean repeatable,
            long leftMillis,
            long limitMillis,
            @Nullable Decided decided) {

        Task {
            producers = List.copyOf(producers);
        }
    }

    /**
     * A call whose result another call uses.
     *
     * @param place of the call in its round, from 0
     * @param outcome the call's outcome
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Producer(int place, RoundRequest.Call call, ObjectNode outcome) {}

    /**
     * A call that is pending: its worker has nothing more to do for it until something is decided.
     *
     * @param kind what for
     * @param reason in words
     * @param shown the call as it will run, for those who decide about it
     * @param round the engine's round of this one call, see {@link SuspendedRound}: what has been approved stays so
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Suspension(PendingKind kind, String reason, RoundRequest.Call shown, String round) {

        static Suspension of(SuspendedRound round) {
            if (!(round.calls().getFirst() instanceof SuspendedCall.Pending pending)) {
                throw new IllegalStateException("the call is not pending: " + round);
            }
            return new Suspension(
                    pending.kind(), pending.reason(), RoundRequest.Call.of(pending.shown()), round.toJson());
        }
    }

    /**
     * What was decided of a call that was pending, so that it is run now.
     *
     * @param round that of its {@link Suspension}
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Decided(String round, CallDecision decision) {

        SuspendedRound resumed() {
            return SuspendedRound.fromJson(round).decide(Map.of(0, decision.decision()));
        }
    }

    /**
     * The result of a task.
     *
     * @param report the report of the call; null unless it has ended
     * @param resolved the call as it will run; null unless the task asked for it and the call needs its approval
     * @param pending what it waits for; null unless it does
     * @param lost whether the worker was stopped while the tool ran, so that the call may have happened
     * @param stillRuns whether the tool's thread has ignored its interrupt and may still change something
     * @param needsNone whether the call, with its references replaced, needs no approval; false in replies of older
     *     versions
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Reply(
            @Nullable CallReport report,
            RoundRequest.@Nullable Call resolved,
            @Nullable Suspension pending,
            boolean lost,
            boolean stillRuns,
            boolean needsNone) {

        static Reply ended(CallReport report, boolean stillRuns) {
            return new Reply(report, null, null, false, stillRuns, false);
        }

        static Reply resolved(RoundRequest.Call call) {
            return new Reply(null, call, null, false, false, false);
        }

        static Reply needsNoApproval() {
            return new Reply(null, null, null, false, false, true);
        }

        static Reply pending(Suspension suspension) {
            return new Reply(null, null, suspension, false, false, false);
        }

        /** Returns the reply for a call whose tool has not started and may start on another worker. */
        static Reply notBegun() {
            return new Reply(null, null, null, false, false, false);
        }

        static Reply lost(CallReport report) {
            return new Reply(report, null, null, true, false, false);
        }
    }
}
