package dev.interlock.execution;

import dev.interlock.event.RoundListener;
import dev.interlock.share.SharedLimits;
import java.time.Duration;
import java.util.List;
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
 * @param batch limits of sizes
 * @param failFast whether the first failure of a call cancels the rest of its round
 * @param coalescing whether equal reads of a round are executed once
 * @param chaining whether arguments may refer to results of earlier calls
 * @param threadFactory makes the threads of calls, null for virtual ones
 * @param propagators carry context to the threads of calls
 * @param interceptors stand around calls
 * @param beforeTurn how many of the interceptors, from the first on, do not need the turn of a call
 * @param listeners are told what happens
 * @param time the clock
 * @param shared what the rounds of the executor share
 * @param abandoned the abandoned calls of the executor
 * @param closing cancels all rounds of the executor
 */
record RoundSettings(
        int maxConcurrency,
        long timeout,
        long callTimeout,
        long roundTimeout,
        long grace,
        long heldResourceTimeout,
        BatchLimits batch,
        boolean failFast,
        boolean coalescing,
        boolean chaining,
        @Nullable ThreadFactory threadFactory,
        List<ContextPropagator> propagators,
        List<CallInterceptor> interceptors,
        int beforeTurn,
        List<RoundListener> listeners,
        TimeSource time,
        SharedLimits shared,
        AbandonedCalls abandoned,
        Cancellation closing) {

    static final long NO_LIMIT = Long.MAX_VALUE;

    long timeoutOf(CallTask task) {
        return nanos(task.binding().policy().timeout(), timeout);
    }

    long callTimeoutOf(CallTask task) {
        return nanos(task.binding().policy().callTimeout(), callTimeout);
    }

    boolean limits(CallTask task) {
        return roundTimeout != NO_LIMIT || timeoutOf(task) != NO_LIMIT || callTimeoutOf(task) != NO_LIMIT;
    }

    /** Whether the calls of a round may run on its owner, as far as the executor's own settings go. */
    boolean isPlain() {
        return roundTimeout == NO_LIMIT
                && timeout == NO_LIMIT
                && callTimeout == NO_LIMIT
                && interceptors.isEmpty()
                && !coalescing
                && !shared.concernsAll();
    }

    /** Whether a call's body is not all that its thread does for it. */
    boolean isManaged(CallTask task) {
        return !interceptors.isEmpty()
                || task.references != null
                || task.binding().policy().retry() != null;
    }

    /**
     * Where a call runs. A barrier runs on the owner, unless that must be free to interrupt it, or to wait for it: both are
     * constant for the tool in its executor.
     */
    Place placeOf(CallTask task) {
        ToolBinding binding = task.binding();
        boolean needsOwnThread = binding.place() == Place.OWNER
                && (!interceptors.isEmpty() || binding.policy().retry() != null || limits(task));
        return needsOwnThread ? Place.OWN_THREAD : binding.place();
    }

    /** Asks each interceptor once whether it needs the turn of a call; the first that does has all others behind it. */
    static int beforeTurn(List<CallInterceptor> interceptors) {
        int count = 0;
        while (count < interceptors.size() && !interceptors.get(count).needsTurn()) {
            count++;
        }
        return count;
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
