package dev.interlock.durable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import java.time.Instant;
import java.util.List;
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
     * @param decided whether that was decided while the round was suspended, so that listeners have not been told yet
     */
    record Ended(CallResult result, boolean decided) implements SuspendedCall {
        /** Rejects null. */
        public Ended {
            Objects.requireNonNull(result, "result");
        }

        /**
         * It had ended before its round was suspended.
         *
         * @param result its result
         */
        public Ended(CallResult result) {
            this(result, false);
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
     * @param asked what interceptors have asked of it, in order; of a call that waits for its approval the last has no
     *     answer yet, all others were approved. Empty if nothing was asked
     * @param attempts how often its tool was started
     * @param since since when it is pending
     */
    record Pending(
            ToolCall call,
            boolean edited,
            PendingKind kind,
            String reason,
            List<Asked> asked,
            int attempts,
            Instant since)
            implements SuspendedCall {
        /** Copies the list, rejects nulls, and a negative number of attempts. */
        public Pending {
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(since, "since");
            asked = List.copyOf(asked);
            if (attempts < 0) {
                throw new IllegalArgumentException("attempts must be >= 0, was " + attempts);
            }
            if (kind == PendingKind.APPROVAL && asked.isEmpty()) {
                throw new IllegalArgumentException("a call that waits for its approval must have been asked for");
            }
        }

        /**
         * The call as it will run if it is approved: with results in place of references, and what interceptors have
         * changed.
         *
         * @return the call to be shown to those who decide
         */
        public ToolCall shown() {
            return kind == PendingKind.APPROVAL
                    ? new ToolCall(call.id(), call.tool(), asked.getLast().arguments())
                    : call;
        }
    }

    /**
     * It will run: when those have ended that it waits for, or once more.
     *
     * @param call the call
     * @param edited whether a person has given it these arguments
     * @param reason what it waits for, in words, such as {@code waits for approval of call 3}
     * @param approved what it was approved for, in the order in which interceptors ask: that is not asked again
     * @param follows the place of an earlier call, from 0, that is equal to it, so that it will have that one's outcome; -1
     *     for none
     * @param started whether its tool was started before: so it may have happened, even if it is not started again
     */
    record Waiting(ToolCall call, boolean edited, String reason, List<Asked> approved, int follows, boolean started)
            implements SuspendedCall {
        /** Copies the list, and rejects nulls. */
        public Waiting {
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(reason, "reason");
            approved = List.copyOf(approved);
        }

        /**
         * A call whose tool was not started.
         *
         * @param call the call
         * @param edited whether a person has given it these arguments
         * @param reason what it waits for, in words
         * @param approved what it was approved for
         * @param follows the place of an earlier call that is equal to it; -1 for none
         */
        public Waiting(ToolCall call, boolean edited, String reason, List<Asked> approved, int follows) {
            this(call, edited, reason, approved, follows, false);
        }

        /**
         * A call of which nothing was asked, and that is like no other.
         *
         * @param call the call
         * @param reason what it waits for, in words
         */
        public Waiting(ToolCall call, String reason) {
            this(call, false, reason, List.of(), -1, false);
        }
    }

    /**
     * What an interceptor has asked of a call.
     *
     * @param interceptor which of those around the call that ask for approval, from 0
     * @param arguments the arguments that the call came to it with: an approval is of these, and of no others
     * @param instead the arguments with which it may run in their place; null for none
     * @param always whether all calls with such arguments are approved from now on
     */
    record Asked(
            int interceptor, JsonNode arguments, @Nullable JsonNode instead, boolean always) {
        /** Rejects null. */
        public Asked {
            Objects.requireNonNull(arguments, "arguments");
        }

        /**
         * Whether what was asked was about such a call.
         *
         * @param call a call of the same tool
         * @return true if its arguments are the same JSON, see {@link Approvals}
         */
        public boolean isAbout(ToolCall call) {
            return CanonicalJson.of(arguments).equals(CanonicalJson.of(call.arguments()));
        }
    }
}
