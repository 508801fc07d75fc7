package dev.interlock.report;

import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.TimeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Several rounds, one after another: of an invocation, a task, or whatever was recorded. Immutable.
 *
 * @param rounds in the order in which they ended
 */
public record RunReport(List<RoundReport> rounds) {

    /** Copies the list. */
    public RunReport {
        rounds = List.copyOf(rounds);
    }

    /**
     * When the first round began.
     *
     * @return the epoch if there are no rounds
     */
    public Instant start() {
        return rounds.stream().map(RoundReport::start).min(Instant::compareTo).orElse(Instant.EPOCH);
    }

    /**
     * When the last round ended.
     *
     * @return the epoch if there are no rounds
     */
    public Instant end() {
        return rounds.stream().map(RoundReport::end).max(Instant::compareTo).orElse(Instant.EPOCH);
    }

    /**
     * How long all of it took, with what was between the rounds: the model.
     *
     * @return never negative
     */
    public Duration elapsed() {
        return Duration.between(start(), end());
    }

    /**
     * How long the rounds took, all together.
     *
     * @return never negative
     */
    public Duration timeInRounds() {
        return sum(rounds.stream().map(RoundReport::elapsed).toList());
    }

    /**
     * How long the calls took, all together: what the rounds would have taken one call after another.
     *
     * @return never negative
     */
    public Duration sequentialTime() {
        return sum(rounds.stream().map(RoundReport::sequentialTime).toList());
    }

    /**
     * How much longer the rounds would have taken with their calls one after another.
     *
     * @return {@link #sequentialTime()} less {@link #timeInRounds()}; never negative
     */
    public Duration timeSaved() {
        Duration saved = sequentialTime().minus(timeInRounds());
        return saved.isNegative() ? Duration.ZERO : saved;
    }

    /**
     * How many calls there were.
     *
     * @return of all rounds
     */
    public int calls() {
        return rounds.stream().mapToInt(round -> round.results().size()).sum();
    }

    /**
     * What the time of the calls went to, all together.
     *
     * @return in the order of the kinds, without those that took none; new
     */
    public Map<TimeKind, Duration> times() {
        Map<TimeKind, Duration> times = new EnumMap<>(TimeKind.class);
        rounds.forEach(round -> round.times().forEach((kind, time) -> times.merge(kind, time, Duration::plus)));
        return times;
    }

    /**
     * How the calls ended.
     *
     * @return how many in each way, in the order of the ways, without those that none ended in; new
     */
    public Map<CallEnd, Integer> ends() {
        Map<CallEnd, Integer> ends = new EnumMap<>(CallEnd.class);
        for (RoundReport round : rounds) {
            for (CallTrace trace : round.traces()) {
                ends.merge(trace.end(), 1, Integer::sum);
            }
        }
        return ends;
    }

    /**
     * What would have made the rounds faster, computed from the recorded times: each is a simulation of the rounds, so this
     * takes a moment for thousands of calls.
     *
     * @return the most rewarding first; without what brings less than 5 %
     */
    public List<WhatIf> whatIfs() {
        return WhatIfs.of(rounds);
    }

    private static Duration sum(List<Duration> durations) {
        return durations.stream().reduce(Duration.ZERO, Duration::plus);
    }
}
