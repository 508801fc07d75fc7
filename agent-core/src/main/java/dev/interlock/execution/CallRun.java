package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.plan.CallPlan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One call on its own thread, where more is to be done than to run its body once: interceptors around it, further attempts
 * after failures. It blocks straight down; while it waits for anything but the tool the call has no permit.
 *
 * <p>Only accessed by the thread of the call.
 */
final class CallRun {

    private final CallTask task;
    private final Round round;
    private final Dispatcher dispatcher;
    private final RoundSettings settings;

    // What was decided about the attempt that failed last.
    private boolean decided;
    private @Nullable Duration delay;
    private long nextAttempt;

    /** How many waits of interceptors, each within the one before, the call is in. */
    private int waits;

    CallRun(CallTask task, Round round, Dispatcher dispatcher) {
        this.task = task;
        this.round = round;
        this.dispatcher = dispatcher;
        this.settings = round.settings;
        task.run = this;
    }

    /** Runs the call; whatever comes of it is its outcome, unless the round has decided otherwise meanwhile. */
    Outcome run() {
        try {
            return new Outcome.Succeeded(round.withinContext(() -> {
                TaskReferences references = task.references;
                ToolCall call = references == null ? task.call() : references.resolve(settings.batch());
                return new Link(0, call).next(call);
            }));
        } catch (AttemptTimedOut e) {
            return e.outcome;
        } catch (Unsuccessful e) {
            return e.outcome;
        } catch (Throwable e) {
            // A propagator may have wrapped it.
            RoundFailure failure = task.roundFailure;
            return new Outcome.Failed(failure == null ? e : failure.leaving());
        }
    }

    private @Nullable Object attempts() throws Exception {
        while (true) {
            if (!dispatcher.beginAttempt(task)) {
                throw new InterruptedException(task.toolInQuotes() + " has been ended, or waits, and cannot run now");
            }
            decided = false;
            Outcome outcome = dispatcher.endAttempt(
                    task, round.attempt(task, settings.time().nanos()));
            if (outcome instanceof Outcome.Succeeded succeeded) {
                return succeeded.value();
            }
            if (!waitForNextAttempt(outcome)) {
                throw exception(outcome);
            }
        }
    }

    /** Whether there will be another attempt after a failure. */
    boolean decide(Throwable failure) {
        decided = true;
        delay = null;
        RetryPolicy policy = task.binding().policy().retry();
        if (policy == null
                || failure instanceof CallRefusedException
                || !task.binding().isRepeatable(task)) {
            return false;
        }
        Duration wanted = policy.delayAfter(task.attempts, failure, ThreadLocalRandom.current());
        if (wanted == null) {
            return false;
        }
        nextAttempt = settings.time().nanos() + Math.min(RoundSettings.toNanos(wanted), Timers.FURTHEST);
        if (!dispatcher.mayTryAgain(task, nextAttempt)) {
            return false;
        }
        delay = wanted;
        return true;
    }

    private boolean waitForNextAttempt(Outcome outcome) {
        Throwable failure = failure(outcome);
        if (failure == null || task.failsRound) {
            return false;
        }
        if (!decided) {
            decide(failure);
        }
        if (delay == null) {
            return false;
        }
        long at = nextAttempt;
        round.reporter().callRetrying(task, outcome, delay);
        return dispatcher.pause(task) && dispatcher.parkUntil(task, () -> false, true, at) && dispatcher.resume(task);
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

    /** What an interceptor gets that proceeds with a call whose last attempt passed its limit. */
    private static final class AttemptTimedOut extends TimeoutException {
        private static final long serialVersionUID = 1L;

        private final transient Outcome outcome;

        AttemptTimedOut(Outcome outcome) {
            super(outcome.message());
            this.outcome = outcome;
        }
    }

    /** What an interceptor gets that proceeds with a call which neither returned nor threw. */
    private static final class Unsuccessful extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Outcome outcome;

        Unsuccessful(Outcome outcome) {
            super(outcome.message(), null, false, false);
            this.outcome = outcome;
        }
    }

    /** The call as interceptor number {@code place} sees it. */
    private final class Link implements InterceptedCall {
        private final int place;
        private final ToolCall call;
        private boolean proceeded;

        Link(int place, ToolCall call) {
            this.place = place;
            this.call = call;
        }

        /** This interceptor, or the tool if there is none. */
        @Nullable
        @SuppressWarnings("ReferenceEquality") // whether it was changed
        Object next(ToolCall seen) throws Exception {
            if (place < settings.interceptors().size()) {
                return settings.interceptors().get(place).intercept(new Link(place, seen));
            }
            task.changedCall = seen == task.call() ? null : seen;
            return attempts();
        }

        @Override
        public @Nullable Object proceed() throws Exception {
            return proceed(call);
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // an equal one need not be checked, but is not worth comparing
        public @Nullable Object proceed(ToolCall changed) throws Exception {
            if (proceeded) {
                throw new IllegalStateException(
                        "interceptor " + (place + 1) + " has run " + task.toolInQuotes() + " before: a call runs once");
            }
            proceeded = true;
            if (changed != call) {
                check(changed);
            }
            return new Link(place + 1, changed).next(changed);
        }

        private void check(ToolCall changed) {
            if (!changed.tool().equals(call.tool())) {
                throw new IllegalArgumentException(
                        "a call of tool '" + call.tool() + "' cannot become one of tool '" + changed.tool() + "'");
            }
            Access access = task.unplanned(changed);
            if (access != null) {
                throw new IllegalArgumentException("the changed arguments of " + task.toolInQuotes() + " would "
                        + access + ", which was not planned: " + accesses());
            }
        }

        @Override
        public ToolCall call() {
            return call;
        }

        @Override
        public long round() {
            return round.number();
        }

        @Override
        public int index() {
            return task.index;
        }

        @Override
        public List<Access> accesses() {
            return task.accesses;
        }

        @Override
        public boolean onlyReads() {
            return task.onlyReads();
        }

        @Override
        public ToolPolicy policy() {
            return task.binding().policy();
        }

        @Override
        public CallPlan plan() {
            return dispatcher.plan();
        }

        @Override
        public <T extends @Nullable Object> T withoutPermit(Callable<T> wait) throws Exception {
            if (!pause()) {
                throw ended();
            }
            T result;
            try {
                result = wait.call();
            } catch (Throwable e) {
                resume();
                throw e;
            }
            if (!resume()) {
                throw ended();
            }
            return result;
        }

        @Override
        public <T extends @Nullable Object> T await(CompletionStage<T> answer, @Nullable Duration limit)
                throws Exception {
            CompletableFuture<T> future = answer.toCompletableFuture();
            Thread thread = Thread.currentThread();
            long at = settings.time().nanos()
                    + (limit == null ? 0 : Math.min(RoundSettings.toNanos(limit), Timers.FURTHEST));
            var unused = future.whenComplete((value, error) -> LockSupport.unpark(thread));
            if (!pause()) {
                throw ended();
            }
            boolean inTime = dispatcher.parkUntil(task, future::isDone, limit != null, at);
            boolean resumed = resume();
            if (!inTime || !resumed) {
                throw ended();
            }
            if (!future.isDone()) {
                throw new TimeoutException(task.toolInQuotes() + " waited " + (limit == null ? 0 : limit.toMillis())
                        + " ms for an answer that did not come");
            }
            try {
                return future.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }

        /** A wait may be within another one. */
        private boolean pause() {
            if (waits == 0 && !dispatcher.pause(task)) {
                return false;
            }
            waits++;
            return true;
        }

        private boolean resume() {
            return --waits > 0 || dispatcher.resume(task);
        }

        private InterruptedException ended() {
            return new InterruptedException(task.toolInQuotes() + " has been ended while it waited");
        }
    }
}
