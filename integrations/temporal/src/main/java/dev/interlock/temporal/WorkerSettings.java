package dev.interlock.temporal;

import dev.interlock.call.ToolCall;
import dev.interlock.temporal.RoundPlan.Terms;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings of whole rounds, and the defaults of tools, see {@link TemporalRounds.Builder}.
 *
 * @param needsApproval null if no call does
 */
record WorkerSettings(
        int maxConcurrency,
        int maxCalls,
        @Nullable Duration timeout,
        @Nullable Duration callTimeout,
        @Nullable Duration roundTimeout,
        boolean failFast,
        boolean decideLost,
        Duration heartbeat,
        Duration gracePeriod,
        Duration heldResourceTimeout,
        @Nullable Predicate<? super ToolCall> needsApproval) {

    /** The most calls at once; a server accepts at most 2,000 activities of a workflow at the same time. */
    private static final int MOST_AT_ONCE = 1_000;

    /**
     * A server ends a workflow whose history has 51,200 events, and all results of it would be lost. A call that is
     * asked for by an interceptor, and waits for others, makes 16.
     */
    private static final int MOST_CALLS = 3_000;

    /** Extra time for a server that is slow to accept a call's result. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    RoundPlan plan(List<Terms> calls) {
        return new RoundPlan(
                calls,
                Math.min(maxConcurrency, MOST_AT_ONCE),
                Math.min(maxCalls, MOST_CALLS),
                RoundPlan.millis(roundTimeout),
                failFast,
                decideLost,
                RoundPlan.millis(heartbeat),
                RoundPlan.millis(gracePeriod.plus(heldResourceTimeout).plus(MARGIN)),
                true);
    }
}
