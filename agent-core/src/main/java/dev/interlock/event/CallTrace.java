package dev.interlock.event;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a call did over time: an unbroken row of spans from its planning to its end. Immutable.
 *
 * @param end how the call ended
 * @param spans the spans, without gaps and none of zero length; empty for a call that took no measurable time
 * @param settings what the tool's policy and the executor's caps say; a what-if changes them
 * @param endedBefore whether the call had ended before its round was resumed. The call then takes no time of this
 *     round, and counts in the round in which it ended, not again in this one
 */
public record CallTrace(CallEnd end, List<Span> spans, Settings settings, boolean endedBefore) {

    /**
     * A call's settings, apart from time limits.
     *
     * @param priority the priority of the call's tool
     * @param caps the caps that hold for the call, in the order in which it takes their slots
     */
    public record Settings(int priority, List<CallCap> caps) {

        /** The defaults: priority 0 and no caps. */
        public static final Settings NONE = new Settings(0, List.of());

        /** Copies the list. */
        public Settings {
            caps = List.copyOf(caps);
        }
    }

    /**
     * A cap.
     *
     * @param name the cap's name, as in {@link Wait.ForCap#cap()}
     * @param limit how many calls may run at the same time
     */
    public record CallCap(String name, int limit) {
        /** Rejects null. */
        public CallCap {
            Objects.requireNonNull(name, "name");
        }
    }

    /** Copies the list, rejects nulls and gaps. */
    public CallTrace {
        Objects.requireNonNull(end, "end");
        spans = List.copyOf(spans);
        Objects.requireNonNull(settings, "settings");
        if (endedBefore && !spans.isEmpty()) {
            throw new IllegalArgumentException(
                    "a call that ended before its round was resumed must have no spans, has " + spans.size());
        }
        for (int i = 1; i < spans.size(); i++) {
            if (!spans.get(i).start().equals(spans.get(i - 1).end())) {
                throw new IllegalArgumentException("span " + (i + 1) + " starts at "
                        + spans.get(i).start() + ", the one before ends at "
                        + spans.get(i - 1).end());
            }
        }
    }

    /**
     * Makes the trace of a call that ended in its round.
     *
     * @param end how the call ended
     * @param spans the spans, without gaps and none of zero length
     * @param settings what the tool's policy and the executor's caps say
     */
    public CallTrace(CallEnd end, List<Span> spans, Settings settings) {
        this(end, spans, settings, false);
    }

    /**
     * Makes a call's trace from its result alone. The trace then does not know what the call waited for.
     *
     * @param result the call's result
     * @param planned when the call was planned
     * @return the trace
     */
    public static CallTrace of(CallResult result, Instant planned) {
        List<Span> spans = new ArrayList<>();
        if (result.start().isAfter(planned)) {
            spans.add(new Span(TimeKind.START, planned, result.start(), 0, null));
        }
        if (result.end().isAfter(result.start())) {
            TimeKind kind = result.attempts() == 0 ? TimeKind.START : TimeKind.RUN;
            spans.add(new Span(kind, result.start(), result.end(), result.attempts(), null));
        }
        return new CallTrace(end(result.outcome()), spans, CallTrace.Settings.NONE);
    }

    private static CallEnd end(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Succeeded succeeded -> CallEnd.OK;
            case Outcome.Failed failed -> CallEnd.FAILED;
            case Outcome.TimedOut timedOut -> CallEnd.TIMED_OUT;
            case Outcome.Cancelled cancelled -> CallEnd.CANCELLED;
            case Outcome.Skipped skipped -> CallEnd.SKIPPED;
        };
    }

    /**
     * Returns how long the call's tool took: its runs, and the waits between an attempt that failed and the next one.
     * Other waits do not count, such as one for a permit before another attempt.
     *
     * @return never negative; zero for a call whose tool never ran in this round
     */
    public Duration toolTime() {
        return time(TimeKind.RUN).plus(time(TimeKind.RETRY));
    }

    /**
     * Returns how much time the call spent on something.
     *
     * @param kind what it spent the time on
     * @return the sum of its spans
     */
    public Duration time(TimeKind kind) {
        return spans.stream()
                .filter(span -> span.kind() == kind)
                .map(Span::duration)
                .reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * Returns what the call spent its time on.
     *
     * @return a new map in the order of the kinds, without kinds that took no time
     */
    public Map<TimeKind, Duration> times() {
        Map<TimeKind, Duration> times = new EnumMap<>(TimeKind.class);
        spans.forEach(span -> times.merge(span.kind(), span.duration(), Duration::plus));
        return times;
    }

    /**
     * Returns how long the call waited in all.
     *
     * @return the sum of its waits' spans
     */
    public Duration waited() {
        return spans.stream()
                .filter(span -> span.kind().isWait())
                .map(Span::duration)
                .reduce(Duration.ZERO, Duration::plus);
    }
}
