package dev.interlock.spring;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * All rounds of the application that run now. The context's {@linkplain OwnExecutors executors} know their rounds,
 * however they were built. The {@link RoundMonitor} also hears of executors that are no beans, if they were built with
 * the starter's builder. Thread-safe.
 */
final class ApplicationRounds {

    /** The longest time that fits into nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final RoundMonitor monitor;
    private final OwnExecutors own;

    private volatile boolean awaited;

    ApplicationRounds(RoundMonitor monitor, OwnExecutors own) {
        this.monitor = monitor;
        this.own = own;
    }

    /** How many rounds run now. Both sources have the same numbers of rounds. */
    int count() {
        Set<Long> all = new HashSet<>(monitor.rounds());
        all.addAll(own.runningRounds());
        return all.size();
    }

    /** Whether a thread waits for the end of all rounds; for tests. */
    boolean isAwaited() {
        return awaited;
    }

    /**
     * Waits until no round runs.
     *
     * @param longest the longest wait
     * @return whether no round runs
     * @throws InterruptedException if the current thread is interrupted
     */
    boolean awaitIdle(Duration longest) throws InterruptedException {
        long start = System.nanoTime();
        Duration left = longest.compareTo(LONGEST) < 0 ? longest : LONGEST;
        try {
            // A round may begin in one of them while this waits for another.
            for (boolean first = true; first || count() > 0; first = false) {
                awaited = count() > 0;
                if (!monitor.awaitIdle(left(left, start)) || !own.awaitIdle(() -> left(left, start))) {
                    return false;
                }
            }
            return true;
        } finally {
            awaited = false;
        }
    }

    private static Duration left(Duration longest, long start) {
        return longest.minusNanos(System.nanoTime() - start);
    }
}
