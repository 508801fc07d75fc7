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
final class RoundReporter {

    private static final Logger log = LoggerFactory.getLogger(RoundReporter.class);

    private final long number;
    private final List<RoundListener> listeners;
    private final @Nullable RoundRecorder recorder;

    /** Both; null if there is none. */
    private final @Nullable RoundListeners all;

    private final TimeSource time;
    private final RoundClock clock;
    private final int maxConcurrency;

    RoundReporter(long number, RoundSettings settings, RoundClock clock) {
        this.number = number;
        this.listeners = settings.listeners();
        this.recorder = FlightRecorders.ofRound();
        this.time = settings.time();
        this.clock = clock;
        this.all = isListened() ? new RoundListeners(withRecorder(), clock, this::event) : null;
        this.maxConcurrency = settings.limits().maxConcurrency();
    }

    boolean isListened() {
        return recorder != null || !listeners.isEmpty();
    }

    private List<RoundListener> withRecorder() {
        if (recorder == null) {
            return listeners;
        }
        List<RoundListener> both = new ArrayList<>(listeners);
        both.add(recorder);
        return both;
    }

    /** Creates the events of a new call; null without listeners. */
    @Nullable
    CallEvents newEvents() {
        return all == null ? null : new CallEvents(all, !listeners.isEmpty());
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
        List<ToolCall> made =
                Arrays.stream(calls).map(call -> call.body().call()).toList();
        RoundEvent started = new RoundEvent.RoundStarted(number, made, clock.instant(now));
        for (RoundListener listener : listeners) {
            if (!context.isEmpty() && listener instanceof BodyListener) {
                tellWithin(context, started, listener);
            } else {
                RoundListeners.tell(started, listener);
            }
        }
        if (recorder != null) {
            RoundListeners.tell(started, recorder);
        }
    }

    private static void tellWithin(CapturedContext context, RoundEvent event, RoundListener listener) {
        boolean[] told = new boolean[1];
        try {
            context.call(() -> {
                told[0] = true;
                RoundListeners.tell(event, listener);
                return told;
            });
        } catch (Throwable e) {
            RoundListeners.logFailure(event, e);
        }
        if (!told[0]) {
            RoundListeners.tell(event, listener);
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
            Instant start = clock.instant(startNanos);
            List<CallResult> ended = new ArrayList<>(calls.length);
            List<CallTrace> traces = new ArrayList<>(calls.length);
            for (DrivenCall call : calls) {
                CallResult result = reported(call, start);
                ended.add(result);
                traces.add(trace(call, result, start));
            }
            RoundEvent event = new RoundEvent.RoundEnded(new RoundReport(
                    number,
                    DrivenCall.plan(Arrays.asList(calls)),
                    ended,
                    traces,
                    maxConcurrency,
                    start,
                    clock.instant(endNanos)));
            listeners.forEach(listener -> RoundListeners.tell(event, listener));
        }
    }

    /** Returns a call's result for the report. A call that ended before the resume took none of this round's time. */
    private CallResult reported(DrivenCall call, Instant start) {
        CallResult before = RoundResults.before(call);
        if (before != null) {
            return new CallResult(before.call(), before.outcome(), before.attempts(), start, start, before.thread());
        }
        CallResult told = call.requireEvents().result();
        return told == null ? RoundResults.of(call) : told;
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
            Instant start = clock.instant(run.startNanos());
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

    private CallEvent event(Note note, Instant at) {
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
        return new RoundEvent.CallEnded(number, call.index(), RoundResults.of(call), RoundResults.end(call), at);
    }
}
