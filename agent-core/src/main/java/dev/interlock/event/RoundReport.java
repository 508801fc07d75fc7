package dev.interlock.event;

import dev.interlock.call.CallResult;
import dev.interlock.plan.CallPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A finished round: its plan, its results, what each call waited for, and how long everything took. Immutable.
 *
 * @param round the number of the round, unique in this JVM
 * @param plan the plan of the batch
 * @param results one result for each call, in call order
 * @param traces what each call did over time, in call order
 * @param maxConcurrency how many calls of the round could run at a time; {@link Integer#MAX_VALUE} for no limit
 * @param start when the round began
 * @param end when its last call ended
 */
public record RoundReport(
        long round,
        CallPlan plan,
        List<CallResult> results,
        List<CallTrace> traces,
        int maxConcurrency,
        Instant start,
        Instant end) {

    /** Copies the lists; rejects nulls and lists of different lengths. */
    public RoundReport {
        Objects.requireNonNull(plan, "plan");
        results = List.copyOf(results);
        traces = List.copyOf(traces);
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(end, "end");
        if (results.size() != traces.size()) {
            throw new IllegalArgumentException(
                    "got " + results.size() + " results, but traces of " + traces.size() + " calls");
        }
    }

    /**
     * Makes a round's report from its results alone. The report then does not know what calls waited for before their
     * starts.
     *
     * @param round the number of the round
     * @param plan the plan of the batch
     * @param results one result for each call, in call order
     * @param start when the round began
     * @param end when its last call ended
     */
    public RoundReport(long round, CallPlan plan, List<CallResult> results, Instant start, Instant end) {
        this(round, plan, results, traces(results, start), Integer.MAX_VALUE, start, end);
    }

    private static List<CallTrace> traces(List<CallResult> results, Instant start) {
        List<CallTrace> traces = new ArrayList<>(results.size());
        results.forEach(result -> traces.add(CallTrace.of(result, start)));
        return traces;
    }

    /**
     * Tells whether the round was suspended. Its calls with {@link CallEnd#SUSPENDED} then have no outcome yet; their
     * results say what they wait for. A resume is a round with a report of its own, in which calls that had ended
     * before take no time.
     *
     * @return false if every call has its outcome
     */
    public boolean isSuspended() {
        return traces.stream().anyMatch(trace -> trace.end() == CallEnd.SUSPENDED);
    }

    /**
     * Counts the calls of this round. A call that ended before the round was resumed counts in the round in which it
     * ended.
     *
     * @return the number of results, less those of calls that ended before
     */
    public int calls() {
        return results.size() - callsBefore();
    }

    /**
     * Counts the calls that ended before the round was resumed. The report has their results, but they took no time of
     * this round.
     *
     * @return 0 unless the round resumes another one
     */
    public int callsBefore() {
        return (int) traces.stream().filter(CallTrace::endedBefore).count();
    }

    /**
     * Counts the calls that did not succeed. Calls of a suspended round that have no outcome yet are not among them,
     * and neither are calls that ended before the round was resumed.
     *
     * @return never negative
     */
    public int unsuccessful() {
        int count = 0;
        for (int i = 0; i < traces.size(); i++) {
            CallTrace trace = traces.get(i);
            boolean counts = trace.end() != CallEnd.SUSPENDED && !trace.endedBefore();
            count += counts && !results.get(i).isSuccess() ? 1 : 0;
        }
        return count;
    }

    /**
     * Tells whether calls waited for a person, or for something outside the process. The round's time then says little
     * about how its calls overlapped.
     *
     * @return true if any call waited for an approval or was pending, however short that was
     */
    public boolean waitedOutside() {
        return traces.stream()
                .flatMap(trace -> trace.spans().stream())
                .anyMatch(span -> span.kind() == TimeKind.APPROVAL || span.kind() == TimeKind.PENDING);
    }

    /**
     * Returns how long the round took.
     *
     * @return the time from its beginning to the end of its last call
     */
    public Duration elapsed() {
        return Duration.between(start, end);
    }

    /**
     * Returns how long the calls took together. The round would have taken this time with one call after another. Only
     * what tools took counts, with the waits for another attempt: no wait for an approval or for a permit, no time in
     * which a call was pending, and nothing of a call whose tool never ran.
     *
     * @return the sum of the calls' {@link CallTrace#toolTime()}
     */
    public Duration sequentialTime() {
        return traces.stream().map(CallTrace::toolTime).reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * Returns how much faster the round was than its calls one after another.
     *
     * @return {@link #sequentialTime()} ÷ {@link #elapsed()}; 1 for a round that took no measurable time
     */
    public double speedup() {
        long elapsed = elapsed().toNanos();
        return elapsed <= 0 ? 1.0 : (double) sequentialTime().toNanos() / elapsed;
    }

    /**
     * Returns how much longer the round would have taken with its calls one after another.
     *
     * @return {@link #sequentialTime()} less {@link #elapsed()}; never negative
     */
    public Duration timeSaved() {
        Duration saved = sequentialTime().minus(elapsed());
        return saved.isNegative() ? Duration.ZERO : saved;
    }

    /**
     * Returns what all calls together spent their time on.
     *
     * @return a new map in the order of the kinds, without kinds that took no time
     */
    public Map<TimeKind, Duration> times() {
        Map<TimeKind, Duration> times = new EnumMap<>(TimeKind.class);
        traces.forEach(trace -> trace.times().forEach((kind, time) -> times.merge(kind, time, Duration::plus)));
        return times;
    }

    /**
     * Returns the calls over time as text. Each call has a line with a bar from its start to its end, on a common
     * scale; {@code ░} is a wait between two attempts. The line of a call that took several attempts says how many, and
     * that of a call that did not succeed says why.
     *
     * @return lines separated by newlines, without one at the end; empty for an empty round
     */
    public String timeline() {
        return Timeline.of(results, traces, start, end);
    }
}
