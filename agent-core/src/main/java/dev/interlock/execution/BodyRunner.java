package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.recording.Recording;
import dev.interlock.schedule.Outcomes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Runs the bodies of a round's calls, each on the current thread, which holds no lock. Each body runs in the round's
 * context. The runner measures its time and applies the limit of results.
 */
final class BodyRunner {

    private final CapturedContext context;
    private final RoundReporter reporter;
    private final TimeSource time;
    private final @Nullable ResultLimit limit;
    private final @Nullable BodyListeners listeners;
    private final boolean loggingContext;
    private final @Nullable FootprintWatch watch;
    private final @Nullable JournalledRound journal;

    /** Whether nothing is around a body. It then runs with few frames, since tools' authors read their stack traces. */
    private final boolean bare;

    BodyRunner(RoundFrame frame) {
        RoundSettings settings = frame.settings();
        this.context = frame.context();
        this.reporter = frame.reporter();
        this.time = settings.time();
        this.limit = settings.batch().result();
        this.listeners = settings.bodyListeners();
        this.loggingContext = settings.loggingContext();
        this.watch = settings.watch();
        this.journal = frame.journal();
        this.bare = context.isEmpty() && listeners == null && !loggingContext && watch == null;
    }

    /** Runs the body of a call once, from {@code now} on. */
    BodyRun run(DrivenCall call, long now) {
        long start = reporter.callStarted(call) ? time.nanos() : now;
        if (call.isInterruptedByRound()) {
            // A listener has run, and may have cleared the flag.
            return new BodyRun(start, time.nanos(), Outcomes.interrupted(call, start, Outcomes.INTERRUPTED), null);
        }
        return journal == null ? runTimed(call, start, 0) : runJournalled(journal, call);
    }

    /** Runs a body once the journal has its start. Writing the journal does not count for the body's time. */
    private BodyRun runJournalled(JournalledRound by, DrivenCall call) {
        Outcome bar = by.starts(call);
        long start = time.nanos();
        return bar == null ? runTimed(call, start, call.untimedNanos()) : new BodyRun(start, time.nanos(), bar, null);
    }

    private BodyRun runTimed(DrivenCall call, long start, long untimedBefore) {
        BodyRun run = bare ? runBody(call, start, null) : runAround(call, start);
        long nanos = run.endNanos() - start - (call.untimedNanos() - untimedBefore);
        if (call.threadKind() == ThreadKind.OWNER) {
            call.binding().learntTime().ranOnOwner(nanos);
        } else {
            call.binding().learntTime().ranOnThread(nanos);
        }
        return run;
    }

    private BodyRun runAround(DrivenCall call, long start) {
        return watch == null ? run(call, start, null) : runWatched(watch, call, start);
    }

    private BodyRun run(DrivenCall call, long start, @Nullable Recording recording) {
        return context.isEmpty() ? runBody(call, start, recording) : runInContext(call, start, recording);
    }

    private BodyRun runWatched(FootprintWatch by, DrivenCall call, long start) {
        FootprintWatch.Run watched = by.begin(call, context.recording());
        return watched.end(run(call, start, watched.recording()), reporter::footprintUncovered);
    }

    /** Binds the call innermost, so propagators can neither replace nor remove it. */
    private @Nullable Object runHere(DrivenCall call, @Nullable Recording recording) throws Exception {
        return listeners == null
                ? runInside(call, recording)
                : listeners.around(call, () -> runInside(call, recording));
    }

    private @Nullable Object runInside(DrivenCall call, @Nullable Recording recording) throws Exception {
        return loggingContext ? runNamed(call, recording) : runRecorded(call.body(), recording);
    }

    private static @Nullable Object runNamed(DrivenCall call, @Nullable Recording recording) throws Exception {
        LoggingContext outer = LoggingContext.enter(call);
        try {
            return runRecorded(call.body(), recording);
        } finally {
            outer.restore();
        }
    }

    private static @Nullable Object runRecorded(CallBody body, @Nullable Recording recording) throws Exception {
        if (recording == null) {
            return body.run();
        }
        Within outer = Within.current().with(recording).enter();
        try {
            return body.run();
        } finally {
            outer.restore();
            recording.close();
        }
    }

    /** Handles a failure of code around the body. */
    BodyRun brokenOff(DrivenCall call, Throwable error) {
        return new BodyRun(call.startNanos(), time.nanos(), new Outcome.Failed(error), null);
    }

    /** Runs in the context: interceptors once, and each attempt anew, regardless of what the attempt before left. */
    @Nullable
    Object withinContext(Callable<@Nullable Object> body) throws Exception {
        return context.isEmpty() ? body.call() : context.call(body);
    }

    private BodyRun runBody(DrivenCall call, long start, @Nullable Recording recording) {
        Outcome outcome;
        Throwable leaving = null;
        boolean returned = false;
        try {
            Object value = bare ? call.body().run() : runHere(call, recording);
            returned = true;
            outcome = new Outcome.Succeeded(limitedHere(call, value));
        } catch (RoundFailure e) {
            leaving = returned ? null : e.leaving();
            outcome = new Outcome.Failed(leaving == null ? e : leaving);
        } catch (Throwable e) {
            outcome = new Outcome.Failed(e);
        }
        return new BodyRun(start, time.nanos(), outcome, leaving);
    }

    private BodyRun runInContext(DrivenCall call, long start, @Nullable Recording recording) {
        Body body = new Body(call, recording);
        Outcome outcome;
        try {
            outcome = new Outcome.Succeeded(limitedHere(call, context.call(body)));
        } catch (Throwable e) {
            outcome = new Outcome.Failed(body.leaving == null ? e : body.leaving);
        }
        return new BodyRun(start, time.nanos(), outcome, body.leaving);
    }

    /** Applies the limit here only without interceptors, since otherwise their result counts. */
    private @Nullable Object limitedHere(DrivenCall call, @Nullable Object value) throws Exception {
        return call.isManaged() ? value : limited(call, value);
    }

    /** Returns a call's result within the limit. */
    @Nullable
    Object limited(DrivenCall call, @Nullable Object value) throws Exception {
        return limit == null ? value : call.body().limitResult(value, limit);
    }

    /** A body inside the context. It remembers what it threw, since a propagator may wrap that. */
    private final class Body implements Callable<@Nullable Object> {
        private final DrivenCall call;
        private final @Nullable Recording recording;
        private @Nullable Throwable leaving;

        Body(DrivenCall call, @Nullable Recording recording) {
            this.call = call;
            this.recording = recording;
        }

        @Override
        public @Nullable Object call() throws Exception {
            try {
                return runHere(call, recording);
            } catch (RoundFailure e) {
                leaving = e.leaving();
                throw e;
            }
        }
    }
}
