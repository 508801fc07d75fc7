package dev.interlock.temporal;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.temporal.Activities.Reply;
import io.temporal.workflow.Workflow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The reports of jobs that came while an attempt of their call ran. What a tool has begun outside may be over before
 * the attempt is.
 *
 * <p>Invariant: a report counts for a call that has begun, however its attempt ends, unless the attempt itself
 * succeeds. So a call whose job is known to have ended never ends as failed, late, lost or interrupted, asks no
 * question, and does not run again. That holds also if the tool fails after it has begun the job, and whichever attempt
 * of the call has begun it, since all of them have the same idempotency key.
 */
final class JobReports {

    private final RoundCalls calls;
    private final Outcome.@Nullable Succeeded[] early;
    private final Logger log = Workflow.getLogger("dev.interlock.temporal.RoundWorkflow");

    JobReports(RoundCalls calls) {
        this.calls = calls;
        this.early = new Outcome.Succeeded[calls.size()];
    }

    /**
     * Keeps a report for the end of the call's attempt.
     *
     * @throws IllegalArgumentException if there is one
     */
    void add(int call, Outcome.Succeeded result) {
        if (early[call] != null) {
            throw new IllegalArgumentException("its job has been reported before");
        }
        early[call] = result;
    }

    /**
     * Decides whether a job's report ends a call whose attempt has ended.
     *
     * @param reply the reply to the attempt; null if its worker gave none
     * @param now the workflow's time
     * @return the report of the call; null if the attempt counts
     */
    @Nullable
    CallReport atEnd(int call, @Nullable Reply reply, long now) {
        Outcome.Succeeded result = early[call];
        if (result == null || (isNotBegun(reply) && !calls.hasBegunBefore(call))) {
            // The report stays for the attempt on another worker.
            return null;
        }
        early[call] = null;
        CallReport own = reply == null ? null : reply.report();
        int attempts = attempts(reply);
        if (own != null && own.came().isSuccess()) {
            log.warn("A decision about call {} has no effect: {}", call + 1, "its tool has succeeded itself");
            return null;
        }
        if (attempts == 0 && !calls.hasBegunBefore(call)) {
            log.warn("A decision about call {} has no effect: {}", call + 1, "its tool has not started");
            return null;
        }
        return own == null
                ? calls.report(call, result, attempts, now)
                : CallReport.of(own.call(), result, attempts, own.startMillis(), own.endMillis());
    }

    private static boolean isNotBegun(@Nullable Reply reply) {
        return reply != null && reply.pending() == null && reply.report() == null;
    }

    private static int attempts(@Nullable Reply reply) {
        if (reply == null) {
            return 1;
        }
        if (reply.pending() != null) {
            return reply.pending().kind() == PendingKind.APPROVAL ? 0 : 1;
        }
        return reply.report() == null ? 0 : reply.report().attempts();
    }
}
