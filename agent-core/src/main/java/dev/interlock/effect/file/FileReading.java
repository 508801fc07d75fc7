package dev.interlock.effect.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads one effects file. Not reusable. */
final class FileReading {

    static final int VERSION = 1;

    private final String file;
    private final Problems problems;
    private final List<EffectsEntry> entries = new ArrayList<>();
    private final Map<String, List<String>> schemas = new HashMap<>();
    /** The line of each tool. */
    private final Map<String, Integer> lines = new HashMap<>();

    private @Nullable String schema;
    private @Nullable DescribedServer server;

    FileReading(String file) {
        this.file = file;
        this.problems = new Problems(file);
    }

    /**
     * @throws IllegalArgumentException if the file contains errors; the message names file and line of each
     */
    FileContents read(byte[] text) {
        Json json = parse(text);
        if (json instanceof Json.Members root) {
            read(new ObjectReading("", root, List.of("$schema", "version", "server", "tools"), problems));
        } else if (json != null) {
            problems.add(json.line(), "an effects file must be an object, was " + json.kind());
        }
        problems.throwIfAny();
        return new FileContents(schema, server, entries, schemas);
    }

    private @Nullable Json parse(byte[] text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            problems.add(line, "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            problems.add(1, "not JSON: " + e.getMessage());
        }
        return null;
    }

    private void read(ObjectReading root) {
        root.string("$schema", text -> schema = text);
        root.count("version", version -> {
            if (version != VERSION) {
                throw new IllegalArgumentException("must be " + VERSION + ", was " + version);
            }
        });
        Json.Member described = root.member("server");
        if (described != null && described.value() instanceof Json.Members object) {
            readServer(described.line(), object);
        } else if (described != null) {
            root.wrongType(described, "an object");
        }
        Json.Member tools = root.member("tools");
        if (tools == null) {
            problems.add(1, "key 'tools' is missing");
        } else if (tools.value() instanceof Json.Members object) {
            readTools(object);
        } else {
            root.wrongType(tools, "an object");
        }
    }

    private void readServer(int line, Json.Members described) {
        ObjectReading object =
                new ObjectReading("server: ", described, List.of("name", "versions", "source", "date"), problems);
        List<String> names = new ArrayList<>();
        List<String> versions = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        List<LocalDate> dates = new ArrayList<>();
        object.string("name", names::add);
        object.strings("versions", versions::add);
        object.string("source", sources::add);
        object.string("date", text -> dates.add(date(text)));
        if (!object.has("name")) {
            object.problem(line, "'name' is missing");
        }
        if (!object.isSound()) {
            return;
        }
        try {
            server = new DescribedServer(names.get(0), versions, firstOf(sources), firstOf(dates));
        } catch (IllegalArgumentException e) {
            object.problem(line, String.valueOf(e.getMessage()));
        }
    }

    private static <T> @Nullable T firstOf(List<T> list) {
        return list.isEmpty() ? null : list.get(0);
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("must be a day such as 2026-01-31, was '" + text + "'", e);
        }
    }

    private void readTools(Json.Members object) {
        EntryReading reading = new EntryReading(file, problems, entries, schemas);
        for (Json.Member tool : object.members()) {
            Integer first = lines.putIfAbsent(tool.name(), tool.line());
            if (first == null) {
                reading.read(tool);
            } else {
                problems.add(tool.line(), "tool '%s' appears twice, first in line %d".formatted(tool.name(), first));
            }
        }
        rejectRivals();
    }

    private void rejectRivals() {
        List<ToolPattern> patterns =
                entries.stream().map(EffectsEntry::pattern).distinct().toList();
        for (int later = 0; later < patterns.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                String problem = patterns.get(later).rivalry(patterns.get(earlier));
                if (problem != null) {
                    problems.add(lineOf(patterns.get(later)), problem);
                }
            }
        }
    }

    private int lineOf(ToolPattern tool) {
        return Objects.requireNonNull(lines.get(tool.text()));
    }
}
