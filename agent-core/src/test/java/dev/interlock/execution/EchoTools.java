package dev.interlock.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What tests of references in a round have in common: a tool that gives what it is given, and one that fails. */
final class EchoTools {

    static final ObjectMapper JSON = new ObjectMapper();

    final AtomicInteger ran = new AtomicInteger();

    /** Gives what it is given: the value of "x", or all arguments. */
    final ToolDefinition echo = ToolDefinition.of("echo", Effects.pure(), call -> {
        ran.incrementAndGet();
        JsonNode x = call.arguments().get("x");
        return x == null ? call.arguments() : x.isTextual() ? x.textValue() : x;
    });

    final ToolDefinition fails = ToolDefinition.of("fails", Effects.reads("a"), call -> {
        throw new IllegalStateException("no luck");
    });

    final ToolSet tools = ToolSet.of(echo, fails);

    static ToolCallExecutor.Builder chaining() {
        return ToolCallExecutor.builder().chaining(true);
    }

    /** JSON with single quotes. */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    static ToolCall echo(String arguments) {
        return new ToolCall(null, "echo", json(arguments));
    }

    static @Nullable Object outcomeOf(CallResult result) {
        return result.outcome() instanceof Outcome.Succeeded(Object value)
                ? value
                : result.outcome().message();
    }

    static List<@Nullable Object> outcomesOf(List<CallResult> results) {
        List<@Nullable Object> values = new ArrayList<>();
        results.forEach(result -> values.add(outcomeOf(result)));
        return values;
    }

    List<@Nullable Object> run(ToolCall... calls) {
        return outcomesOf(chaining().build().execute(List.of(calls), tools));
    }
}
