package dev.interlock.temporal;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.temporal.Activities.Reply;
import dev.interlock.temporal.Activities.Task;
import dev.interlock.temporal.RoundPlan.Terms;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.ActivityStub;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives a round inside a workflow. It starts each call whose turn {@link RoundTurns} announces as an activity, and
 * waits for activities, decisions and limits. It uses only the workflow's thread and clock.
 *
 * <p>Invariants: each call gets exactly one report. The round ends when all calls have theirs, so that no activity of
 * it runs any more. The report of a call counts all attempts, and if one of them was to run again but did not, it says
 * that the call may have taken effect. What was decided of a call before the round was stopped stays decided, and a job
 * that was reported stays reported, see {@link JobReports}.
 */
final class RoundRun {

    private final ActivityStub planning;
    private final RoundPlan plan;
    private final RoundTurns turns;
    private final RoundCalls calls;
    private final JobReports jobs;
    private final @Nullable CancellationScope[] scopes;
    private final StartedBytes started = new StartedBytes();
    private final List<Integer> abandoned = new ArrayList<>();
    private Runnable decideLast = () -> {};
    private @Nullable RoundStop stop;
    private boolean changed;

    RoundRun(RoundRequest request, RoundPlan plan, ActivityStub planning) {
        this.planning = planning;
        this.plan = plan;
        this.turns = new RoundTurns(request.calls(), plan);
        this.calls =
                new RoundCalls(RoundCalls.nameOf(Workflow.getInfo()), request, turns, Workflow.currentTimeMillis());
        this.jobs = new JobReports(calls);
        this.scopes = new CancellationScope[calls.size()];
    }

    RoundCalls calls() {
        return calls;
    }

    /**
     * Runs the calls. A cancel of the workflow ends the round early.
     *
     * @param decided whether there are new decisions
     * @param decide applies them
     * @param decideLast applies them without waiting for plans, because the round is about to be stopped
     */
    List<CallReport> run(BooleanSupplier decided, Runnable decide, Runnable decideLast) {
        this.decideLast = decideLast;
        try {
            begin();
            while (!turns.isDone()) {
                decide.run();
                startAll();
                Workflow.await(() -> changed || turns.isDone() || decided.getAsBoolean());
                changed = false;
            }
        } catch (TemporalFailure e) {
            // An exception informs waiting code of this.
            if (!CancellationScope.current().isCancelRequested()) {
                throw e;
            }
            Workflow.newDetachedCancellationScope(() -> {
                        cancel("the workflow was cancelled");
                        Workflow.await(turns::isDone);
                    })
                    .run();
        }
        // The log notes those that have no effect.
        decideLast.run();
        return calls.reports();
    }

    private void begin() {
        Set<Long> limits = new TreeSet<>();
        for (int call = 0; call < calls.size(); call++) {
            if (calls.hasEnded(call)) {
                // The round was cancelled before it had begun.
                continue;
            }
            if (plan.maxCalls() > 0 && call >= plan.maxCalls()) {
                // As one that does not begin: this is no failure that ends the round.
                Outcome tooMany = Words.tooMany(calls.tool(call), call, plan.maxCalls());
                calls.end(call, calls.report(call, tooMany, 0, Workflow.currentTimeMillis()));
                continue;
            }
            Terms terms = calls.terms(call);
            if (terms.approval()) {
                calls.needsApproval(call);
                if (terms.references().isEmpty() && !terms.undecided()) {
                    turns.hold(call);
                    askFor(call);
                }
            }
            if (calls.limitCounts(call)) {
                limits.add(calls.limitMillis(call));
            }
        }
        limits.forEach(limit -> at(limit, this::expire));
        if (plan.roundTimeoutMillis() > 0) {
            at(plan.roundTimeoutMillis(), () -> stop(new RoundStop("the round is over", plan.roundTimeoutMillis())));
        }
    }

    /** Runs an action later, unless the workflow is cancelled or over before. */
    private void at(long millis, Runnable action) {
        Workflow.newTimer(Duration.ofMillis(millis)).handle((done, failure) -> {
            if (failure == null) {
                action.run();
                changed = true;
            }
            return null;
        });
    }

    /** Ends calls that wait for their turn and whose limit has passed. */
    private void expire() {
        for (int call = 0; call < calls.size(); call++) {
            if (turns.waitsForTurn(call) && calls.hasExpired(call, Workflow.currentTimeMillis())) {
                endAsLate(call);
            }
        }
    }

    private void endAsLate(int call) {
        end(call, Words.timedOut(calls.tool(call), "the call", calls.limitMillis(call), false, false), 0);
    }

    private void startAll() {
        for (int call = next(); call >= 0; call = next()) {
            Outcome skipped = calls.skipped(call);
            if (skipped != null) {
                end(call, skipped, 0);
            } else if (calls.hasExpired(call, Workflow.currentTimeMillis())) {
                endAsLate(call);
            } else if (calls.isUnapproved(call)) {
                resolve(call);
            } else {
                start(call);
            }
        }
    }

    private int next() {
        return started.areTooMany() ? -1 : turns.next();
    }

    /**
     * Replaces a call's references, whose results exist now. So what will run decides whether it needs its approval,
     * and is what a person approves.
     */
    private void resolve(int call) {
        Task task = calls.task(call, 0);
        if (endsAsTooLong(task)) {
            return;
        }
        if (calls.terms(call).undecided()) {
            count(PayloadLimit.mostResolved(task));
        }
        turns.pause(call);
        planning.executeAsync(Activities.RESOLVE, Reply.class, task).handle((reply, failure) -> {
            changed = true;
            if (!calls.hasEnded(call)) {
                resolved(call, reply, failure);
            }
            return reply;
        });
    }

    /** Counts what this task of the workflow sends. */
    private void count(long bytes) {
        if (started.addAndAreTooMany(bytes)) {
            at(1, started::clear);
        }
    }

    /** Ends the call of a task that no activity can be given. */
    private boolean endsAsTooLong(Task task) {
        long bytes = PayloadLimit.bytes(task, plan.countsEscapes());
        if (PayloadLimit.exceededBy(bytes)) {
            end(task.place(), Words.tooLong(task.call().tool(), bytes), 0);
            return true;
        }
        return false;
    }

    private void resolved(int call, @Nullable Reply reply, @Nullable RuntimeException failure) {
        if (reply != null && reply.needsNone() && calls.terms(call).undecided()) {
            calls.needsNoApproval(call);
            turns.resume(call);
        } else if (reply != null && reply.resolved() != null) {
            calls.replace(call, reply.resolved());
            askFor(call);
        } else if (reply != null && reply.report() != null) {
            end(call, reply.report());
        } else {
            end(call, Words.notStarted(calls.tool(call), "its arguments could not be found: " + failure), 0);
        }
    }

    private void start(int call) {
        long left = calls.isLimited(call) ? calls.leftMillis(call, Workflow.currentTimeMillis()) : 0;
        Task task = calls.task(call, left);
        if (endsAsTooLong(task)) {
            return;
        }
        count(PayloadLimit.bytes(task, plan.countsEscapes()));
        ActivityStub tools =
                Workflow.newUntypedActivityStub(CallActivity.options(plan, calls.terms(call), left, calls.tool(call)));
        CancellationScope scope = Workflow.newCancellationScope(
                () -> tools.executeAsync(Activities.CALL, Reply.class, task).handle((reply, failure) -> {
                    ended(call, reply, failure);
                    changed = true;
                    return reply;
                }));
        scopes[call] = scope;
        scope.run();
    }

    /** Handles the end of an activity. */
    private void ended(int call, @Nullable Reply reply, @Nullable RuntimeException failure) {
        CallReport reported = jobs.atEnd(call, reply, Workflow.currentTimeMillis());
        if (reported != null) {
            end(call, reported);
        } else if (reply == null) {
            Losses.Loss loss = Losses.of(Objects.requireNonNull(failure), calls, call, plan);
            if (loss.mayHaveHappened() && plan.decideLost() && stop == null) {
                pend(call, PendingKind.MAY_HAVE_HAPPENED, loss.outcome().message());
            } else {
                end(call, loss.outcome(), 1);
            }
        } else if (reply.pending() != null) {
            turns.pause(call);
            calls.pend(call, reply.pending());
            if (stop != null) {
                endIdle(call, stop);
            }
        } else if (reply.report() == null) {
            startAgain(call);
        } else if (reply.lost() && plan.decideLost() && stop == null) {
            pend(call, PendingKind.MAY_HAVE_HAPPENED, reply.report().came().message());
        } else {
            CallReport own = reply.report();
            end(call, stop == null ? own : stop.over(own, calls.changes(call), calls.hasBegunBefore(call)));
        }
        if (reply != null && reply.stillRuns()) {
            abandon(call);
        }
    }

    /** Starts a call again that did not begin because its worker was stopped. */
    private void startAgain(int call) {
        if (stop != null) {
            end(call, stop.notStarted(calls.tool(call), calls.hasBegunBefore(call)), 0);
        } else {
            turns.pause(call);
            turns.resume(call);
        }
    }

    /** Ends the calls that wait for what a tool holds that ignores its interrupt. */
    private void abandon(int call) {
        abandoned.add(call);
        for (int waiting : turns.waitingInConflictWith(call)) {
            failHeld(waiting, call);
        }
    }

    private void failHeld(int waiting, int holder) {
        end(waiting, Words.held(calls.tool(waiting), holder, calls.tool(holder)), 0);
    }

    private void pend(int call, PendingKind kind, String reason) {
        turns.pause(call);
        calls.pend(call, kind, reason);
    }

    private void askFor(int call) {
        calls.pend(call, PendingKind.APPROVAL, "waits for its approval");
    }

    /** Ends a call. {@code attempts} is 0 if its tool has not started, or not started again. */
    void end(int call, Outcome outcome, int attempts) {
        end(call, calls.report(call, outcome, attempts, Workflow.currentTimeMillis()));
    }

    private void end(int call, CallReport last) {
        scopes[call] = null;
        CallReport report = calls.end(call, last);
        if (plan.failFast() && !report.came().isSuccess()) {
            cancel("call " + (call + 1) + " (tool '" + calls.tool(call)
                    + "') did not succeed, and the round fails fast");
        }
    }

    /** Ends the round early. */
    void cancel(String why) {
        stop(new RoundStop(why, 0));
        changed = true;
    }

    /** Lets no further call start, and interrupts running ones; the round ends when these have ended. */
    private void stop(RoundStop why) {
        if (stop == null) {
            // A decision may end a call, and a round that fails fast.
            decideLast.run();
        }
        if (stop != null) {
            return;
        }
        stop = why;
        for (int call = 0; call < calls.size(); call++) {
            if (turns.isRunning(call)) {
                Objects.requireNonNull(scopes[call]).cancel(why.why());
            } else {
                endIdle(call, why);
            }
        }
    }

    /** Ends a call that does not run, unless it has ended. */
    private void endIdle(int call, RoundStop why) {
        if (turns.waitsForTurn(call) || calls.waitsForApproval(call)) {
            end(call, why.notStarted(calls.tool(call), calls.hasBegunBefore(call)), 0);
        } else if (!calls.hasEnded(call)) {
            end(call, why.interrupted(calls.tool(call), calls.changes(call)), 1);
        }
    }

    // Decisions about calls.

    /** A job of the call has ended. If the call runs, that counts once its attempt has ended. */
    void reported(int call, Outcome.Succeeded result) {
        if (turns.isRunning(call)) {
            jobs.add(call, result);
        } else {
            end(call, result, calls.isPendingSinceItBegan(call) ? 1 : 0);
            changed = true;
        }
    }

    /** Lets a call run once it has its turn. */
    void approve(CallDecision decision) {
        int call = decision.place();
        decided(decision);
        if (turns.waitsForTurn(call)) {
            turns.release(call);
        } else {
            turns.resume(call);
        }
    }

    /** Does the same with other arguments, unless the round was ended while these were planned. */
    void approve(CallDecision decision, RoundRequest.Call edited, Terms terms) {
        int call = decision.place();
        if (calls.hasEnded(call)) {
            return;
        }
        calls.replace(call, edited);
        approve(decision);
        turns.replan(call, terms);
        for (int holder : abandoned) {
            if (turns.conflict(call, holder)) {
                failHeld(call, holder);
                return;
            }
        }
    }

    void runAgain(CallDecision decision) {
        decided(decision);
        calls.begunBefore(decision.place());
        turns.runAgain(decision.place());
    }

    private void decided(CallDecision decision) {
        int call = decision.place();
        calls.decided(decision, Workflow.currentTimeMillis());
        if (calls.isLimited(call)) {
            at(calls.limitMillis(call), this::expire);
        }
    }
}
