package dev.interlock.learn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Observed calls as JSON Lines, one a line:
 *
 * <pre>{@code
 * {"tool": "transfer", "arguments": {"from": 1, "to": 2}, "reads": ["rates"], "writes": ["account/1", "account/2"], "run": "a7"}
 * }</pre>
 *
 * <p>{@code reads}, {@code writes}, {@code run} and {@code arguments} may be missing; other members are ignored, and so are
 * blank lines. Thread-safe.
 */
public final class ObservationLines {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ObservationLines() {}

    /**
     * Reads a file.
     *
     * @param file the file, in UTF-8
     * @param consumer is given each call, in the order of the lines
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if a line is no observed call; the message names file and line
     */
    public static void read(Path file, Consumer<? super ObservedCall> consumer) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    consumer.accept(parse(file, number, line));
                }
            }
        }
    }

    private static ObservedCall parse(Path file, int number, String line) {
        try {
            return parse(line);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ":" + number + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads one line.
     *
     * @param line the line
     * @return the call
     * @throws IllegalArgumentException if it is no observed call; the message says why
     */
    public static ObservedCall parse(String line) {
        JsonNode row;
        try {
            row = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
        }
        JsonNode tool = row.path("tool");
        if (!row.isObject() || !tool.isTextual()) {
            throw new IllegalArgumentException("'tool' must be a string, was " + kind(tool));
        }
        Set<Access> accesses = new LinkedHashSet<>();
        paths(row, "reads").forEach(path -> accesses.add(Access.read(path)));
        paths(row, "writes").forEach(path -> accesses.add(Access.write(path)));
        JsonNode run = row.path("run");
        if (!run.isMissingNode() && !run.isNull() && !run.isTextual()) {
            throw new IllegalArgumentException("'run' must be a string, was " + kind(run));
        }
        return new ObservedCall(
                new ToolCall(
                        null, tool.textValue(), row.path("arguments").isMissingNode() ? null : row.get("arguments")),
                accesses,
                run.textValue());
    }

    private static Set<String> paths(JsonNode row, String key) {
        JsonNode list = row.path(key);
        if (!list.isArray() && !list.isMissingNode() && !list.isNull()) {
            throw new IllegalArgumentException("'" + key + "' must be a list of strings, was " + kind(list));
        }
        Set<String> paths = new LinkedHashSet<>();
        for (JsonNode each : list) {
            if (!each.isTextual()) {
                throw new IllegalArgumentException("'" + key + "' must hold strings only, held " + kind(each));
            }
            paths.add(each.textValue());
        }
        return paths;
    }

    private static String kind(JsonNode node) {
        return node.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    /**
     * Writes one line.
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
