package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** How the calls of a batch relate to each other. Their arguments are parsed. */
enum PlanningShape {
    /** Nothing touches anything. */
    PURE("all pure") {
        @Override
        ToolCall call(int index, int calls, SplittableRandom random) {
            return of(index, "compute", "number", index);
        }
    },

    /** Each call writes a resource of its own. */
    LEAVES("writes of distinct leaves") {
        @Override
        ToolCall call(int index, int calls, SplittableRandom random) {
            return of(index, "write", "account", index);
        }
    },

    /** The default shape: inferred reads, then declared writes, with n²/4 conflicting pairs. */
    READS_THEN_WRITES("n/2 reads of /, n/2 writes") {
        @Override
        ToolCall call(int index, int calls, SplittableRandom random) {
            return index < calls / 2 ? of(index, "look", "number", index) : of(index, "write", "account", index);
        }
    },

    /** The same the other way round. */
    WRITES_THEN_READS("n/2 writes, n/2 reads of /") {
        @Override
        ToolCall call(int index, int calls, SplittableRandom random) {
            return index < calls / 2 ? of(index, "write", "account", index) : of(index, "look", "number", index);
        }
    },

    /** Each read of everything waits for the write before it, each write for the read before it. */
    ALTERNATING("read of /, write, read of /, …") {
        @Override
        ToolCall call(int index, int calls, SplittableRandom random) {
            return index % 2 == 0 ? of(index, "look", "number", index) : of(index, "write", "account", index);
        }
    },

    /** All calls write one resource. */
    CHAIN("writes of one resource") {
        @Override
        ToolCall call(int index, int calls, SplittableRandom random) {
            return of(index, "write", "account", 42);
        }
    },

    /** Reads, writes and moves of files and folders, one to four levels deep. */
    HIERARCHY("hierarchical mix") {
        @Override
        ToolCall call(int index, int calls, SplittableRandom random) {
            int kind = random.nextInt(10);
            if (kind < 6) {
                return of(index, "readFile", "path", path(random));
            }
            if (kind < 9) {
                return of(index, "writeFile", "path", path(random));
            }
            ObjectNode arguments = JsonNodeFactory.instance.objectNode();
            arguments.put("from", path(random)).put("to", path(random));
            return new ToolCall("call_" + index, "moveFile", arguments);
        }
    };

    private static final ToolSet TOOLS = ToolSet.of(
            ToolDefinition.of("compute", Effects.pure(), call -> null),
            ToolDefinition.of("look", Effects.reads("/"), call -> null),
            ToolDefinition.of("write", Effects.writes("account/{account}"), call -> null),
            ToolDefinition.of("readFile", Effects.reads("file/{path}"), call -> null),
            ToolDefinition.of("writeFile", Effects.writes("file/{path}"), call -> null),
            ToolDefinition.of("moveFile", Effects.writes("file/{from}", "file/{to}"), call -> null));

    private final String title;

    PlanningShape(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    static ToolSet tools() {
        return TOOLS;
    }

    /** Makes a batch, the same every time. */
    List<ToolCall> calls(int count) {
        SplittableRandom random = new SplittableRandom(42);
        List<ToolCall> calls = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            calls.add(call(i, count, random));
        }
        return calls;
    }

    abstract ToolCall call(int index, int calls, SplittableRandom random);

    private static ToolCall of(int index, String tool, String argument, int value) {
        return new ToolCall(
                "call_" + index, tool, JsonNodeFactory.instance.objectNode().put(argument, value));
    }

    private static ToolCall of(int index, String tool, String argument, String value) {
        return new ToolCall(
                "call_" + index, tool, JsonNodeFactory.instance.objectNode().put(argument, value));
    }

    private static String path(SplittableRandom random) {
        int depth = 1 + random.nextInt(4);
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            path.append(i == 0 ? "" : "/").append("entry").append(random.nextInt(i == 0 ? 20 : 10));
        }
        return path.toString();
    }
}
