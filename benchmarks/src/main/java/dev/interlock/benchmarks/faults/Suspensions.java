package dev.interlock.benchmarks.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.execution.Round;
import dev.interlock.execution.RoundCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Brings a round that was suspended to its end: keeps it as JSON, decides at random, and resumes it, again and again if
 * need be. Checks on the way that what had ended is not run again, that nothing of the round runs while it is
 * suspended, and that the suspended round says what the bodies did. Only used by the thread that called in.
 */
final class Suspensions {

    /** What a job elsewhere has come to. */
    static final String DONE_ELSEWHERE = "done elsewhere";

    /** Each body is pending twice at most, and each call is asked for once. */
    private static final int MOST = 60;

    private final ScriptedBatch batch;
    private final Log log;
    private final Subject subject;
    private final SplittableRandom random;

    Suspensions(ScriptedBatch batch, Log log, Subject subject, SplittableRandom random) {
        this.batch = batch;
        this.log = log;
        this.subject = subject;
        this.random = random;
    }

    List<CallResult> finish(SuspendedRound first) {
        SuspendedRound round = first;
        boolean decideAll = false;
        for (int times = 0; times < MOST; times++) {
            log.tally.add("rounds that were suspended");
            check(round);
            SuspendedRound kept = SuspendedRound.fromJson(round.toJson());
            if (!kept.toJson().equals(round.toJson()) || !kept.id().equals(first.id())) {
                violation(kept, "is not what was kept: " + round.toJson());
            }
            SuspendedRound decided = kept.decide(decisions(kept, decideAll));
            Map<Integer, Integer> bodies = bodiesOfEnded(decided);
            if (!nothingRuns(kept)) {
                violation(kept, "a body has begun while it was suspended");
            }
            try {
                List<CallResult> results = resume(decided);
                checkNotAgain(decided, bodies);
                return results;
            } catch (RoundSuspendedException again) {
                checkNotAgain(decided, bodies);
                round = again.round();
            } catch (IllegalStateException confined) {
                if (!String.valueOf(confined.getMessage()).contains("cannot be resumed here") || decideAll) {
                    throw confined;
                }
                log.tally.add("resumes that a guard has refused");
                round = decided;
                decideAll = true;
            }
        }
        throw new IllegalStateException("suspended again and again: " + round);
    }

    private List<CallResult> resume(SuspendedRound decided) {
        log.tally.add("rounds that were resumed");
        Object key = batch.conversation.key();
        if (random.nextBoolean()) {
            return key == null
                    ? subject.executor.resume(decided, Map.of(), subject.tools)
                    : subject.executor.resume(decided, Map.of(), subject.tools, key);
        }
        List<RoundCall> calls = decided.calls().stream()
                .map(call -> subject.roundCall(call.call()))
                .toList();
        Round round = subject.executor
                .rounds()
                .resumed(
                        decided,
                        calls,
                        random.nextBoolean() ? subject.callExecutors.next() : null,
                        key,
                        subject.executor.rounds().captureContext());
        round.execute();
        if (round.suspended() != null) {
            throw new RoundSuspendedException(round.suspended());
        }
        if (round.failure() instanceof IllegalStateException refused && round.isUntouched()) {
            throw refused;
        }
        return round.results();
    }

    // What is decided.

    private Map<Object, Decision> decisions(SuspendedRound round, boolean all) {
        Map<Object, Decision> decisions = new HashMap<>();
        List<Integer> pending = round.pending();
        if (pending.isEmpty()) {
            return decisions;
        }
        int sure = pending.get(random.nextInt(pending.size()));
        for (int place : pending) {
            if (all || place == sure || random.nextInt(3) > 0) {
                ScriptedCall script = batch.calls.get(place);
                boolean approval = ((SuspendedCall.Pending) round.calls().get(place)).kind() == PendingKind.APPROVAL;
                Decision decision = approval ? ofApproval(script) : ofJob(script);
                script.decision = decision;
                log.tally.add(
                        "decisions: " + decision.getClass().getSimpleName().toLowerCase(Locale.ROOT));
                decisions.put(random.nextBoolean() ? place : script.call.id(), decision);
            }
        }
        return decisions;
    }

    private Decision ofApproval(ScriptedCall script) {
        int kind = random.nextInt(20);
        if (kind < 5) {
            return Decision.refused("the harness says no");
        }
        if (kind < 10 && script.call.hasObjectArguments()) {
            return Decision.approvedWith(edited(script));
        }
        return kind < 13 ? Decision.approvedAlways() : Decision.approved();
    }

    private Decision ofJob(ScriptedCall script) {
        int kind = random.nextInt(20);
        if (kind < 6) {
            return Decision.completed(DONE_ELSEWHERE);
        }
        if (kind < 9) {
            return Decision.refused(script.call.id());
        }
        if (kind < 12) {
            return Decision.givenUp("the harness waits no more");
        }
        script.bodiesBefore = script.bodies.size();
        return Decision.runAgain();
    }

    /** The arguments with a note, or with a narrower resource: what ran meanwhile did not conflict with that either. */
    private ObjectNode edited(ScriptedCall script) {
        ObjectNode arguments = ((ObjectNode) script.call.arguments()).deepCopy();
        List<Touch> touches = script.touches;
        String narrower = narrower(arguments.path("p").asText(""));
        // The batch of its body touches what it touched when that was written.
        if (narrower != null
                && script.nested == null
                && touches.size() == 1
                && touches.getFirst().path().startsWith("r")) {
            arguments.put("p", narrower);
            touches = List.of(new Touch("r/" + narrower, touches.getFirst().write()));
            log.tally.add("calls that were edited to touch less");
        } else {
            arguments.put("note", random.nextInt(9));
        }
        script.edit(new ToolCall(script.call.id(), script.call.tool(), arguments), touches);
        return arguments.deepCopy();
    }

    private String narrower(String path) {
        return switch (path) {
            case "" -> random.nextBoolean() ? "a" : "b";
            case "a" -> random.nextBoolean() ? "a/x" : "a/y";
            case "b" -> "b/x/1";
            case "a/x" -> random.nextBoolean() ? "a/x/1" : "a/x/2";
            case "a/y" -> "a/y/1";
            default -> null;
        };
    }

    // What must hold.

    private void check(SuspendedRound round) {
        if (round.calls().size() != batch.calls.size()) {
            violation(round, round.calls().size() + " calls");
            return;
        }
        if (round.pending().isEmpty() && batch.calls.stream().allMatch(call -> call.decision == null)) {
            violation(round, "nothing of it is pending");
        }
        if (!nothingRuns(round)) {
            violation(round, "a body, or a thread of a call, is there while it is suspended");
        }
        for (int place = 0; place < batch.calls.size(); place++) {
            ScriptedCall script = batch.calls.get(place);
            SuspendedCall state = round.calls().get(place);
            if (!state.call().equals(script.call)) {
                violation(round, "call " + (place + 1) + " is " + state.call());
            }
            BodyRun last = script.lastBody();
            boolean right =
                    switch (state) {
                        case SuspendedCall.Ended ended -> isOf(script, ended.result());
                        case SuspendedCall.Pending pending ->
                            pending.kind() == PendingKind.APPROVAL ? last == null : last != null && last.pended;
                        case SuspendedCall.Waiting waiting -> last == null || last.pended;
                    };
            if (!right) {
                violation(
                        round,
                        "call " + (place + 1) + " is said to be " + state + ", its bodies were " + script.bodies);
            }
        }
    }

    private static boolean isOf(ScriptedCall script, CallResult result) {
        BodyRun last = script.lastBody();
        return !(result.outcome() instanceof Outcome.Succeeded(Long value))
                || last == null
                || (last.applied && last.seen == value);
    }

    /** Neither a body nor a thread, but for those of calls that were abandoned. */
    private boolean nothingRuns(SuspendedRound round) {
        List<String> abandoned = subject.executor.abandoned().stream()
                .map(call -> String.valueOf(call.call().id()))
                .toList();
        for (int place = 0; place < batch.calls.size(); place++) {
            ScriptedCall call = batch.calls.get(place);
            for (BodyRun run : call.bodies) {
                boolean over = !run.running()
                        && (!subject.callExecutors.hadOwnThread(run)
                                || run.thread.getState() == Thread.State.TERMINATED
                                || wasGivenUp(round.calls().get(place)));
                if (!over && !abandoned.contains(call.call.id()) && !wasAbandoned(call)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Its thread may still be on its way out when nothing lists it any more. */
    private static boolean wasAbandoned(ScriptedCall call) {
        BodyRun last = call.lastBody();
        return call.releasedSeq != 0 || (last != null && last.interruptSeen);
    }

    /** So the round may have abandoned the call, whose body ended before the interrupt came. */
    private static boolean wasGivenUp(SuspendedCall call) {
        return call instanceof SuspendedCall.Ended ended
                && (ended.result().outcome() instanceof Outcome.TimedOut
                        || ended.result().outcome() instanceof Outcome.Cancelled);
    }

    private Map<Integer, Integer> bodiesOfEnded(SuspendedRound decided) {
        Map<Integer, Integer> bodies = new TreeMap<>();
        for (int place = 0; place < batch.calls.size(); place++) {
            if (!(decided.calls().get(place) instanceof SuspendedCall.Waiting)) {
                bodies.put(place, batch.calls.get(place).bodies.size());
            }
        }
        return bodies;
    }

    /** What had ended, or stays pending, is not run by a resume. */
    private void checkNotAgain(SuspendedRound decided, Map<Integer, Integer> before) {
        List<ScriptedCall> again = new ArrayList<>();
        before.forEach((place, bodies) -> {
            ScriptedCall call = batch.calls.get(place);
            if (call.bodies.size() != bodies && !beganLate(decided.calls().get(place), call)) {
                again.add(call);
            }
        });
        if (!again.isEmpty()) {
            violation(decided, "calls were run that had ended, or are pending: " + again);
        }
    }

    /** Whether the round left an attempt whose thread had not come to the body yet, so that the body began later. */
    private static boolean beganLate(SuspendedCall state, ScriptedCall call) {
        return wasGivenUp(state)
                && call.bodies.size() <= ((SuspendedCall.Ended) state).result().attempts();
    }

    private void violation(SuspendedRound round, String what) {
        log.violation("suspension", what + "\n    " + round.toJson() + "\n    batch " + batch);
    }
}
