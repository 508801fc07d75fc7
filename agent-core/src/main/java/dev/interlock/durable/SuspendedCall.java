package dev.interlock.durable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call of a suspended round, and how far it has come. Immutable, as far as the results of its calls are. */
public sealed interface SuspendedCall {

    /**
     * The call.
     *
     * @return with the arguments of the model, or with those that a person gave it instead, see {@link #edited}
     */
    ToolCall call();

    /**
     * Whether a person has given it other arguments: then these are taken as they stand, without references.
     *
     * @return false for the model's own arguments
     */
    boolean edited();

    /**
     * It has its outcome, and will not be run again.
     *
     * @param result its result
     */
    record Ended(CallResult result) implements SuspendedCall {
        /** Rejects null. */
        public Ended {
            Objects.requireNonNull(result, "result");
        }

        @Override
        public ToolCall call() {
            return result.call();
        }

        @Override
        public boolean edited() {
            return false;
        }
    }

    /**
     * It waits for a {@link Decision}.
     *
     * @param call the call
     * @param edited whether a person has given it these arguments
     * @param kind what it waits for
     * @param reason what it waits for, in words
     * @param asked what was asked, null where nobody was
     * @param attempts how often its tool was started
     * @param since since when it is pending
     */
    record Pending(
            ToolCall call,
            boolean edited,
            PendingKind kind,
            String reason,
            @Nullable Asked asked,
            int attempts,
            Instant since)
            implements SuspendedCall {
        /** Rejects nulls, and a negative number of attempts. */
        public Pending {
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(since, "since");
            if (attempts < 0) {
                throw new IllegalArgumentException("attempts must be >= 0, was " + attempts);
            }
        }

        /**
         * The call as it will run if it is approved: with results in place of references, and what interceptors have
         * changed.
         *
         * @return the call to be shown to those who decide
         */
        public ToolCall shown() {
            return asked == null ? call : new ToolCall(call.id(), call.tool(), asked.arguments());
        }
    }

    /**
     * It has not begun: it waits for others, and will run when these have ended.
     *
     * @param call the call
     * @param edited whether a person has given it these arguments
     * @param reason what it waits for, in words, such as {@code waits for approval of call 3}
     * @param approved what it was approved for before, so that it is not asked again; null if it was not
     */
    record Waiting(ToolCall call, boolean edited, String reason, @Nullable Asked approved) implements SuspendedCall {
        /** Rejects nulls. */
        public Waiting {
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * What an interceptor asked.
     *
     * @param interceptor the place of the interceptor among those of the executor, from 0
     * @param arguments the arguments that the call came to it with
     * @param instead the arguments with which it may run in their place; null for none
     */
    record Asked(int interceptor, JsonNode arguments, @Nullable JsonNode instead) {
        /** Rejects null. */
        public Asked {
            Objects.requireNonNull(arguments, "arguments");
        }
    }
}
