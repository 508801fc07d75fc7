package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.CallPendingException;
import dev.interlock.footprint.UncoveredFootprintException;
import dev.interlock.plan.CallPlan;
import dev.interlock.reference.ArgumentReferences;
import dev.interlock.schedule.Limits;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs one call that has interceptors or retries, on its own thread. It blocks the thread for all waits. While the call
 * waits for anything but the tool, it has no permit.
 *
 * <p>Only accessed by the thread of the call.
 */
final class ManagedCall implements InterceptorLink.Around {

    private final DrivenCall call;
    private final long round;
    private final RoundSettings settings;
    private final RoundReporter reporter;
    private final BodyRunner bodies;
    private final RunningCalls control;
    private final Pauses pauses;

    // The attempts so far.
    private long firstStart;
    private long lastEnd;
    private @Nullable Throwable leaving;

    // The decision about the last failed attempt.
    private boolean decided;
    private @Nullable Duration delay;
    private long nextAttempt;

    ManagedCall(
            DrivenCall call,
            long round,
            RoundSettings settings,
            RoundReporter reporter,
            BodyRunner bodies,
            RunningCalls control) {
        this.call = call;
        this.round = round;
        this.settings = settings;
        this.reporter = reporter;
        this.bodies = bodies;
        this.control = control;
        this.pauses = new Pauses(call, control, settings.time(), reporter);
        call.setRetries(this::decide);
    }

    /** Runs the call. The result is its outcome, unless the round has decided otherwise meanwhile. */
    BodyRun run() {
        Outcome outcome = outcome();
        return new BodyRun(firstStart, lastEnd, outcome, leaving);
    }

    private Outcome outcome() {
        try {
            Object value = bodies.withinContext(() -> {
                if (call.body().isUnreadable()) {
                    return attempts();
                }
                ArgumentReferences references = call.references();
                return run(
                        0,
                        references == null
                                ? call.body().call()
                                : RoundReferences.resolve(call, references, settings.batch()));
            });
            return new Outcome.Succeeded(bodies.limited(call, value));
        } catch (AttemptTimedOut e) {
            return e.outcome;
        } catch (Unsuccessful e) {
            return e.outcome;
        } catch (Throwable e) {
            // A propagator, or an interceptor, may have wrapped it.
            return new Outcome.Failed(leaving == null ? e : leaving);
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // tells whether it was changed
    public @Nullable Object run(int number, ToolCall seen) throws Exception {
        if (number == settings.beforeTurn() && number > 0 && !pauses.takeTurn()) {
            throw notNow();
        }
        if (number < settings.interceptors().size()) {
            return settings.interceptors().get(number).intercept(new InterceptorLink(this, number, seen));
        }
        call.changedCall(seen == call.body().call() ? null : seen);
        return attempts();
    }

    private @Nullable Object attempts() throws Exception {
        Replicas replicas = settings.replicas();
        ReplicaHold hold = replicas == null ? null : replicas.holdOf(call, settings.time());
        if (replicas == null || hold == null) {
            return attempts(null);
        }
        call.replicaHold(hold);
        try {
            return attempts(new ReplicaTurn(
                    replicas,
                    hold,
                    call,
                    control,
                    pauses,
                    settings.time(),
                    settings.limits().heldResourceNanos()));
        } finally {
            hold.end();
        }
    }

    private @Nullable Object attempts(@Nullable ReplicaTurn turn) throws Exception {
        while (true) {
            if (!comesToTool(turn) || !control.beginAttempt(call)) {
                throw notNow();
            }
            decided = false;
            BodyRun run = bodies.run(call, settings.time().nanos());
            record(run);
            Outcome outcome = control.endAttempt(call, run.outcome());
            reporter.attemptEnded(call, outcome, run);
            if (outcome instanceof Outcome.Succeeded succeeded) {
                return succeeded.value();
            }
            if (!waitForNextAttempt(outcome, turn)) {
                throw exception(outcome);
            }
        }
    }

    /** Waits until the call has what other replicas share with it, and has passed the gate. */
    private boolean comesToTool(@Nullable ReplicaTurn turn) throws Exception {
        if (turn != null && !turn.take()) {
            return false;
        }
        if (!call.isToBeAnnounced()) {
            return true;
        }
        control.passGate(call);
        // Where it had to wait it gave its slots back.
        return turn == null || turn.take();
    }

    private InterruptedException notNow() {
        return new InterruptedException(call.inWords() + " has been ended, or waits, and cannot run now");
    }

    private void record(BodyRun run) {
        firstStart = call.attempts() == 1 ? run.startNanos() : firstStart;
        lastEnd = run.endNanos();
        leaving = leaving == null ? run.leaving() : leaving;
    }

    @Override
    public DrivenCall driven() {
        return call;
    }

    @Override
    public long round() {
        return round;
    }

    @Override
    public CallPlan plan() {
        return control.plan();
    }

    @Override
    public Pauses pauses() {
        return pauses;
    }

    /** Whether there will be another attempt after a failure. */
    private boolean decide(Throwable failure) {
        decided = true;
        delay = null;
        RetryPolicy policy = call.tool().policy().retry();
        if (policy == null
                || failure instanceof CallRefusedException
                || CallPendingException.in(failure) != null
                || !call.isRepeatable()
                || call.endedWithOwner(failure)) {
            return false;
        }
        Duration wanted = policy.delayAfter(call.attempts(), failure, ThreadLocalRandom.current());
        if (wanted == null) {
            return false;
        }
        nextAttempt = settings.time().nanos() + Math.min(Limits.toNanos(wanted), Limits.FURTHEST);
        if (!control.mayTryAgain(call, nextAttempt)) {
            return false;
        }
        delay = wanted;
        return true;
    }

    private boolean waitForNextAttempt(Outcome outcome, @Nullable ReplicaTurn turn) {
        Throwable failure = failure(outcome);
        if (failure == null || leaving != null || failure instanceof UncoveredFootprintException) {
            return false;
        }
        if (!decided) {
            decide(failure);
        }
        if (delay == null) {
            return false;
        }
        long at = nextAttempt;
        reporter.callRetrying(call, outcome, delay);
        if (turn != null) {
            turn.pause();
        }
        return pauses.untilTime(at);
    }

    private static @Nullable Throwable failure(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed failed -> failed.error();
            case Outcome.TimedOut timedOut -> new TimeoutException(timedOut.message());
            case Outcome.Succeeded succeeded -> null;
            case Outcome.Cancelled cancelled -> null;
            case Outcome.Skipped skipped -> null;
        };
    }

    private static Exception exception(Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed) {
            if (failed.error() instanceof Exception exception) {
                return exception;
            }
            if (failed.error() instanceof Error error) {
                throw error;
            }
        }
        return outcome instanceof Outcome.TimedOut ? new AttemptTimedOut(outcome) : new Unsuccessful(outcome);
    }

    /** Thrown to an interceptor that proceeds, if the call's last attempt exceeded its limit. */
    private static final class AttemptTimedOut extends TimeoutException {
        private static final long serialVersionUID = 1L;

        private final transient Outcome outcome;

        AttemptTimedOut(Outcome outcome) {
            super(outcome.message());
            this.outcome = outcome;
        }
    }

    /** Thrown to an interceptor that proceeds, if the call neither returned nor threw. */
    private static final class Unsuccessful extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Outcome outcome;

        Unsuccessful(Outcome outcome) {
            super(outcome.message(), null, false, false);
            this.outcome = outcome;
        }
    }
}
