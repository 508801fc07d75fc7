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
 * Several rounds one after another: those of an invocation, of a task, or any recorded ones. Immutable.
 *
 * @param rounds the rounds in the order in which they ended
 */
public record RunReport(List<RoundReport> rounds) {

    /** Copies the list. */
    public RunReport {
        rounds = List.copyOf(rounds);
    }

    /**
     * Returns when the first round began.
     *
     * @return the epoch if there are no rounds
     */
    public Instant start() {
        return rounds.stream().map(RoundReport::start).min(Instant::compareTo).orElse(Instant.EPOCH);
    }

    /**
     * Returns when the last round ended.
     *
     * @return the epoch if there are no rounds
     */
    public Instant end() {
        return rounds.stream().map(RoundReport::end).max(Instant::compareTo).orElse(Instant.EPOCH);
    }

    /**
     * Returns how long everything took, with the model's time between the rounds.
     *
     * @return never negative
     */
    public Duration elapsed() {
        return Duration.between(start(), end());
    }

    /**
     * Returns how long the rounds took together.
     *
     * @return never negative
     */
    public Duration timeInRounds() {
        return sum(rounds.stream().map(RoundReport::elapsed).toList());
    }

    /**
     * Returns how long the calls took together. The rounds would have taken this time with one call after another.
     *
     * @return never negative
     */
    public Duration sequentialTime() {
        return sum(rounds.stream().map(RoundReport::sequentialTime).toList());
    }

    /**
     * Returns how much longer the rounds would have taken with one call after another. Rounds in which calls waited for
     * a person, or for something outside the process, do not count: their time says little about how calls overlapped.
     *
     * @return the other rounds' {@link RoundReport#sequentialTime()} less their {@link RoundReport#elapsed()}; never
     *     negative
     */
    public Duration timeSaved() {
        Duration saved = rounds.stream()
                .filter(round -> !round.waitedOutside())
                .map(round -> round.sequentialTime().minus(round.elapsed()))
                .reduce(Duration.ZERO, Duration::plus);
        return saved.isNegative() ? Duration.ZERO : saved;
    }

    /**
     * Returns the number of calls. A call that ended before its round was resumed does not count again.
     *
     * @return the {@link RoundReport#calls()} of all rounds
     */
    public int calls() {
        return rounds.stream().mapToInt(RoundReport::calls).sum();
    }

    /**
     * Returns what all calls together spent their time on.
     *
     * @return a new map in the order of the kinds, without kinds that took no time
     */
    public Map<TimeKind, Duration> times() {
        Map<TimeKind, Duration> times = new EnumMap<>(TimeKind.class);
        rounds.forEach(round -> round.times().forEach((kind, time) -> times.merge(kind, time, Duration::plus)));
        return times;
    }

    /**
     * Counts how the calls ended. A call that ended before its round was resumed does not count again.
     *
     * @return a new map from each end to its number of calls, in the order of the ends, without ends that no call had
     */
    public Map<CallEnd, Integer> ends() {
        Map<CallEnd, Integer> ends = new EnumMap<>(CallEnd.class);
        for (RoundReport round : rounds) {
            for (CallTrace trace : round.traces()) {
                if (!trace.endedBefore()) {
                    ends.merge(trace.end(), 1, Integer::sum);
                }
            }
        }
        return ends;
    }

    /**
     * Computes what would have made the rounds faster, from the recorded times. Each what-if simulates the rounds, so
     * this takes a moment for thousands of calls.
     *
     * @return the what-ifs, the most rewarding first; those that gain less than 5 % are left out
     */
    public List<WhatIf> whatIfs() {
        return WhatIfs.of(rounds);
    }

    private static Duration sum(List<Duration> durations) {
        return durations.stream().reduce(Duration.ZERO, Duration::plus);
    }
}
