package dev.interlock.testing;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of running a batch.
 *
 * @param results the compared part of each call's result, by its place in the batch
 * @param state the compared part of the world afterwards; null without a state
 */
record Run(List<Object> results, @Nullable Object state) {

    Run {
        results = List.copyOf(results);
    }

    /** Whether all compared parts are equal. Arrays are compared by their elements. */
    boolean isAs(Run other) {
        return Objects.deepEquals(results.toArray(), other.results.toArray()) && Objects.deepEquals(state, other.state);
    }

    boolean isResultAs(Run other, int call) {
        return Objects.deepEquals(results.get(call), other.results.get(call));
    }

    boolean isStateAs(Run other) {
        return Objects.deepEquals(state, other.state);
    }
}
