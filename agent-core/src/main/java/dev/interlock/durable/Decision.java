package dev.interlock.durable;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A decision about a pending call. Which decisions are possible depends on
 * {@linkplain PendingKind what the call waits for}.
 */
public sealed interface Decision {

    /**
     * Approves a call as it is.
     *
     * @return the decision
     */
    static Decision approved() {
        return new Approved(false);
    }

    /**
     * Approves a call as it is, and each later equal call too, if the interceptor that asked remembers
     * {@link Approvals}.
     *
     * @return the decision
     */
    static Decision approvedAlways() {
        return new Approved(true);
    }

    /**
     * Approves a call with other arguments. The engine plans the call anew with these.
     *
     * @param arguments the complete arguments, a JSON object; the engine replaces no references in them
     * @return the decision
     * @throws IllegalArgumentException if the arguments are not an object
     */
    static Decision approvedWith(JsonNode arguments) {
        return new ApprovedWith(arguments);
    }

    /**
     * Refuses a call that waits for its approval, or tells that the external job of a call has failed.
     *
     * @param reason why, in words that a model and a person can act on
     * @return the decision
     */
    static Decision refused(String reason) {
        return new Refused(reason);
    }

    /**
     * Completes a call with a result: its external job has ended, or it turned out that the call has happened.
     *
     * @param result the result of the call. To survive in JSON, it must be text, JSON, or a value that can be written
     *     as JSON
     * @return the decision
     */
    static Decision completed(@Nullable Object result) {
        return new Completed(result);
    }

    /**
     * Runs a call (again) that may have happened, or whose external job was lost.
     *
     * @return the decision
     */
    static Decision runAgain() {
        return new RunAgain();
    }

    /**
     * Stops waiting for a call that may have happened, or whose external job did not end. The call is cancelled, and
     * its message says that it may have taken effect.
     *
     * @param reason why, in words that a model and a person can act on
     * @return the decision
     */
    static Decision givenUp(String reason) {
        return new GivenUp(reason);
    }

    /**
     * The call may run as it is.
     *
     * @param always whether later equal calls may run too
     */
    record Approved(boolean always) implements Decision {}

    /**
     * The call may run with other arguments.
     *
     * @param arguments the complete arguments
     */
    record ApprovedWith(JsonNode arguments) implements Decision {
        /** Rejects null, and anything but an object. */
        public ApprovedWith {
            if (!Objects.requireNonNull(arguments, "arguments").isObject()) {
                throw new IllegalArgumentException("the arguments must be a JSON object, were " + arguments);
            }
        }
    }

    /**
     * The call must not run, or has failed.
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
     * The call has a result.
     *
     * @param result the result
     */
    record Completed(@Nullable Object result) implements Decision {}

    /** The call must run. */
    record RunAgain() implements Decision {}

    /**
     * The caller no longer waits for the call.
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
