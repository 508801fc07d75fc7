package dev.interlock.report;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.event.RoundReport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A listener that keeps the latest rounds' reports. Thread-safe. */
public final class RunRecorder implements RoundListener {

    private final int maxRounds;

    // Guarded by this.
    private final Deque<RoundReport> rounds = new ArrayDeque<>();

    /**
     * Creates an empty recorder.
     *
     * @param maxRounds how many rounds the recorder keeps, with their calls' arguments and results; beyond that it
     *     drops the oldest
     * @throws IllegalArgumentException if the number is below 1
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
     * Returns the rounds recorded so far.
     *
     * @return a snapshot
     */
    public synchronized RunReport report() {
        return new RunReport(List.copyOf(rounds));
    }

    /** Drops all recorded rounds. */
    public synchronized void clear() {
        rounds.clear();
    }
}
