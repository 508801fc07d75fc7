package dev.interlock.temporal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.durable.OutcomeJson;
import java.time.Instant;
import java.util.Objects;

/**
 * The result of a call, as data that a workflow returns. Immutable, as long as no code changes its outcome.
 *
 * @param call the call as it ran, with arguments from a {@linkplain dev.interlock.durable.Decision decision} if there
 *     was one; as the model wrote it if those of the round's calls that ran do not fit into one payload
 * @param outcome the call's outcome, see {@link OutcomeJson}
 * @param attempts how many times its tool has started
 * @param startMillis when its last attempt began, or when it was decided that it would not; milliseconds since 1970
 * @param endMillis when it ended; milliseconds since 1970
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CallReport(RoundRequest.Call call, ObjectNode outcome, int attempts, long startMillis, long endMillis) {

    /** Rejects nulls. */
    public CallReport {
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(outcome, "outcome");
    }

    static CallReport of(RoundRequest.Call call, Outcome outcome, int attempts, long startMillis, long endMillis) {
        return new CallReport(
                call, OutcomeJson.write(outcome), attempts, startMillis, Math.max(startMillis, endMillis));
    }

    /**
     * Returns the call's outcome.
     *
     * @return the outcome; a failure has its class name and message
     */
    public Outcome came() {
        return OutcomeJson.read(outcome);
    }

    /**
     * Converts the report to the engine's form.
     *
     * @return the result; its times are by the clocks of the machines that ran it
     */
    public CallResult toResult() {
        return new CallResult(
                call.toCall(),
                came(),
                attempts,
                Instant.ofEpochMilli(startMillis),
                Instant.ofEpochMilli(endMillis),
                ThreadKind.NONE);
    }
}
