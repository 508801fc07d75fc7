package dev.interlock.execution;

import dev.interlock.event.RoundListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every round of an executor. Limits are in nanoseconds, {@link #NO_LIMIT} for none.
 *
 * @param maxConcurrency calls of a round that may run at the same time
 * @param timeout limit of an attempt
 * @param callTimeout limit of a call with its waits
 * @param roundTimeout limit of a round
 * @param grace how long an interrupted call may take to end
 * @param heldResourceTimeout how long a call waits for a resource that an abandoned call holds
 * @param threadFactory makes the threads of calls, null for virtual ones
 * @param carrier runs calls in place of threads of their own, or null
 * @param propagators carry context to the threads of calls
 * @param listeners are told what happens
 * @param time the clock
 */
record RoundSettings(
        int maxConcurrency,
        long timeout,
        long callTimeout,
        long roundTimeout,
        long grace,
        long heldResourceTimeout,
        @Nullable ThreadFactory threadFactory,
        @Nullable Executor carrier,
        List<ContextPropagator> propagators,
        List<RoundListener> listeners,
        TimeSource time) {

    static final long NO_LIMIT = Long.MAX_VALUE;

    RoundSettings withCarrier(@Nullable Executor newCarrier) {
        return new RoundSettings(
                maxConcurrency,
                timeout,
                callTimeout,
                roundTimeout,
                grace,
                heldResourceTimeout,
                threadFactory,
                newCarrier,
                propagators,
                listeners,
                time);
    }

    long timeoutOf(CallTask task) {
        return nanos(task.binding().policy().timeout(), timeout);
    }

    long callTimeoutOf(CallTask task) {
        return nanos(task.binding().policy().callTimeout(), callTimeout);
    }

    boolean limits(CallTask task) {
        return roundTimeout != NO_LIMIT || timeoutOf(task) != NO_LIMIT || callTimeoutOf(task) != NO_LIMIT;
    }

    /** Whether the executor itself sets no limit of time. */
    boolean isUnlimited() {
        return roundTimeout == NO_LIMIT && timeout == NO_LIMIT && callTimeout == NO_LIMIT;
    }

    private static long nanos(@Nullable Duration ofTool, long ofExecutor) {
        return ofTool == null ? ofExecutor : toNanos(ofTool);
    }

    /** Saturates: a limit of centuries is no limit. */
    static long toNanos(@Nullable Duration limit) {
        if (limit == null || limit.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0) {
            return NO_LIMIT;
        }
        return limit.toNanos();
    }
}
