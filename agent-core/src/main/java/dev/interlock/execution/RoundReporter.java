package dev.interlock.execution;

import dev.interlock.audit.Finding;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.event.BodyListener;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Wait;
import dev.interlock.jfr.FlightRecorders;
import dev.interlock.jfr.RoundRecorder;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import dev.interlock.schedule.Note;
import dev.interlock.schedule.PendingCause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one round's events to listeners and to Flight Recorder. Listeners run on the calling thread, which holds no
 * lock. Without listeners it makes no events.
 */
final class RoundReporter implements CallEvents.Telling {

    private static final Logger log = LoggerFactory.getLogger(RoundReporter.class);

    private final long number;
    private final List<RoundListener> listeners;
    private final @Nullable RoundRecorder recorder;
    private final TimeSource time;
    private final RoundResults results;
    private final int maxConcurrency;

    RoundReporter(long number, RoundSettings settings, RoundResults results) {
        this.number = number;
        this.listeners = settings.listeners();
        this.recorder = FlightRecorders.ofRound();
        this.time = settings.time();
        this.results = results;
        this.maxConcurrency = settings.limits().maxConcurrency();
    }

    boolean isListened() {
        return recorder != null || !listeners.isEmpty();
    }

    /** Creates the events of a new call; null without listeners. */
    @Nullable
    CallEvents newEvents() {
        return isListened() ? new CallEvents(this, !listeners.isEmpty()) : null;
    }

    // The round.

    /**
     * Reports the round's start. Listeners that surround bodies hear it in the round's context, as they hear of the
     * bodies.
     */
    void roundStarted(DrivenCall[] calls, long now, CapturedContext context) {
        if (!isListened()) {
            return;
        }
        List<ToolCall> all =
                Arrays.stream(calls).map(call -> call.body().call()).toList();
        RoundEvent started = new RoundEvent.RoundStarted(number, all, instant(now));
        for (RoundListener listener : listeners) {
            if (!context.isEmpty() && listener instanceof BodyListener) {
                tellWithin(context, started, listener);
            } else {
                tell(started, listener);
            }
        }
        if (recorder != null) {
            tell(started, recorder);
        }
    }

    private static void tellWithin(CapturedContext context, RoundEvent event, RoundListener listener) {
        boolean[] told = new boolean[1];
        try {
            context.call(() -> {
                told[0] = true;
                tell(event, listener);
                return told;
            });
        } catch (Throwable e) {
            logFailure(event, e);
        }
        if (!told[0]) {
            tell(event, listener);
        }
    }

    /** When this returns, all notes on the calls are delivered. */
    void tellRest(DrivenCall[] calls) {
        if (isListened()) {
            for (DrivenCall call : calls) {
                call.requireEvents().tellRest(call.isAbandoned());
            }
        }
    }

    void roundEnded(DrivenCall[] calls, long startNanos, long endNanos) {
        if (recorder != null) {
            recordEnd(recorder);
        }
        if (!listeners.isEmpty()) {
            Instant start = instant(startNanos);
            List<CallResult> ended = new ArrayList<>(calls.length);
            List<CallTrace> traces = new ArrayList<>(calls.length);
            for (DrivenCall call : calls) {
                CallResult result = reported(call, start);
                ended.add(result);
                traces.add(trace(call, result, start));
            }
            RoundEvent event = new RoundEvent.RoundEnded(new RoundReport(
                    number, plan(Arrays.asList(calls)), ended, traces, maxConcurrency, start, instant(endNanos)));
            listeners.forEach(listener -> tell(event, listener));
        }
    }

    /** Returns a call's result for the report. A call that ended before the resume took none of this round's time. */
    private CallResult reported(DrivenCall call, Instant start) {
        CallResult before = RoundResults.before(call);
        if (before != null) {
            return new CallResult(before.call(), before.outcome(), before.attempts(), start, start, before.thread());
        }
        CallResult told = call.requireEvents().result();
        return told == null ? results.of(call) : told;
    }

    private static void recordEnd(RoundRecorder recorder) {
        try {
            recorder.ended();
        } catch (Throwable e) {
            log.warn("Flight Recorder could not record a round", e);
        }
    }

    private static CallTrace trace(DrivenCall call, CallResult result, Instant start) {
        CallTrace.Settings settings = new CallTrace.Settings(
                call.tool().policy().priority(),
                call.caps().stream()
                        .map(cap -> new CallTrace.CallCap(cap.name(), cap.limit()))
                        .toList());
        CallTrace trace = call.requireEvents().trace(settings);
        if (trace != null) {
            return trace;
        }
        if (RoundResults.before(call) != null) {
            return new CallTrace(RoundResults.end(result.outcome(), result.attempts()), List.of(), settings, true);
        }
        // If the engine has failed, a call's end may never have been reported.
        return CallTrace.of(result, start);
    }

    // Events of calls, each on the call's thread or on the thread that plans or ends it.

    /**
     * Reports a call's plan, unless the owner has reported it because it began to run the round alone. A call that
     * ended before its round was resumed has its outcome already: nothing is told of it.
     */
    void callPlanned(DrivenCall call, long now) {
        CallEvents events = call.events();
        if (events != null && events.areNone() && call.settled() == null) {
            PlannedCall planned = call.planned();
            events.tell(now, at -> new RoundEvent.CallPlanned(number, call.index(), planned, at));
        }
    }

    void callPending(DrivenCall call, PendingCause cause, long now) {
        callWaiting(call, new Wait.ForDecision(cause.kind(), cause.reason()), now);
    }

    void callWaiting(DrivenCall call, Wait wait, long now) {
        CallEvents events = call.events();
        if (events != null) {
            events.tell(now, at -> new RoundEvent.CallWaiting(number, call.index(), wait, at));
        }
    }

    /** Reports the event; returns whether there are listeners. */
    boolean callReady(DrivenCall call, long now) {
        CallEvents events = call.events();
        if (events != null) {
            events.tell(now, at -> new RoundEvent.CallReady(number, call.index(), at));
        }
        return events != null;
    }

    /** Reports the event; returns whether there are listeners. */
    boolean callStarted(DrivenCall call) {
        CallEvents events = call.events();
        if (events != null) {
            ToolCall started = call.body().call();
            int attempt = call.attempts();
            events.tell(time.nanos(), at -> new RoundEvent.CallStarted(number, call.index(), started, attempt, at));
        }
        return events != null;
    }

    void attemptEnded(DrivenCall call, Outcome outcome, BodyRun run) {
        CallEvents events = call.events();
        if (events != null) {
            int attempts = call.attempts();
            Instant start = instant(run.startNanos());
            events.tell(
                    run.endNanos(),
                    at -> new RoundEvent.CallAttemptEnded(number, call.index(), attempts, outcome, start, at));
        }
    }

    void callRetrying(DrivenCall call, Outcome outcome, Duration delay) {
        CallEvents events = call.events();
        if (events != null) {
            int attempts = call.attempts();
            events.tell(
                    time.nanos(),
                    at -> new RoundEvent.CallRetrying(number, call.index(), attempts, outcome, delay, at));
        }
    }

    void footprintUncovered(DrivenCall call, ToolCall ran, Finding finding) {
        CallEvents events = call.events();
        if (events != null) {
            int attempts = call.attempts();
            events.tell(
                    time.nanos(),
                    at -> new RoundEvent.FootprintUncovered(
                            number, call.index(), ran, attempts, finding.uncovered(), finding.message(), at));
        }
    }

    /** Reports the event; returns whether there are listeners. */
    boolean callEnded(DrivenCall call, long now) {
        CallEvents events = call.events();
        if (events != null) {
            events.tell(now, at -> ended(call, at));
        }
        return events != null;
    }

    @Override
    public CallEvent event(Note note, Instant at) {
        DrivenCall call = DrivenCall.of(note.call());
        return switch (note.what()) {
            case PLANNED -> new RoundEvent.CallPlanned(number, call.index(), call.planned(), at);
            case WAITING -> new RoundEvent.CallWaiting(number, call.index(), note.requireWait(), at);
            case READY -> new RoundEvent.CallReady(number, call.index(), at);
            case COALESCED -> new RoundEvent.CallCoalesced(number, call.index(), call.coalescedWith(), at);
            case ENDED -> ended(call, at);
            case ABANDONED -> new RoundEvent.CallAbandoned(number, call.index(), at);
            case RELEASED -> new RoundEvent.CallReleased(number, call.index(), at);
        };
    }

    private CallEvent ended(DrivenCall call, Instant at) {
        return new RoundEvent.CallEnded(number, call.index(), results.of(call), RoundResults.end(call), at);
    }

    /** Flight Recorder comes last. */
    @Override
    public int listeners() {
        return listeners.size() + (recorder == null ? 0 : 1);
    }

    @Override
    public void tell(CallEvent event, int listener) {
        if (listener < listeners.size()) {
            tell(event, listeners.get(listener));
        } else if (recorder != null) {
            tell(event, recorder);
        }
    }

    private static void tell(RoundEvent event, RoundListener listener) {
        try {
            listener.onEvent(event);
        } catch (Throwable e) {
            logFailure(event, e);
        }
    }

    /** An exception of a user's class may fail to be printed. */
    private static void logFailure(RoundEvent event, Throwable failure) {
        try {
            log.warn("A listener failed on {}", event.getClass().getSimpleName(), failure);
        } catch (Throwable e) {
            log.warn(
                    "A listener failed on {} with a {}",
                    event.getClass().getSimpleName(),
                    failure.getClass().getName());
        }
    }

    static CallPlan plan(List<DrivenCall> calls) {
        List<PlannedCall> planned = calls.stream().map(DrivenCall::planned).toList();
        return CallPlan.of(planned, calls.stream().map(DrivenCall::uses).toList());
    }

    @Override
    public Instant instant(long nanos) {
        return results.clock().instant(nanos);
    }
}
