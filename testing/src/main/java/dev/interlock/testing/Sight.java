package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the check compares.
 *
 * @param state the compared part of a world, or null for nothing
 * @param result the compared part of a result
 * @param <W> the type of the world
 */
record Sight<W>(@Nullable Function<? super W, ?> state, BiFunction<ToolCall, Object, Object> result) {}
