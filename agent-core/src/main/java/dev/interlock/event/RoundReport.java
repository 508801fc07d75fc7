package dev.interlock.event;

import dev.interlock.call.CallResult;
import dev.interlock.plan.CallPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A finished round: what was planned, what came of it, and how long it took. Immutable.
 *
 * @param round the number of the round, unique in this JVM
 * @param plan the plan of the batch
 * @param results one result a call, in call order
 * @param start when the round began
 * @param end when its last call was done
 */
public record RoundReport(long round, CallPlan plan, List<CallResult> results, Instant start, Instant end) {

    /** Copies the list, rejects nulls. */
    public RoundReport {
        Objects.requireNonNull(plan, "plan");
        results = List.copyOf(results);
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(end, "end");
    }

    /**
     * How long the round took.
     *
     * @return from its begin to the end of its last call
     */
    public Duration elapsed() {
        return Duration.between(start, end);
    }

    /**
     * How long the calls took together: what the round would have taken one call after another.
     *
     * @return the sum of the calls' durations
     */
    public Duration sequentialTime() {
        return results.stream().map(CallResult::duration).reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * How much faster the round was than its calls one after another.
     *
     * @return {@link #sequentialTime()} ÷ {@link #elapsed()}; 1 for a round that took no measurable time
     */
    public double speedup() {
        long elapsed = elapsed().toNanos();
        return elapsed <= 0 ? 1.0 : (double) sequentialTime().toNanos() / elapsed;
    }

    /**
     * The calls over time as text, a line a call: a bar from its start to its end on a common scale.
     *
     * @return lines joined by newlines, none at the end; empty for an empty round
     */
    public String timeline() {
        return Timeline.of(results, start, end);
    }
}
