package dev.interlock.benchmarks.faults;

import dev.interlock.benchmarks.faults.Surroundings.InterceptorFailure;
import dev.interlock.benchmarks.faults.Surroundings.NoThread;
import dev.interlock.benchmarks.faults.Tools.ToolError;
import dev.interlock.benchmarks.faults.Tools.ToolFailure;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.durable.CallDecidedException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.RecordedFailure;
import dev.interlock.execution.AbandonedCall;
import dev.interlock.execution.CallRefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Checks what must hold when a round has just returned. It runs on the calling thread. */
final class ReturnCheck {

    private static final Map<String, String> OTHERS = Map.of(
            CallRefusedException.class.getName(), "it was refused",
            InterceptorFailure.class.getName(), "an interceptor failed",
            TimeoutException.class.getName(), "an interceptor waited in vain",
            NoThread.class.getName(), "there was no thread");

    private final ScriptedBatch batch;
    private final Log log;
    private final Subject subject;

    ReturnCheck(ScriptedBatch batch, Log log, Subject subject) {
        this.batch = batch;
        this.log = log;
        this.subject = subject;
    }

    void check() {
        if (batch.thrown != null) {
            batch.thrown.printStackTrace();
            violation("G1", "the round threw " + batch.thrown);
            return;
        }
        if (batch.results.size() != batch.calls.size()) {
            violation("G1", batch.results.size() + " results");
            return;
        }
        checkRunning();
        for (int i = 0; i < batch.calls.size(); i++) {
            check(batch.calls.get(i), batch.results.get(i));
        }
        if (batch.parent == null) {
            checkFlag();
        }
    }

    private void checkFlag() {
        boolean interrupted = batch.wasInterrupted();
        if (batch.flagAfter && !interrupted) {
            violation("G5", "the interrupt flag is set although the harness did not interrupt the caller");
        }
        if (!batch.flagAfter && interrupted && !log.closing && !mayMeetAnother() && !swallowed(batch)) {
            violation("G5", "the interrupt flag is lost");
        }
        log.tally.add(interrupted ? "rounds whose caller was interrupted" : "rounds whose caller was not");
        if (batch.cancelled) {
            log.tally.add("rounds that were cancelled");
        }
    }

    /**
     * Whether an interrupt of the harness may coincide with one by which the round ends a call on the calling thread.
     * It is then impossible to tell which came first.
     */
    private boolean mayMeetAnother() {
        return batch.cancelled
                || (batch.results.stream().anyMatch(result -> result.thread() == ThreadKind.OWNER)
                        && batch.results.stream().anyMatch(result -> !result.isSuccess() || result.attempts() > 1));
    }

    private static boolean swallowed(ScriptedBatch batch) {
        for (ScriptedCall call : batch.calls) {
            if (call.bodies.stream().anyMatch(run -> run.swallowed)
                    || (call.nested != null && swallowed(call.nested))) {
                return true;
            }
        }
        return false;
    }

    /** Checks that every body that still runs is listed as abandoned. */
    private void checkRunning() {
        List<BodyRun> suspects = new ArrayList<>();
        for (ScriptedCall call : batch.calls) {
            call.bodies.stream().filter(BodyRun::running).forEach(suspects::add);
        }
        if (suspects.isEmpty()) {
            return;
        }
        Set<String> abandoned = subject.executor.abandoned().stream()
                .map(AbandonedCall::call)
                .map(call -> String.valueOf(call.id()))
                .collect(Collectors.toSet());
        for (BodyRun run : suspects) {
            // In a round inside a body, the conversation may have gone on and released the call.
            boolean known = abandoned.contains(run.call.call.id()) || run.call.releasedSeq != 0;
            if (run.running() && !known) {
                violation("G4", run + " still runs and is not abandoned");
            } else {
                log.tally.add("bodies that were abandoned");
            }
        }
    }

    private void check(ScriptedCall call, CallResult result) {
        if (!result.call().equals(call.call)) {
            violation("G1", "result " + (call.index + 1) + " is that of " + result.call());
        }
        Outcome outcome = result.outcome();
        log.tally.add("calls with outcome " + outcome.getClass().getSimpleName());
        int bodies = bodiesSinceDecided(call);
        if (bodies > result.attempts()) {
            violation("G6", call + " has " + result.attempts() + " attempts and " + bodies + " bodies");
        }
        if (bodies > 1) {
            log.tally.add("calls that were tried again");
            if (!call.isRepeatable()) {
                violation("G6", call + " was tried again: " + call.bodies);
            }
        }
        switch (outcome) {
            case Outcome.Succeeded succeeded -> checkSuccess(call, result, succeeded.value());
            case Outcome.Failed failed -> checkFailure(call, failed.error());
            case Outcome.TimedOut timedOut -> {
                if (!log.setup.limits(call.call.tool())) {
                    violation("outcomes", call + " timed out without a limit: " + timedOut.message());
                }
            }
            case Outcome.Cancelled cancelled -> {
                if (!isDisturbed() && !cancelled.message().contains("was given up: the harness")) {
                    violation(
                            "outcomes",
                            call + " was cancelled although the harness cancelled nothing: " + cancelled.message());
                }
            }
            case Outcome.Skipped skipped -> violation("outcomes", call + " " + skipped.message());
        }
        if (outcome.isSuccess() || outcome instanceof Outcome.Failed) {
            checkEnded(call, outcome);
        }
    }

    private void checkEnded(ScriptedCall call, Outcome outcome) {
        for (BodyRun run : call.bodies) {
            if (run.running() || run.endSeq > batch.returnSeq) {
                violation("G4", run + " ended after the round");
            }
            if (subject.callExecutors.hadOwnThread(run)
                    && run.thread.getState() != Thread.State.TERMINATED
                    && !mayBeAbandoned(outcome)) {
                violation("G4", run + " its thread " + run.thread + " is alive after the round");
            }
            if (run.flagged && !isDisturbed() && call.bodies.size() == 1) {
                violation("stray interrupts", run + " began interrupted");
            }
        }
    }

    /**
     * Whether the round decided on a failure while the call's thread was about to report. It interrupts that thread,
     * and abandons the call if the thread has not come so far within the grace period.
     */
    private static boolean mayBeAbandoned(Outcome outcome) {
        return outcome instanceof Outcome.Failed && outcome.message().contains("cannot be pending");
    }

    private void checkSuccess(ScriptedCall call, CallResult result, Object value) {
        if (Suspensions.DONE_ELSEWHERE.equals(value)
                && (call.decision instanceof Decision.Completed || mayShare(call))) {
            log.tally.add("calls that were done elsewhere");
            return;
        }
        BodyRun last = call.lastBody();
        if (last == null) {
            if (log.setup.coalescing && !call.writes() && result.attempts() == 0) {
                log.tally.add("calls that shared an outcome");
            } else {
                violation("outcomes", call + " succeeded without a body");
            }
        } else if (!last.applied || !Long.valueOf(last.seen).equals(value)) {
            violation("outcomes", call + " succeeded with " + value + ", its body gave " + last.seen);
        }
        // A limit may pass between an attempt's begin and its body's.
        if (last != null && bodiesSinceDecided(call) != result.attempts() && !log.setup.limits(call.call.tool())) {
            violation("G6", call + " has " + result.attempts() + " attempts and " + call.bodies.size() + " bodies");
        }
    }

    /** A call that was pending, and runs again, begins anew. */
    private static int bodiesSinceDecided(ScriptedCall call) {
        return call.bodies.size() - call.bodiesBefore;
    }

    private void checkFailure(ScriptedCall call, Throwable error) {
        String kind = kind(call, error);
        if (kind == null) {
            violation("outcomes", call + " failed with " + error + ", cause " + error.getCause());
        } else {
            log.tally.add("calls that failed since " + kind);
        }
    }

    /** By name, since of what failed before a round was suspended only that was kept. Null for what cannot be. */
    private String kind(ScriptedCall call, Throwable error) {
        String message = String.valueOf(error.getMessage());
        String type = error instanceof RecordedFailure recorded
                ? recorded.type()
                : error.getClass().getName();
        if (type.equals(ToolFailure.class.getName())) {
            return mine(call, message) ? "its tool failed" : null;
        }
        if (type.equals(ToolError.class.getName())) {
            return mine(call, message) ? "its tool threw an Error" : null;
        }
        if (type.equals(CallDecidedException.class.getName())) {
            return call.decision instanceof Decision.Refused || mayShare(call) ? "it was decided so" : null;
        }
        if (type.equals(IllegalArgumentException.class.getName())) {
            return message.startsWith("there is no tool named") ? "there is no such tool" : null;
        }
        if (type.equals(IllegalStateException.class.getName())) {
            return message.contains("for a resource held by call")
                    ? "its resource was held"
                    : message.contains("the thread factory gave no thread")
                            ? "there was no thread"
                            : message.contains("cannot be pending: its round is confined")
                                    ? "it could not be pending"
                                    : null;
        }
        return OTHERS.get(type);
    }

    /** Whether a tool's failure belongs to this call, or to the call whose outcome it shares. */
    private boolean mine(ScriptedCall call, String id) {
        return id.equals(call.call.id()) || mayShare(call);
    }

    /** Whether its outcome may be that of an equal call. */
    private boolean mayShare(ScriptedCall call) {
        return log.setup.coalescing && call.bodies.isEmpty() && !call.writes();
    }

    private boolean isDisturbed() {
        return batch.parent != null
                || batch.cancelled
                || batch.wasInterrupted()
                || log.closing
                || log.setup.failFast
                || batch.calls.stream().anyMatch(call -> call.faults.contains(Fault.LEAVE));
    }

    private void violation(String rule, String what) {
        log.violation(
                rule,
                what + "\n    batch " + batch + "\n    results "
                        + batch.results.stream()
                                .map(result -> result.outcome() + "x" + result.attempts())
                                .toList());
    }
}
