package dev.interlock.durable;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is decided of a pending call. Which decisions there are depends on {@linkplain PendingKind what it waits for}. */
public sealed interface Decision {

    /**
     * A call that waits for its approval may run as it is.
     *
     * @return the decision
     */
    static Decision approved() {
        return new Approved(false);
    }

    /**
     * The same, and so may each later call of the same tool with equal arguments, as far as the interceptor that asked
     * remembers {@link Approvals}.
     *
     * @return the decision
     */
    static Decision approvedAlways() {
        return new Approved(true);
    }

    /**
     * A call that waits for its approval may run with other arguments: it is planned anew with these.
     *
     * @param arguments the arguments, all of them, a JSON object; they are taken as they stand, without references
     * @return the decision
     * @throws IllegalArgumentException if they are no object
     */
    static Decision approvedWith(JsonNode arguments) {
        return new ApprovedWith(arguments);
    }

    /**
     * A call that waits for its approval must not run; or the external job that a call waits for has failed.
     *
     * @param reason why, in words that a model and a person can act on
     * @return the decision
     */
    static Decision refused(String reason) {
        return new Refused(reason);
    }

    /**
     * The external job that a call waits for has ended; or a call that may have happened did, with this result.
     *
     * @param result the result of the call; what is to go through JSON is text, JSON, or a value that can be written as that
     * @return the decision
     */
    static Decision completed(@Nullable Object result) {
        return new Completed(result);
    }

    /**
     * A call that may have happened, or whose external job was lost, is to be run (again).
     *
     * @return the decision
     */
    static Decision runAgain() {
        return new RunAgain();
    }

    /**
     * A call that may have happened, or whose external job did not come to an end, is not waited for any more: it is
     * cancelled, and says that it may have taken effect.
     *
     * @param reason why, in words that a model and a person can act on
     * @return the decision
     */
    static Decision givenUp(String reason) {
        return new GivenUp(reason);
    }

    /**
     * It may run as it is.
     *
     * @param always whether later calls that are the same may, too
     */
    record Approved(boolean always) implements Decision {}

    /**
     * It may run with other arguments.
     *
     * @param arguments all of them
     */
    record ApprovedWith(JsonNode arguments) implements Decision {
        /** Rejects null, and what is no object. */
        public ApprovedWith {
            if (!Objects.requireNonNull(arguments, "arguments").isObject()) {
                throw new IllegalArgumentException("the arguments must be a JSON object, were " + arguments);
            }
        }
    }

    /**
     * It must not run, or has failed.
     *
     * @param reason why
     */
    record Refused(String reason) implements Decision {
        /** Rejects null. */
        public Refused {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * It has come to a result.
     *
     * @param result the result
     */
    record Completed(@Nullable Object result) implements Decision {}

    /** It is to be run. */
    record RunAgain() implements Decision {}

    /**
     * The caller does not wait for it any more.
     *
     * @param reason why
     */
    record GivenUp(String reason) implements Decision {
        /** Rejects null. */
        public GivenUp {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
