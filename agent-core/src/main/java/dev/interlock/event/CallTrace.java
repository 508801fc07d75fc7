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
 * What a call did over time: an unbroken row of spans from when it was planned to its end. Immutable.
 *
 * @param end how it ended
 * @param spans one after another, without gaps, none of no length; empty for a call that took no measurable time
 * @param settings what its tool's policy and the caps of its executor say, for those who ask what would be if they said otherwise
 */
public record CallTrace(CallEnd end, List<Span> spans, Settings settings) {

    /**
     * What holds for a call, beside the limits of time.
     *
     * @param priority of its tool
     * @param caps those that hold for it, in the order in which it takes them
     */
    public record Settings(int priority, List<CallCap> caps) {

        /** None in particular. */
        public static final Settings NONE = new Settings(0, List.of());

        /** Copies the list. */
        public Settings {
            caps = List.copyOf(caps);
        }
    }

    /**
     * A cap.
     *
     * @param name as in {@link Wait.ForCap#cap()}
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
        for (int i = 1; i < spans.size(); i++) {
            if (!spans.get(i).start().equals(spans.get(i - 1).end())) {
                throw new IllegalArgumentException("span " + (i + 1) + " starts at "
                        + spans.get(i).start() + ", the one before ends at "
                        + spans.get(i - 1).end());
            }
        }
    }

    /**
     * Makes the trace of a call of which only the result is known: what it waited for is not.
     *
     * @param result its result
     * @param planned when it was planned
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
     * How long the call was at something.
     *
     * @param kind what
     * @return the sum of its spans
     */
    public Duration time(TimeKind kind) {
        return spans.stream()
                .filter(span -> span.kind() == kind)
                .map(Span::duration)
                .reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * What its time went to.
     *
     * @return in the order of the kinds, without those that took none; new
     */
    public Map<TimeKind, Duration> times() {
        Map<TimeKind, Duration> times = new EnumMap<>(TimeKind.class);
        spans.forEach(span -> times.merge(span.kind(), span.duration(), Duration::plus));
        return times;
    }

    /**
     * How long it waited, for whatever.
     *
     * @return the sum of its spans of waits
     */
    public Duration waited() {
        return spans.stream()
                .filter(span -> span.kind().isWait())
                .map(Span::duration)
                .reduce(Duration.ZERO, Duration::plus);
    }
}
