package dev.interlock.temporal;

import dev.interlock.execution.CallScope;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The call that the current thread runs for a workflow; for tools that want to know more of it than {@link CallScope}
 * says. Immutable.
 *
 * {@snippet :
 * ToolDefinition.of("charge", Effects.writes("account/{id}"), call -> {
 *     String key = TemporalCall.current().idempotencyKey();
 *     return bank.charge(call.arguments(), key);
 * });
 * }
 *
 * @param workflowId the id of the round's workflow
 * @param round names the round: the id of the first run of its workflow, which retries and resets of the workflow keep;
 *     if the workflow has a cron schedule, the id of the run of that time, which resets keep
 * @param place the place of the call in its round, from 0
 * @param attempt the number of the attempt, from 1; attempts on lost workers count
 */
public record TemporalCall(String workflowId, String round, int place, int attempt) {

    private static final ThreadLocal<@Nullable TemporalCall> CURRENT = new ThreadLocal<>();

    /** Rejects null. */
    public TemporalCall {
        Objects.requireNonNull(workflowId, "workflowId");
        Objects.requireNonNull(round, "round");
    }

    /**
     * Returns the call that the current thread runs.
     *
     * @return the call; null on a thread that is not the tool's, or that runs no call of a workflow
     */
    public static @Nullable TemporalCall current() {
        return CURRENT.get();
    }

    /**
     * What this call has in common with its other attempts, on whatever workers, and with no other call; also not with
     * one of a later workflow of the same id. {@link CallScope#idempotencyKey()} is the same.
     *
     * @return letters, digits and {@code -}
     */
    public String idempotencyKey() {
        return round + "-" + (place + 1);
    }

    /** The work of a tool. */
    interface Body {
        @Nullable
        Object run() throws Exception;
    }

    /** Runs a tool as this call. */
    @Nullable
    Object around(Body body) throws Exception {
        TemporalCall outer = CURRENT.get();
        CURRENT.set(this);
        try {
            return body.run();
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }
}
