package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Runs the bodies of a round's calls, each on the current thread, which holds no lock: in the context of the round, timed,
 * with the limit of results.
 */
final class BodyRunner {

    private final CapturedContext context;
    private final RoundReporter reporter;
    private final TimeSource time;
    private final @Nullable ResultLimit limit;

    BodyRunner(CapturedContext context, RoundReporter reporter, RoundSettings settings) {
        this.context = context;
        this.reporter = reporter;
        this.time = settings.time();
        this.limit = settings.batch().result();
    }

    /** Runs the body of a call once, from {@code now} on. */
    Attempt run(CallTask task, long now) {
        long start = reporter.callStarted(task) ? time.nanos() : now;
        if (task.running.isInterruptedByRound()) {
            // The flag may be gone: a listener was told.
            return new Attempt(start, time.nanos(), Messages.interrupted(task, start, Round.INTERRUPTED), null);
        }
        Attempt attempt = context.isEmpty() ? runBody(task, start) : runInContext(task, start);
        long nanos = attempt.end() - start;
        if (task.threadKind == ThreadKind.OWNER) {
            task.binding().bodyTime().ranOnOwner(nanos);
        } else {
            task.binding().bodyTime().ranOnThread(nanos);
        }
        return attempt;
    }

    /** What is not the body's own threw, around it. */
    Attempt brokenOff(CallTask task, Throwable error) {
        return new Attempt(task.startNanos, time.nanos(), new Outcome.Failed(error), null);
    }

    /** Interceptors are in the context, and each attempt anew, whatever the one before has left. */
    @Nullable
    Object withinContext(Callable<@Nullable Object> body) throws Exception {
        return context.isEmpty() ? body.call() : context.call(body);
    }

    private Attempt runBody(CallTask task, long start) {
        Outcome outcome;
        Throwable leaving = null;
        boolean returned = false;
        try {
            Object value = task.run();
            returned = true;
            outcome = new Outcome.Succeeded(limited(task, value));
        } catch (RoundFailure e) {
            leaving = returned ? null : e.leaving();
            outcome = new Outcome.Failed(leaving == null ? e : leaving);
        } catch (Throwable e) {
            outcome = new Outcome.Failed(e);
        }
        return new Attempt(start, time.nanos(), outcome, leaving);
    }

    private Attempt runInContext(CallTask task, long start) {
        Body body = new Body(task);
        Outcome outcome;
        try {
            outcome = new Outcome.Succeeded(limited(task, context.call(body)));
        } catch (Throwable e) {
            outcome = new Outcome.Failed(body.leaving == null ? e : body.leaving);
        }
        return new Attempt(start, time.nanos(), outcome, body.leaving);
    }

    private @Nullable Object limited(CallTask task, @Nullable Object value) throws Exception {
        return limit == null ? value : task.limitResult(value, limit);
    }

    /** A body within the context: a propagator may wrap what it throws. */
    private static final class Body implements Callable<@Nullable Object> {
        private final CallTask task;
        private @Nullable Throwable leaving;

        Body(CallTask task) {
            this.task = task;
        }

        @Override
        public @Nullable Object call() throws Exception {
            try {
                return task.run();
            } catch (RoundFailure e) {
                leaving = e.leaving();
                throw e;
            }
        }
    }
}
