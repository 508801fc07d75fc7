package dev.interlock.testing;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of running a batch, as {@linkplain Snapshot snapshots}.
 *
 * @param results the compared part of each call's result, by its place in the batch
 * @param state the compared part of the world afterwards; null without a state
 */
record Run(List<Object> results, @Nullable Object state) {

    Run {
        results = List.copyOf(results);
    }

    boolean isAs(Run other) {
        return equals(other);
    }

    boolean isResultAs(Run other, int call) {
        return results.get(call).equals(other.results.get(call));
    }

    boolean isStateAs(Run other) {
        return Objects.equals(state, other.state);
    }
}
