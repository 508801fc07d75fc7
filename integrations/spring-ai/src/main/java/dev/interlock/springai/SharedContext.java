package dev.interlock.springai;

import dev.interlock.support.ImmutableTypes;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether one call can change a value of the {@code ToolContext}, which all calls of a response share, so that
 * another call sees it. Neither a tool's name nor its schema reveals that.
 */
final class SharedContext {

    private SharedContext() {}

    /**
     * Whether a call may change one of the values.
     *
     * @param values the context's values
     * @return false if no call can change any of them
     */
    static boolean mayChange(Collection<? extends @Nullable Object> values) {
        return values.stream().anyMatch(value -> value != null && !ImmutableTypes.contain(value.getClass()));
    }
}
