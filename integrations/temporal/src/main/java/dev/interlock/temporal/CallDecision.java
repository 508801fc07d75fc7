package dev.interlock.temporal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.Outcome;
import dev.interlock.durable.Decision;
import dev.interlock.durable.OutcomeJson;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Decision} about a call, as data of a signal. On Temporal's command line you can write it by hand, such as
 * <code>{"place": 2, "kind": "APPROVED"}</code>.
 *
 * @param place the place of the call, from 0
 * @param kind the kind of decision
 * @param json the arguments of {@link Kind#APPROVED_WITH}, or the outcome of {@link Kind#COMPLETED} as
 *     {@link OutcomeJson} writes it; otherwise null
 * @param reason the reason, for {@link Kind#REFUSED} and {@link Kind#GIVEN_UP}; otherwise null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CallDecision(
        int place,
        Kind kind,
        @Nullable JsonNode json,
        @Nullable String reason) {

    /** The kinds of {@link Decision}s. */
    public enum Kind {
        /** {@link Decision#approved()}. */
        APPROVED,
        /** {@link Decision#approvedAlways()}, for the rest of the round. */
        APPROVED_ALWAYS,
        /** {@link Decision#approvedWith}. */
        APPROVED_WITH,
        /** {@link Decision#refused}. */
        REFUSED,
        /** {@link Decision#completed}. */
        COMPLETED,
        /** {@link Decision#runAgain()}. */
        RUN_AGAIN,
        /** {@link Decision#givenUp}. */
        GIVEN_UP
    }

    /** Rejects null. */
    public CallDecision {
        Objects.requireNonNull(kind, "kind");
    }

    /**
     * Converts a decision to data.
     *
     * @param place the place of the call, from 0
     * @param decision the decision
     * @return the data
     */
    public static CallDecision of(int place, Decision decision) {
        return switch (decision) {
            case Decision.Approved(boolean always) ->
                new CallDecision(place, always ? Kind.APPROVED_ALWAYS : Kind.APPROVED, null, null);
            case Decision.ApprovedWith(JsonNode arguments) ->
                new CallDecision(place, Kind.APPROVED_WITH, arguments, null);
            case Decision.Refused(String reason) -> new CallDecision(place, Kind.REFUSED, null, reason);
            case Decision.Completed(Object result) ->
                new CallDecision(place, Kind.COMPLETED, OutcomeJson.write(new Outcome.Succeeded(result)), null);
            case Decision.RunAgain runAgain -> new CallDecision(place, Kind.RUN_AGAIN, null, null);
            case Decision.GivenUp(String reason) -> new CallDecision(place, Kind.GIVEN_UP, null, reason);
        };
    }

    /**
     * Converts the data to a decision.
     *
     * @return the decision
     * @throws IllegalArgumentException if a part that the kind needs is missing or wrong
     */
    public Decision decision() {
        return switch (kind) {
            case APPROVED -> Decision.approved();
            case APPROVED_ALWAYS -> Decision.approvedAlways();
            case APPROVED_WITH -> Decision.approvedWith(needed(json, "arguments"));
            case REFUSED -> Decision.refused(needed(reason, "reason"));
            case COMPLETED -> Decision.completed(result());
            case RUN_AGAIN -> Decision.runAgain();
            case GIVEN_UP -> Decision.givenUp(needed(reason, "reason"));
        };
    }

    private @Nullable Object result() {
        if (!(needed(json, "outcome") instanceof ObjectNode outcome)
                || !(OutcomeJson.read(outcome) instanceof Outcome.Succeeded(Object value))) {
            throw new IllegalArgumentException(
                    "the result of completed call " + (place + 1) + " is not valid: " + json);
        }
        return value;
    }

    private <T> T needed(@Nullable T part, String name) {
        if (part == null) {
            throw new IllegalArgumentException(kind + " of call " + (place + 1) + " has no " + name);
        }
        return part;
    }
}
