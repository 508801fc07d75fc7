package dev.interlock.temporal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Resource;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What made-up calls work on: each sees what the resources hold that overlap those it accesses, and leaves in what it
 * writes a hash of itself and of what it saw. So an order that matters shows, in results and in the state.
 */
final class World {

    private final Map<Resource, String> state = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

    /** Tools whose arguments say what they touch. One of them fails. */
    static ToolSet tools(Supplier<World> world) {
        return ToolSet.of(
                ToolDefinition.of(
                        "touch",
                        Effects.of(World::accesses),
                        call -> world.get().run(call)),
                ToolDefinition.of("break", Effects.of(World::accesses), call -> {
                    world.get().run(call);
                    throw new IllegalStateException("broken " + call.arguments());
                }));
    }

    private static List<Access> accesses(ToolCall call) {
        List<Access> accesses = new ArrayList<>();
        call.arguments().path("reads").forEach(path -> accesses.add(Access.read(path.asText())));
        call.arguments().path("writes").forEach(path -> accesses.add(Access.write(path.asText())));
        return accesses;
    }

    private String run(ToolCall call) {
        runs.computeIfAbsent(String.valueOf(call.id()), id -> new AtomicInteger())
                .incrementAndGet();
        Map<String, String> seen = new TreeMap<>();
        for (Access access : accesses(call)) {
            state.forEach((resource, value) -> {
                if (resource.overlaps(access.resource())) {
                    seen.put(resource.toString(), value);
                }
            });
        }
        for (Access access : accesses(call)) {
            if (access.isWrite()) {
                state.put(access.resource(), Integer.toHexString((call.arguments() + " " + seen).hashCode()));
            }
        }
        return seen.toString();
    }

    /** What the calls come to one after another, in words. */
    static List<String> serial(List<ToolCall> calls, World world) {
        ToolSet tools = tools(() -> world);
        List<String> results = new ArrayList<>();
        for (ToolCall call : calls) {
            ToolDefinition tool = tools.find(call.tool());
            try {
                results.add(
                        tool == null ? "no tool" : String.valueOf(tool.body().run(call)));
            } catch (Exception e) {
                results.add(String.valueOf(e.getMessage()));
            }
        }
        return results;
    }

    Map<Resource, String> state() {
        return Map.copyOf(state);
    }

    /** Which calls ran more than once. */
    List<String> repeated() {
        return runs.entrySet().stream()
                .filter(run -> run.getValue().get() > 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    static List<ToolCall> randomCalls(SplittableRandom random) {
        List<ToolCall> calls = new ArrayList<>();
        for (int size = 1 + random.nextInt(9); size > 0; size--) {
            ObjectNode arguments = JsonNodeFactory.instance.objectNode();
            paths(random, arguments.putArray("reads"));
            paths(random, arguments.putArray("writes"));
            arguments.put("salt", random.nextInt(1000));
            String tool = random.nextInt(8) == 0 ? "break" : "touch";
            calls.add(new ToolCall("call-" + calls.size(), tool, (JsonNode) arguments));
        }
        return calls;
    }

    private static void paths(SplittableRandom random, ArrayNode into) {
        for (int count = random.nextInt(3); count > 0; count--) {
            into.add(List.of("a", "a/x", "a/y", "b", "b/x", "c", "/").get(random.nextInt(7)));
        }
    }
}
