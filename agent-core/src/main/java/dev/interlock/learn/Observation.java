package dev.interlock.learn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Calls of one tool with equal arguments and equal accesses, either all failed or none, and their number. Accesses and
 * arguments count without {@linkplain Resource marks}: an absolute path is just its segments.
 */
final class Observation {

    private final ToolCall call;
    private final Set<Access> accesses;
    private final boolean failed;
    private final Set<String> runs = new HashSet<>();
    private long calls;
    private long callsWithoutRun;

    /** By argument, the segments of each thing that it names. An argument that may name anything is left out. */
    private final Map<String, List<List<String>>> values;

    Observation(
            String tool, JsonNode arguments, Set<Access> accesses, boolean failed, Map<String, ParameterType> types) {
        this.call = new ToolCall(null, tool, arguments);
        this.accesses = accesses;
        this.failed = failed;
        this.values = valuesOf(call, types);
    }

    /** The access with its resource's name, but without the marks of where its path begins. */
    static Access plain(Access access) {
        return new Access(access.kind(), plain(access.resource()));
    }

    static Resource plain(Resource resource) {
        return Resource.of(resource.toString());
    }

    static Set<Access> plain(Set<Access> accesses) {
        Set<Access> plain = new LinkedHashSet<>();
        accesses.forEach(access -> plain.add(plain(access)));
        return plain;
    }

    void count(ObservedCall observed) {
        calls++;
        if (observed.run() == null) {
            callsWithoutRun++;
        } else {
            runs.add(observed.run());
        }
    }

    void count(Observation other) {
        calls += other.calls;
        callsWithoutRun += other.callsWithoutRun;
        runs.addAll(other.runs);
    }

    ToolCall call() {
        return call;
    }

    Set<Access> accesses() {
        return accesses;
    }

    boolean isFailed() {
        return failed;
    }

    Set<String> runs() {
        return runs;
    }

    long calls() {
        return calls;
    }

    long callsWithoutRun() {
        return callsWithoutRun;
    }

    Map<String, List<List<String>>> values() {
        return values;
    }

    /** The paths of all resources with this kind of access. */
    List<List<String>> paths(Access.Kind kind) {
        return accesses.stream()
                .filter(access -> access.kind() == kind)
                .map(access -> access.resource().segments())
                .toList();
    }

    private static Map<String, List<List<String>>> valuesOf(ToolCall call, Map<String, ParameterType> types) {
        Map<String, List<List<String>>> values = new LinkedHashMap<>();
        if (call.hasObjectArguments()) {
            collect(call, call.arguments(), "", types, values);
        }
        return values;
    }

    private static void collect(
            ToolCall call,
            JsonNode object,
            String prefix,
            Map<String, ParameterType> types,
            Map<String, List<List<String>>> values) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = prefix + field.getKey();
            JsonNode value = field.getValue();
            boolean ofTool = !prefix.isEmpty() || types.isEmpty() || types.containsKey(name);
            if (!ofTool || !canStand(name)) {
                continue;
            }
            if (value.isObject()) {
                collect(call, value, name + ".", types, values);
            } else {
                List<List<String>> named = named(call, name, types);
                if (!named.isEmpty()) {
                    values.put(name, named);
                }
            }
        }
    }

    /** Whether a template can hold the name. */
    private static boolean canStand(String name) {
        return !name.isEmpty() && name.indexOf('{') < 0 && name.indexOf('}') < 0;
    }

    /** What the argument comes to in a template, by the template's own rules. */
    private static List<List<String>> named(ToolCall call, String name, Map<String, ParameterType> types) {
        List<List<String>> named = new ArrayList<>();
        for (Access access : Effects.reads("a/{" + name + "}").accesses(call, types)) {
            List<String> segments = plain(access.resource()).segments();
            if (segments.size() < 2) {
                return List.of();
            }
            named.add(segments.subList(1, segments.size()));
        }
        return named;
    }
}
