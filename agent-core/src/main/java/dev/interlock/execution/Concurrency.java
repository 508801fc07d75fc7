package dev.interlock.execution;

/**
 * How many calls of a round may run at the same time. Immutable.
 *
 * @param limit at least 1; {@link #UNLIMITED} for no limit
 */
public record Concurrency(int limit) {

    /** The int for no limit. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** The default limit. */
    public static final Concurrency DEFAULT = new Concurrency(5);

    private static final int CALLS_PER_PROCESSOR_FOR_IO = 16;
    private static final long HEAP_PER_CALL_FOR_IO = 4L << 20;

    /** Rejects a limit below 1. */
    public Concurrency {
        if (limit < 1) {
            throw new IllegalArgumentException("maxConcurrency must be >= 1, was " + limit);
        }
    }

    /**
     * Returns a limit of a given number of calls.
     *
     * @param limit at least 1
     * @return the limit
     * @throws IllegalArgumentException if {@code limit} is below 1
     */
    public static Concurrency of(int limit) {
        return new Concurrency(limit);
    }

    /**
     * Returns no limit: every call starts as soon as the calls that it waits for have ended.
     *
     * @return no limit
     */
    public static Concurrency unlimited() {
        return new Concurrency(UNLIMITED);
    }

    /**
     * Returns a limit for tools that compute: one call for each processor, see {@link Runtime#availableProcessors()}.
     *
     * @return a limit by the processors that this machine has now
     */
    public static Concurrency forCpu() {
        return new Concurrency(Runtime.getRuntime().availableProcessors());
    }

    /**
     * Returns a limit for tools that wait for disks and networks: 16 calls for each processor, but no more than the
     * heap holds at 4 MiB for each call. It is the rule processors × (1 + wait time ÷ compute time) of B. Goetz,
     * <i>Java Concurrency in Practice</i>, 8.2, for calls that wait for 15/16 of their time.
     *
     * @return a limit by the processors and the heap that this JVM has now
     */
    public static Concurrency forIo() {
        Runtime runtime = Runtime.getRuntime();
        long byHeap = Math.max(1, runtime.maxMemory() / HEAP_PER_CALL_FOR_IO);
        long byProcessors = (long) runtime.availableProcessors() * CALLS_PER_PROCESSOR_FOR_IO;
        return new Concurrency((int) Math.min(byHeap, byProcessors));
    }
}
