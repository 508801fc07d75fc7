package dev.interlock.execution;

import dev.interlock.call.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The run of a call's body with its outcome. If the call was tried again, it goes from the first attempt's start to the
 * last one's end.
 *
 * @param startNanos when the body began
 * @param endNanos when it ended
 * @param outcome the body's outcome
 * @param leaving the failure that must leave the round instead of becoming the call's result, or null
 */
record BodyRun(
        long startNanos,
        long endNanos,
        Outcome outcome,
        @Nullable Throwable leaving) {

    /** Returns this run with another outcome, which stays in the round. */
    BodyRun withOutcome(Outcome other) {
        return new BodyRun(startNanos, endNanos, other, null);
    }
}
