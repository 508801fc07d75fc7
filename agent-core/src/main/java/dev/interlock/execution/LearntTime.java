package dev.interlock.execution;

/**
 * How long a tool's body takes, as learnt from its calls: the mean, to plan with, and an estimate on the safe side of it, about
 * the time that nine calls of ten do not exceed. That goes up with each call that takes longer, and down by a ninth of that
 * with each other call, faster while it is far too high.
 *
 * <p>Not synchronised: races are benign, since an update that is lost delays a decision about speed, never about
 * correctness.
 */
final class LearntTime {

    private static final long UNKNOWN_NANOS = 1_000_000;
    private static final long LEAST_NANOS = 500;
    private static final long MOST_NANOS = 1_000_000_000;
    private static final long FAR = 4;

    /** By how much a fresh thread's cold caches make a body look longer, as measured. */
    private static final long COLD_THREAD_NANOS = 10_000;

    /** What it takes to start the first thread of a round and to wake the owner at its end, about. */
    private static final long ROUND_OF_THREADS_NANOS = 120_000;

    /** What it takes to start one more thread, about. */
    private static final long THREAD_NANOS = 3_000;

    private long estimateNanos = UNKNOWN_NANOS;

    /** Of all calls, each counting an eighth less than the one after it; 0 before the first. */
    private long meanNanos;

    void ranOnOwner(long nanos) {
        long mean = meanNanos;
        meanNanos = mean == 0 ? Math.max(1, nanos) : Math.max(1, mean + ((nanos - mean) >> 3));
        long estimate = estimateNanos;
        if (nanos > estimate) {
            estimateNanos = Math.min(MOST_NANOS, estimate + ((9 * estimate) >> 6));
        } else {
            long step = FAR * nanos < estimate ? estimate >> 4 : estimate >> 6;
            estimateNanos = Math.max(LEAST_NANOS, estimate - step);
        }
    }

    void ranOnThread(long nanos) {
        ranOnOwner(nanos - COLD_THREAD_NANOS);
    }

    long estimateNanos() {
        return estimateNanos;
    }

    /** How long the next call is expected to take; 0 if there was none yet. */
    long expectedNanos() {
        return meanNanos;
    }

    /**
     * Whether running calls one after another on the owner is likely to be no slower than giving them threads.
     *
     * @param calls how many
     * @param sum their estimates
     * @param most the greatest of those
     */
    static boolean sequentialIsAsFast(int calls, long sum, long most) {
        return sum - most < ROUND_OF_THREADS_NANOS + calls * THREAD_NANOS;
    }
}
