package dev.interlock.execution;

import dev.interlock.call.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The result of running a call's body; for several attempts, from the first one's start to the last one's end.
 *
 * @param start when the body began
 * @param end when it ended
 * @param outcome the body's outcome
 * @param leaving the failure that must leave the round instead of becoming the call's result, or null
 */
record Attempt(
        long start, long end, Outcome outcome, @Nullable Throwable leaving) {

    /** Returns this attempt with another outcome, which stays in the round. */
    Attempt cameTo(Outcome other) {
        return new Attempt(start, end, other, null);
    }
}
