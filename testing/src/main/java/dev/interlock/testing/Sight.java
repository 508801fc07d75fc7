package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is compared.
 *
 * @param state what of a world, or null for nothing
 * @param result what of a result
 * @param <W> the type of the world
 */
record Sight<W>(@Nullable Function<? super W, ?> state, BiFunction<ToolCall, Object, Object> result) {}
