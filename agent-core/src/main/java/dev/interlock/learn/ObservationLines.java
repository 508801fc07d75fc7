package dev.interlock.learn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes observed calls as JSON Lines. A line is one call with the paths that it touched:
 *
 * <pre>{@code
 * {"tool": "transfer", "arguments": {"from": 1, "to": 2}, "reads": ["rates"], "writes": ["account/1"], "run": "a7"}
 * }</pre>
 *
 * <p>{@code dev.interlock.footprint.FootprintLog} writes such lines, with {@code "failed": true} for a failed call.
 *
 * <p>Or a line is a row of a recorded trace with several calls, which are one run:
 *
 * <pre>{@code
 * {"id": "task-7-t0", "unit": "turn", "calls": [{"name": "pay", "reads": [], "writes": ["Shop.orders[42]"]}]}
 * }</pre>
 *
 * <p>There a key is {@code Class.attribute[index]} or {@code fs[folder/name]}; a star in brackets means all that lies
 * there. The turns of a task ({@code -t0} and so on) and its episode ({@code -ep}) belong to one run. Only
 * {@code tool}, or {@code name} and {@code calls}, are required. The reader ignores other members and blank lines.
 * Thread-safe.
 */
public final class ObservationLines {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern URL = Pattern.compile("[a-z][a-z0-9+.-]+:/");
    private static final Pattern DRIVE = Pattern.compile("[A-Z]:");
    private static final Pattern UNIT = Pattern.compile("-(?:t\\d+|ep)$");

    private ObservationLines() {}

    /**
     * Reads a file. If it has a task's episode, which repeats the calls of all turns, the reader leaves these out.
     *
     * @param file the file, in UTF-8
     * @param consumer receives each call, in the file's order
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if a line is neither kind; the message names file and line
     */
    public static void read(Path file, Consumer<? super ObservedCall> consumer) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    rows.add(parse(file, number, line));
                }
            }
        }
        Set<String> whole = new HashSet<>();
        rows.stream().filter(row -> row.is("episode")).forEach(row -> whole.add(row.run()));
        rows.stream()
                .filter(row -> !row.is("turn") || !whole.contains(row.run()))
                .forEach(row -> row.calls().forEach(consumer));
    }

    private record Row(@Nullable String unit, List<ObservedCall> calls) {

        boolean is(String name) {
            return name.equals(unit) && !calls.isEmpty();
        }

        String run() {
            return String.valueOf(calls.getFirst().run());
        }
    }

    private static Row parse(Path file, int number, String line) {
        try {
            JsonNode row = json(line);
            return new Row(text(row, "unit"), calls(row));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ":" + number + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads one line.
     *
     * @param line the line
     * @return the line's calls
     * @throws IllegalArgumentException if the line holds none; the message says why
     */
    public static List<ObservedCall> parse(String line) {
        return calls(json(line));
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static List<ObservedCall> calls(JsonNode row) {
        if (!row.path("calls").isArray()) {
            return List.of(call(row, "tool", text(row, "run"), ObservationLines::resource));
        }
        String run = run(row);
        List<ObservedCall> calls = new ArrayList<>();
        row.path("calls").forEach(call -> calls.add(call(call, "name", run, TraceKey::resource)));
        return List.copyOf(calls);
    }

    private static @Nullable String run(JsonNode row) {
        String run = text(row, "run");
        String id = text(row, "id");
        return run != null || id == null ? run : UNIT.matcher(id).replaceFirst("");
    }

    private static ObservedCall call(
            JsonNode row, String nameKey, @Nullable String run, Function<String, Resource> resource) {
        String tool = text(row, nameKey);
        if (tool == null) {
            throw new IllegalArgumentException("'" + nameKey + "' is missing");
        }
        Set<Access> accesses = new LinkedHashSet<>();
        paths(row, "reads").forEach(path -> accesses.add(Access.read(resource.apply(path))));
        paths(row, "writes").forEach(path -> accesses.add(Access.write(resource.apply(path))));
        return new ObservedCall(
                new ToolCall(null, tool, row.get("arguments")),
                accesses,
                run,
                row.path("failed").asBoolean());
    }

    /** Also reads the text of a resource with marks, such as {@code file//data/notes.md}. */
    private static Resource resource(String path) {
        int mark = path.indexOf("//");
        if (mark < 0) {
            return Resource.of(path);
        }
        String rest = path.substring(mark + 2);
        boolean isUrl = URL.matcher(rest).lookingAt();
        boolean hasStart = isUrl || rest.startsWith("~") || DRIVE.matcher(rest).lookingAt();
        return Resource.of(path.substring(0, mark))
                .resolve(isUrl ? rest.replaceFirst(":/", "://") : hasStart ? rest : '/' + rest);
    }

    private static @Nullable String text(JsonNode row, String key) {
        JsonNode value = row.path(key);
        if (!value.isTextual() && !value.isMissingNode() && !value.isNull()) {
            throw new IllegalArgumentException("'" + key + "' must be a string, was " + kind(value));
        }
        return value.textValue();
    }

    private static List<String> paths(JsonNode row, String key) {
        JsonNode list = row.path(key);
        if (!list.isArray() && !list.isMissingNode() && !list.isNull()) {
            throw new IllegalArgumentException("'" + key + "' must be a list of strings, was " + kind(list));
        }
        List<String> paths = new ArrayList<>();
        for (JsonNode each : list) {
            if (!each.isTextual()) {
                throw new IllegalArgumentException("'" + key + "' must hold only strings, held " + kind(each));
            }
            paths.add(each.textValue());
        }
        return paths;
    }

    private static String kind(JsonNode node) {
        return node.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    /**
     * Writes one call.
     *
     * @param observed the call
     * @return the line, without a line break
     */
    public static String format(ObservedCall observed) {
        ObjectNode row = JSON.createObjectNode();
        row.put("tool", observed.call().tool());
        row.set("arguments", observed.call().arguments().deepCopy());
        add(row.putArray("reads"), observed, Access.Kind.READ);
        add(row.putArray("writes"), observed, Access.Kind.WRITE);
        if (observed.run() != null) {
            row.put("run", observed.run());
        }
        if (observed.failed()) {
            row.put("failed", true);
        }
        return row.toString();
    }

    private static void add(ArrayNode list, ObservedCall observed, Access.Kind kind) {
        Set<String> paths = new TreeSet<>();
        observed.accesses().stream()
                .filter(access -> access.kind() == kind)
                .forEach(access -> paths.add(access.resource().toString()));
        paths.forEach(list::add);
    }
}
