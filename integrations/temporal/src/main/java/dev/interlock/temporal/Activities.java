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

/** What a round asks workers to do. */
final class Activities {

    // Names of activities.
    static final String PLAN = "InterlockPlan";
    static final String REPLAN = "InterlockReplan";
    static final String RESOLVE = "InterlockResolve";
    static final String CALL = "InterlockCall";

    private Activities() {}

    /**
     * What a worker has for them. Temporal wants the interface to be public; the class around it keeps it from others. Workflows
     * name activities by their names, since a proxy of this interface could not see the records.
     */
    @ActivityInterface(namePrefix = "Interlock")
    public interface OfRounds {

        /** Works out what the calls access, and how they are to be run. */
        RoundPlan plan(RoundRequest request);

        /** The same of one call, whose arguments a person has changed. */
        RoundPlan.Terms replan(RoundRequest.Call call);

        /** Replaces references in the arguments of a call, for those who decide about it. */
        Reply resolve(Task task);

        /** Runs a tool. */
        Reply call(Task task);
    }

    /**
     * One attempt of a call.
     *
     * @param round names the round for the tool: the same for each attempt on each worker, and for no other round
     * @param place of the call in its round, from 0
     * @param calls how many calls the round has
     * @param call the call
     * @param literal whether its arguments hold no references, whatever they look like
     * @param producers the calls whose results it uses
     * @param repeatable whether it may be run again after a failure
     * @param leftMillis how long the call may still take, from when the activity was scheduled; 0 for no limit
     * @param limitMillis the limit that this is left of
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
     * A call whose result another one uses.
     *
     * @param place of the call in its round, from 0
     * @param call the call
     * @param outcome what it came to
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
     * @param decision the decision
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Decided(String round, CallDecision decision) {

        SuspendedRound resumed() {
            return SuspendedRound.fromJson(round).decide(Map.of(0, decision.decision()));
        }
    }

    /**
     * What came of a task.
     *
     * @param report what the call came to; null unless it has ended
     * @param resolved the call as it will run; null unless that was asked
     * @param pending what it waits for; null unless it does
     * @param lost whether its worker was stopped while the tool ran, so that it may have happened
     * @param stillRuns whether the thread of the tool has ignored its interrupt, and may still change something
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Reply(
            @Nullable CallReport report,
            RoundRequest.@Nullable Call resolved,
            @Nullable Suspension pending,
            boolean lost,
            boolean stillRuns) {

        static Reply ended(CallReport report, boolean stillRuns) {
            return new Reply(report, null, null, false, stillRuns);
        }

        static Reply resolved(RoundRequest.Call call) {
            return new Reply(null, call, null, false, false);
        }

        static Reply pending(Suspension suspension) {
            return new Reply(null, null, suspension, false, false);
        }

        /** Its tool was not started: it may be, on another worker. */
        static Reply notBegun() {
            return new Reply(null, null, null, false, false);
        }

        static Reply lost(CallReport report) {
            return new Reply(report, null, null, true, false);
        }
    }
}
