package dev.interlock.execution;

/**
 * Learns from a tool's calls how long its body takes: the mean, for planning, and a cautious estimate that about nine
 * calls of ten do not exceed.
 *
 * <p>A tool that was never called counts as slow. The estimate starts at twice the first call's time, but at
 * {@value #MOST_OF_FIRST_NANOS} ns at most, because a first call may load classes. A call that exceeds the estimate
 * raises it by a seventh, or doubles it where the call takes far longer. Each other call lowers it by a ninth of that
 * seventh, or by an eighth while the estimate is far too high.
 *
 * <p>Not synchronised: races are benign, because a lost update delays a decision about speed, never about correctness.
 */
final class LearntTime {

    private static final long LEAST_NANOS = 500;
    private static final long MOST_NANOS = 1_000_000_000;

    /** More than threads for two calls ever cost, so a first call that was slow never makes its tool brief. */
    private static final long MOST_OF_FIRST_NANOS = 1_100_000;

    private static final long FAR = 4;

    /** By how much a fresh thread's cold caches make a body look longer, as measured. */
    private static final long COLD_THREAD_NANOS = 10_000;

    /** About the time to start the first thread of a round and to wake the owner at its end. */
    private static final long ROUND_OF_THREADS_NANOS = 120_000;

    /** About the time to start one more thread. */
    private static final long THREAD_NANOS = 3_000;

    /**
     * How many times longer threads take in a JVM's first round, while their code is loaded and interpreted; measured.
     */
    private static final int COLD_FACTOR = 8;

    /** After how many rounds of a JVM the surplus of {@link #COLD_FACTOR} has halved. */
    private static final int COLD_ROUNDS = 100;

    /** Rounds of all executors, because they share the compiled code. */
    private static int roundsOfJvm;

    /** 0 before the first call. */
    private long estimateNanos;

    /** The mean of all calls, where each counts an eighth less than the next one; 0 before the first call. */
    private long meanNanos;

    void ranOnOwner(long nanos) {
        long mean = meanNanos;
        meanNanos = mean == 0 ? Math.max(1, nanos) : Math.max(1, mean + ((nanos - mean) >> 3));
        long estimate = estimateNanos;
        estimateNanos = Math.clamp(
                estimate == 0 ? Math.min(MOST_OF_FIRST_NANOS, 2 * nanos) : next(estimate, nanos),
                LEAST_NANOS,
                MOST_NANOS);
    }

    private static long next(long estimate, long nanos) {
        if (nanos > FAR * estimate) {
            return 2 * estimate;
        }
        if (nanos > estimate) {
            return estimate + ((9 * estimate) >> 6);
        }
        return estimate - (FAR * nanos < estimate ? estimate >> 3 : estimate >> 6);
    }

    void ranOnThread(long nanos) {
        ranOnOwner(nanos - COLD_THREAD_NANOS);
    }

    long estimateNanos() {
        long estimate = estimateNanos;
        return estimate == 0 ? MOST_NANOS : estimate;
    }

    /** The expected time of the next call; 0 before the first call. */
    long expectedNanos() {
        return meanNanos;
    }

    /**
     * Whether running calls one after another on the owner is likely to be no slower than giving them threads. Counts
     * the rounds that ask.
     *
     * @param calls how many
     * @param sum the sum of their estimates
     * @param most the greatest of these estimates
     */
    static boolean sequentialIsAsFast(int calls, long sum, long most) {
        int rounds = roundsOfJvm;
        if (rounds < Integer.MAX_VALUE) {
            roundsOfJvm = rounds + 1;
        }
        return sum - most < threadsNanos(calls, rounds);
    }

    /**
     * Estimates what threads for a round's calls cost.
     *
     * @param calls how many
     * @param rounds the number of earlier rounds in this JVM
     */
    static long threadsNanos(int calls, int rounds) {
        long warm = ROUND_OF_THREADS_NANOS + calls * THREAD_NANOS;
        return warm + warm * (COLD_FACTOR - 1) * COLD_ROUNDS / (COLD_ROUNDS + (long) rounds);
    }
}
