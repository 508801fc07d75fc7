package dev.interlock.report;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.event.RoundReport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A listener that keeps the reports of the last rounds. Thread-safe.
 *
 * {@snippet :
 * RunRecorder recorder = new RunRecorder(100);
 * ParallelTools parallel = ParallelTools.builder().listener(recorder).build();
 * // ... a conversation ...
 * System.out.println(TextReport.of(recorder.report(), TextStyle.terminal()));
 * }
 */
public final class RunRecorder implements RoundListener {

    private final int maxRounds;

    // Guarded by this.
    private final Deque<RoundReport> rounds = new ArrayDeque<>();

    /**
     * Makes a recorder that has nothing yet.
     *
     * @param maxRounds how many rounds it keeps, with arguments and results of their calls; then it forgets the first
     * @throws IllegalArgumentException if that is below 1
     */
    public RunRecorder(int maxRounds) {
        if (maxRounds < 1) {
            throw new IllegalArgumentException("maxRounds must be >= 1, was " + maxRounds);
        }
        this.maxRounds = maxRounds;
    }

    @Override
    public synchronized void onEvent(RoundEvent event) {
        if (event instanceof RoundEvent.RoundEnded ended) {
            if (rounds.size() == maxRounds) {
                rounds.removeFirst();
            }
            rounds.addLast(ended.report());
        }
    }

    /**
     * What was recorded so far.
     *
     * @return a snapshot
     */
    public synchronized RunReport report() {
        return new RunReport(List.copyOf(rounds));
    }

    /** Forgets what was recorded. */
    public synchronized void clear() {
        rounds.clear();
    }
}
