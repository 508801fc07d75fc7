package dev.interlock.temporal;

import dev.interlock.temporal.RoundPlan.Terms;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import java.time.Duration;

/**
 * The limits that Temporal keeps of a call.
 *
 * <p>Invariant: the server ends no attempt whose worker lives, since what conflicts with it would start while the tool
 * still runs. So the limit of an attempt is the worker's only, which interrupts the tool: the worker alone knows what
 * does not count for it, such as waits for caps and for approvals. A worker that is gone shows by its signs of life.
 * The limit of a call is the worker's as well, from when it has the call; the server's is later, for a call that no
 * worker takes.
 */
final class CallActivity {

    /** How many times a repeatable call runs again because its worker was lost or stopped. */
    private static final int LOST_WORKERS = 5;

    private static final Duration UNLIMITED = Duration.ofDays(3650);

    private CallActivity() {}

    /**
     * Returns the options of a call's activity.
     *
     * @param leftMillis the milliseconds that the call may still take; 0 for no limit
     */
    static ActivityOptions options(RoundPlan plan, Terms terms, long leftMillis, String tool) {
        ActivityOptions.Builder options = ActivityOptions.newBuilder()
                .setStartToCloseTimeout(UNLIMITED)
                .setHeartbeatTimeout(Duration.ofMillis(plan.heartbeatMillis()))
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setRetryOptions(retries(terms))
                .setSummary(tool);
        if (leftMillis > 0) {
            options.setScheduleToCloseTimeout(Duration.ofMillis(leftMillis + plan.slackMillis()));
        }
        return options.build();
    }

    /** The retries after a lost worker. The worker itself decides about pauses after a tool's failure. */
    private static RetryOptions retries(Terms terms) {
        return RetryOptions.newBuilder()
                .setMaximumAttempts(terms.repeatable() ? terms.maxAttempts() + LOST_WORKERS : 1)
                .setInitialInterval(Duration.ofMillis(100))
                .setBackoffCoefficient(2)
                .setMaximumInterval(Duration.ofSeconds(10))
                .build();
    }

    /**
     * The options for planning, which is quick and runs where the workflow runs. The history has its arguments already.
     */
    static LocalActivityOptions planning() {
        return LocalActivityOptions.newBuilder()
                .setStartToCloseTimeout(Duration.ofMinutes(1))
                .setDoNotIncludeArgumentsIntoMarker(true)
                .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(3).build())
                .build();
    }
}
