package dev.interlock.temporal;

import dev.interlock.temporal.RoundPlan.Terms;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import java.time.Duration;

/**
 * The limits that Temporal keeps of a call. Those of the tool are kept by its worker, which interrupts it in time; what the
 * server is told is later, and is for a worker that does not answer any more. Otherwise the next call could start while the
 * tool still runs.
 */
final class CallActivity {

    /** How often a call that may be repeated is run again because its worker was lost or stopped. */
    private static final int LOST_WORKERS = 5;

    private static final Duration UNLIMITED = Duration.ofDays(3650);

    private CallActivity() {}

    /**
     * The options of a call.
     *
     * @param leftMillis how long the call may still take; 0 for no limit
     */
    static ActivityOptions options(RoundPlan plan, Terms terms, long leftMillis, String tool) {
        ActivityOptions.Builder options = ActivityOptions.newBuilder()
                .setStartToCloseTimeout(attempt(plan, terms))
                .setHeartbeatTimeout(Duration.ofMillis(plan.heartbeatMillis()))
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setRetryOptions(retries(terms))
                .setSummary(tool);
        if (leftMillis > 0) {
            options.setScheduleToCloseTimeout(Duration.ofMillis(leftMillis + plan.slackMillis()));
        }
        return options.build();
    }

    /** Where a worker keeps a cap over all rounds, the call may wait for it there. */
    private static Duration attempt(RoundPlan plan, Terms terms) {
        return terms.timeoutMillis() == 0 || terms.maxConcurrency() < Integer.MAX_VALUE
                ? UNLIMITED
                : Duration.ofMillis(terms.timeoutMillis() + plan.slackMillis());
    }

    /** Pauses between attempts after a failure are the worker's to say; these are those after a worker was lost. */
    private static RetryOptions retries(Terms terms) {
        return RetryOptions.newBuilder()
                .setMaximumAttempts(terms.repeatable() ? terms.maxAttempts() + LOST_WORKERS : 1)
                .setInitialInterval(Duration.ofMillis(100))
                .setBackoffCoefficient(2)
                .setMaximumInterval(Duration.ofSeconds(10))
                .build();
    }

    /** Of planning, which is quick, and runs where the workflow does. */
    static LocalActivityOptions planning() {
        return LocalActivityOptions.newBuilder()
                .setStartToCloseTimeout(Duration.ofMinutes(1))
                .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(3).build())
                .build();
    }
}
