package dev.interlock.temporal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The call that the current thread runs for a workflow; for tools that hand a key to the service they ask. Immutable.
 *
 * {@snippet :
 * ToolDefinition.of("charge", Effects.writes("account/{id}"), call -> {
 *     String key = TemporalCall.current().idempotencyKey();
 *     return bank.charge(call.arguments(), key);
 * });
 * }
 *
 * @param workflowId the id of the round's workflow
 * @param place the place of the call in its round, from 0
 * @param attempt which attempt it is, from 1; those count that a lost worker had begun
 */
public record TemporalCall(String workflowId, int place, int attempt) {

    private static final ThreadLocal<@Nullable TemporalCall> CURRENT = new ThreadLocal<>();

    /** Rejects null. */
    public TemporalCall {
        Objects.requireNonNull(workflowId, "workflowId");
    }

    /**
     * The call that the current thread runs.
     *
     * @return null on a thread that is not the tool's, or that runs no call of a workflow
     */
    public static @Nullable TemporalCall current() {
        return CURRENT.get();
    }

    /**
     * What this call has in common with its other attempts, and with no other call.
     *
     * @return the id of the workflow, a slash, and the place of the call
     */
    public String idempotencyKey() {
        return workflowId + "/" + place;
    }

    /** Something that a tool does. */
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
