package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundListener;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a check goes about it.
 *
 * @param seed of everything that is drawn
 * @param maxRuns how many runs, at most, the search takes
 * @param maxOrders how many legal orders of one batch are tried, at most
 * @param concurrentRuns how often each batch is run through the engine as it is
 * @param audited whether a footprint that effects do not cover is a failure
 */
record Settings(long seed, int maxRuns, int maxOrders, int concurrentRuns, boolean audited) {

    /**
     * What a check looks at.
     *
     * @param tools makes the tools of a world; the listener is to be told of all rounds
     * @param state what of a world is compared, or null for nothing
     * @param result what of a result is compared
     * @param <W> the type of the world
     */
    record Sight<W>(
            Function<? super W, Tools> tools,
            @Nullable Function<? super W, ?> state,
            BiFunction<ToolCall, Object, Object> result) {}

    /** Makes the tools of a world, for an engine that tells a listener of its rounds. */
    @FunctionalInterface
    interface Source<W> {
        Function<W, Tools> with(RoundListener listener, boolean audited);
    }
}
