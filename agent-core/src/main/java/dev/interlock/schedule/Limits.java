package dev.interlock.schedule;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits of an executor's rounds. Times are in nanoseconds, {@link #NO_LIMIT} for none.
 *
 * @param maxConcurrency calls of a round that may run at the same time
 * @param timeoutNanos limit of an attempt
 * @param callTimeoutNanos limit of a call with its waits
 * @param roundTimeoutNanos limit of a round
 * @param graceNanos how long an interrupted call may take to end
 * @param heldResourceNanos how long a call waits for a resource that an abandoned call holds
 * @param failFast whether the first failure of a call cancels the rest of its round
 */
public record Limits(
        int maxConcurrency,
        long timeoutNanos,
        long callTimeoutNanos,
        long roundTimeoutNanos,
        long graceNanos,
        long heldResourceNanos,
        boolean failFast) {

    /** No limit of time. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** The largest difference of two clock readings that does not overflow; it is centuries away. */
    public static final long FURTHEST = Long.MAX_VALUE >> 1;

    /**
     * The limit of an attempt.
     *
     * @param tool whose policy comes first
     * @return {@link #NO_LIMIT} for none
     */
    public long timeoutNanosOf(ToolTraits tool) {
        return either(tool.policy().timeout(), timeoutNanos);
    }

    /**
     * The limit of a call with its waits.
     *
     * @param tool whose policy comes first
     * @return {@link #NO_LIMIT} for none
     */
    public long callTimeoutNanosOf(ToolTraits tool) {
        return either(tool.policy().callTimeout(), callTimeoutNanos);
    }

    /**
     * Tells whether any time limit holds for the calls of a tool.
     *
     * @return false if they may take as long as they like
     */
    public boolean limitTimeOf(ToolTraits tool) {
        return roundTimeoutNanos != NO_LIMIT
                || timeoutNanosOf(tool) != NO_LIMIT
                || callTimeoutNanosOf(tool) != NO_LIMIT;
    }

    /** Tells whether a time limit holds for the calls of all tools; false if only policies of tools have one. */
    public boolean limitTimeOfAll() {
        return roundTimeoutNanos != NO_LIMIT || timeoutNanos != NO_LIMIT || callTimeoutNanos != NO_LIMIT;
    }

    private static long either(@Nullable Duration ofTool, long ofExecutor) {
        return ofTool == null ? ofExecutor : toNanos(ofTool);
    }

    /**
     * Converts a limit to nanoseconds. A limit of centuries becomes {@link #NO_LIMIT}.
     *
     * @param limit null for none
     * @return nanoseconds
     */
    public static long toNanos(@Nullable Duration limit) {
        if (limit == null || limit.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0) {
            return NO_LIMIT;
        }
        return limit.toNanos();
    }
}
