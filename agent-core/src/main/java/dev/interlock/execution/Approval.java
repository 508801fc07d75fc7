package dev.interlock.execution;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;

/** The answer to an {@link ApprovalInterceptor}'s question about a call. */
public sealed interface Approval {

    /**
     * The call may run as it is.
     *
     * @return the approval
     */
    static Approval approved() {
        return Approved.AS_IT_IS;
    }

    /**
     * The call may run as it is, and so may each later call of its tool with equal arguments, without being asked for:
     * as far as the interceptor {@linkplain ApprovalInterceptor.Builder#approvals remembers approvals}.
     *
     * @return the approval
     */
    static Approval approvedAlways() {
        return new ApprovedAlways();
    }

    /**
     * There is no answer yet, and none will come soon: the call is pending. It holds no thread, what does not depend on
     * it goes on, and when nothing else can, its round is suspended, see {@link ToolCallExecutor#resume}.
     *
     * @param reason what the call waits for, in words, such as {@code the approval of the account's owner}
     * @return the answer
     */
    static Approval pending(String reason) {
        return new Pending(reason);
    }

    /**
     * The call may run with other arguments. If these would access something outside the call's plan, the call fails.
     *
     * @param arguments the complete new arguments
     * @return the approval
     */
    static Approval approvedWith(JsonNode arguments) {
        return new ApprovedWith(arguments);
    }

    /**
     * The call must not run.
     *
     * @param reason why, in words that a model and a person can act on
     * @return the refusal
     */
    static Approval refused(String reason) {
        return new Refused(reason);
    }

    /** The call may run as it is. */
    record Approved() implements Approval {
        private static final Approved AS_IT_IS = new Approved();
    }

    /** The call may run, and so may later equal calls. */
    record ApprovedAlways() implements Approval {}

    /**
     * There is no answer yet: the call is pending.
     *
     * @param reason what the call waits for, in words
     */
    record Pending(String reason) implements Approval {
        /** Rejects null, and a reason that is blank. */
        public Pending {
            if (Objects.requireNonNull(reason, "reason").isBlank()) {
                throw new IllegalArgumentException("the reason must not be blank");
            }
        }
    }

    /**
     * The call may run with other arguments.
     *
     * @param arguments the complete new arguments
     */
    record ApprovedWith(JsonNode arguments) implements Approval {
        /** Rejects null. */
        public ApprovedWith {
            Objects.requireNonNull(arguments, "arguments");
        }
    }

    /**
     * The call must not run.
     *
     * @param reason why
     */
    record Refused(String reason) implements Approval {
        /** Rejects null. */
        public Refused {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
