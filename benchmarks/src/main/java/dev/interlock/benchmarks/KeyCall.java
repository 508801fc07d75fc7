package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A recorded call with the keys that it touched.
 *
 * @param call the call; its id is unique in its file
 * @param touched the keys
 */
record KeyCall(ToolCall call, List<Touched> touched) {

    /**
     * One key.
     *
     * @param family the key without the texts in its brackets: {@code Account[..][..]}
     * @param access what the call did to it
     */
    record Touched(String family, Access access) {

        static Touched of(String key, boolean write) {
            Resource resource = TraceKeys.resource(key);
            return new Touched(
                    key.replaceAll("\\[[^\\]]*\\]", "[..]"), write ? Access.write(resource) : Access.read(resource));
        }
    }

    static KeyCall of(JsonNode row, JsonNode call, int index) {
        List<Touched> touched = new ArrayList<>();
        call.path("reads").forEach(key -> touched.add(Touched.of(key.asText(), false)));
        call.path("writes").forEach(key -> touched.add(Touched.of(key.asText(), true)));
        return new KeyCall(
                new ToolCall(
                        row.path("id").asText() + "#" + index, call.path("name").asText(), call.path("arguments")),
                List.copyOf(touched));
    }

    /** Returns this call with the keys of another one added. */
    KeyCall and(KeyCall other) {
        return new KeyCall(
                call,
                Stream.concat(touched.stream(), other.touched.stream())
                        .distinct()
                        .toList());
    }

    String tool() {
        return call.tool();
    }

    /** Returns the families that the call reads, or writes. */
    Stream<String> families(boolean write) {
        return touched.stream()
                .filter(each -> each.access().isWrite() == write)
                .map(Touched::family)
                .distinct();
    }

    /** Returns the accesses of true effects. */
    List<Access> accesses() {
        return touched.stream().map(Touched::access).distinct().toList();
    }
}
