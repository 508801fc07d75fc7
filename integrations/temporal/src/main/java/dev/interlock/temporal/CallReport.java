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
 * What a call came to, as data that a workflow gives. Immutable, as far as its outcome is not changed.
 *
 * @param call the call as it ran: with the arguments that a {@linkplain dev.interlock.durable.Decision decision} gave it
 * @param outcome what it came to, see {@link OutcomeJson}
 * @param attempts how often its tool was started; 0 if it never was
 * @param startMillis when its last attempt began, or that it would not was decided; milliseconds since 1970
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
     * What the call came to.
     *
     * @return the outcome; of a failure there are kind and message
     */
    public Outcome came() {
        return OutcomeJson.read(outcome);
    }

    /**
     * The same as the engine says it.
     *
     * @return the result; its times are those of the machines that ran it
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
