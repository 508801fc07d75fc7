package dev.interlock.durable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A call of a suspended round, and its progress. Immutable if its result is. */
public sealed interface SuspendedCall {

    /**
     * Returns the call.
     *
     * @return the call with the model's arguments, or with those from a person, see {@link #edited}
     */
    ToolCall call();

    /**
     * Tells whether a person has given the call other arguments. The engine replaces no references in these.
     *
     * @return false for the model's own arguments
     */
    boolean edited();

    /**
     * The call has its outcome, and will not run again.
     *
     * @param result its result
     * @param decided whether a decision gave it the result while the round was suspended, so that listeners have yet to
     *     hear of it
     */
    record Ended(CallResult result, boolean decided) implements SuspendedCall {
        /** Rejects null. */
        public Ended {
            Objects.requireNonNull(result, "result");
        }

        /**
         * Creates a call that had ended before its round was suspended.
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
     * The call waits for a {@link Decision}.
     *
     * @param call the call
     * @param edited whether a person has given the call these arguments
     * @param kind what it waits for
     * @param reason what it waits for, in words
     * @param asked the interceptors' questions about the call, in order. If the call waits for its approval, the last
     *     question has no answer yet; all others were approved. Empty if none asked
     * @param attempts how many times its tool has started; at least 1 if that was before it became pending once more
     * @param since when it became pending
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
                throw new IllegalArgumentException("'asked' must not be empty for a call that waits for its approval");
            }
        }

        /**
         * Returns the call as it will run if approved: with results in place of references, and with the interceptors'
         * changes.
         *
         * @return the call to show to the person who decides
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
     * @param edited whether a person has given the call these arguments
     * @param reason what it waits for, in words, such as {@code waits for approval of call 3}
     * @param approved the approvals that it has, in the order of the interceptors, which do not ask again
     * @param follows the place, from 0, of an earlier equal call, whose outcome it will share; -1 for none
     * @param started whether its tool was started before: so it may have happened, even if it is not started again
     */
    record Waiting(ToolCall call, boolean edited, String reason, List<Asked> approved, int follows, boolean started)
            implements SuspendedCall {

        private static final Pattern NUMBER = Pattern.compile("\\bcall (\\d{1,9})\\b");

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
         * @param edited whether a person has given the call these arguments
         * @param reason what it waits for, in words
         * @param approved what it was approved for
         * @param follows the place of an earlier call that is equal to it; -1 for none
         */
        public Waiting(ToolCall call, boolean edited, String reason, List<Asked> approved, int follows) {
            this(call, edited, reason, approved, follows, false);
        }

        /**
         * For integrations: returns this call where the calls of its round have other places.
         *
         * @param places gives the new place of an earlier one, both from 0; -1 if it has none
         * @return the call, which follows the same call, and whose reason has the new numbers
         */
        public Waiting moved(IntUnaryOperator places) {
            // No reason of the engine has any other number.
            String words = NUMBER.matcher(reason).replaceAll(number -> {
                int place = places.applyAsInt(Integer.parseInt(number.group(1)) - 1);
                return place < 0 ? number.group() : "call " + (place + 1);
            });
            int leader = follows < 0 ? -1 : places.applyAsInt(follows);
            return new Waiting(call, edited, words, approved, leader, started);
        }

        /**
         * Creates a waiting call without approvals that equals no other call.
         *
         * @param call the call
         * @param reason what it waits for, in words
         */
        public Waiting(ToolCall call, String reason) {
            this(call, false, reason, List.of(), -1, false);
        }
    }

    /**
     * An interceptor's question about a call.
     *
     * @param interceptor the number of the interceptor among those that ask for approval, from 0
     * @param arguments the arguments with which the call reached the interceptor; the approval holds for these and no
     *     others
     * @param instead the approved arguments in their place; null if the call may run as it is
     * @param always whether all calls with equal arguments are approved from now on
     */
    record Asked(
            int interceptor, JsonNode arguments, @Nullable JsonNode instead, boolean always) {
        /** Rejects null. */
        public Asked {
            Objects.requireNonNull(arguments, "arguments");
        }

        /**
         * Tells whether the question was about a call with these arguments.
         *
         * @param call a call of the same tool
         * @return true if its arguments are the same JSON, see {@link Approvals}
         */
        public boolean isAbout(ToolCall call) {
            return CanonicalJson.of(arguments).equals(CanonicalJson.of(call.arguments()));
        }
    }
}
