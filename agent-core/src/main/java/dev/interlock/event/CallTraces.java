package dev.interlock.event;

import dev.interlock.event.RoundEvent.CallEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the traces of calls from their events. */
public final class CallTraces {

    private final List<? extends CallEvent> events;
    private final List<Span> spans = new ArrayList<>();

    // What the call currently spends its time on.
    private TimeKind kind = TimeKind.START;
    private Instant since;
    private @Nullable Wait wait;
    private int attempt;
    private boolean running;

    private CallTraces(List<? extends CallEvent> events) {
        if (events.isEmpty() || !(events.get(0) instanceof RoundEvent.CallPlanned planned)) {
            throw new IllegalArgumentException("the first event of a call must be CallPlanned, was "
                    + (events.isEmpty() ? "none" : events.get(0)));
        }
        this.events = events;
        this.since = planned.at();
    }

    /**
     * Makes the trace of a call from its events.
     *
     * @param events all events of one call, in the order of their delivery, at least up to its end
     * @param settings the call's settings
     * @return the trace
     * @throws IllegalArgumentException if the first is not a {@link RoundEvent.CallPlanned}, or none is a
     *     {@link RoundEvent.CallEnded}
     */
    public static CallTrace of(List<? extends CallEvent> events, CallTrace.Settings settings) {
        return new CallTraces(events).build(settings);
    }

    private CallTrace build(CallTrace.Settings settings) {
        for (CallEvent event : events) {
            CallEnd end = add(event);
            if (end != null) {
                return new CallTrace(end, spans, settings);
            }
        }
        throw new IllegalArgumentException(
                "the events of a call must include CallEnded; the last one was " + events.getLast());
    }

    /** Adds an event; returns how the call ended if this is its end. */
    private @Nullable CallEnd add(CallEvent event) {
        switch (event) {
            case RoundEvent.CallPlanned planned -> {}
            case RoundEvent.CallWaiting waiting -> goOn(waiting.waitsFor().kind(), waiting.waitsFor(), waiting.at());
            case RoundEvent.CallReady ready -> goOn(running ? TimeKind.RUN : TimeKind.START, null, ready.at());
            case RoundEvent.CallCoalesced coalesced ->
                goOn(TimeKind.DEPENDENCY, new Wait.ForCalls(List.of(coalesced.with()), false), coalesced.at());
            case RoundEvent.CallStarted started -> {
                goOn(TimeKind.START, null, started.at());
                attempt = started.attempt();
                running = true;
                goOn(TimeKind.RUN, null, bodyStart(started));
            }
            case RoundEvent.CallAttemptEnded ended -> {
                running = false;
                goOn(TimeKind.START, null, ended.at());
            }
            case RoundEvent.CallRetrying retrying -> goOn(TimeKind.RETRY, null, retrying.at());
            case RoundEvent.FootprintUncovered uncovered -> {}
            case RoundEvent.CallAbandoned abandoned -> {}
            case RoundEvent.CallReleased released -> {}
            case RoundEvent.CallEnded ended -> {
                goOn(kind, null, ended.at());
                return ended.end();
            }
        }
        return null;
    }

    /**
     * Returns when the body began. Listeners ran between the event and the body. For an abandoned attempt only the
     * event's time is known.
     */
    private Instant bodyStart(RoundEvent.CallStarted started) {
        for (CallEvent event : events) {
            if (event instanceof RoundEvent.CallAttemptEnded ended && ended.attempt() == started.attempt()) {
                return ended.start();
            }
        }
        return started.at();
    }

    private void goOn(TimeKind next, @Nullable Wait nextWait, Instant at) {
        if (at.isAfter(since)) {
            Span last = spans.isEmpty() ? null : spans.getLast();
            if (last != null && last.kind() == kind && last.attempt() == attempt && same(last.waitsFor(), wait)) {
                spans.set(spans.size() - 1, new Span(kind, last.start(), at, attempt, wait));
            } else {
                spans.add(new Span(kind, since, at, attempt, wait));
            }
            since = at;
        }
        kind = next;
        wait = nextWait;
    }

    private static boolean same(@Nullable Wait one, @Nullable Wait other) {
        return one == null ? other == null : one.equals(other);
    }
}
