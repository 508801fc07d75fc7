package dev.interlock.effect.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes effects files: one key a line in objects, lists on one line. */
final class FileWriting {

    private static final JsonFactory JSON = new JsonFactory();

    private FileWriting() {}

    static String toJson(
            @Nullable String schema,
            @Nullable DescribedServer server,
            Collection<List<EffectsEntry>> tools,
            Map<String, List<String>> schemas) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).setPrettyPrinter(layout())) {
            json.writeStartObject();
            writeString(json, "$schema", schema);
            json.writeNumberField("version", FileReading.VERSION);
            if (server != null) {
                write(json, server);
            }
            json.writeObjectFieldStart("tools");
            for (List<EffectsEntry> tool : tools) {
                json.writeObjectFieldStart(tool.get(0).tool());
                write(json, tool.get(0));
                writeSchemas(json, schemas.getOrDefault(tool.get(0).tool(), List.of()));
                writeProposals(json, tool.subList(1, tool.size()));
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append('\n').toString();
    }

    private static DefaultPrettyPrinter layout() {
        Separators separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withArrayValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        DefaultPrettyPrinter layout = new DefaultPrettyPrinter(separators);
        layout.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        layout.indentArraysWith(DefaultPrettyPrinter.NopIndenter.instance);
        return layout;
    }

    private static void write(JsonGenerator json, DescribedServer server) throws IOException {
        json.writeObjectFieldStart("server");
        json.writeStringField("name", server.name());
        writeStrings(json, "versions", server.versions());
        writeString(json, "source", server.source());
        writeString(json, "date", server.date() == null ? null : server.date().toString());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, EffectsEntry entry) throws IOException {
        writeStrings(json, "reads", entry.reads());
        writeStrings(json, "writes", entry.writes());
        if (entry.isPure()) {
            json.writeBooleanField("pure", true);
        }
        if (entry.exclusive().equals(List.of("/"))) {
            json.writeBooleanField("exclusive", true);
        } else {
            writeStrings(json, "exclusive", entry.exclusive());
        }
        if (!entry.paths().isEmpty()) {
            json.writeObjectFieldStart("paths");
            for (Map.Entry<String, String> path : entry.paths().entrySet()) {
                json.writeStringField(path.getKey(), path.getValue());
            }
            json.writeEndObject();
        }
        writeStrings(json, "ignoringCase", entry.ignoringCase());
        writeStrings(json, "followingLinks", entry.followingLinks());
        if (entry.idempotent().isPresent()) {
            json.writeBooleanField("idempotent", entry.idempotent().get());
        }
        if (entry.by() != DeclaredBy.DECLARED) {
            json.writeStringField("by", entry.by().word());
        }
        if (entry.calls().isPresent()) {
            json.writeNumberField("calls", entry.calls().getAsLong());
        }
        if (entry.against().isPresent()) {
            json.writeNumberField("against", entry.against().getAsLong());
        }
        writeString(json, "note", entry.note());
    }

    private static void writeSchemas(JsonGenerator json, List<String> hashes) throws IOException {
        if (hashes.size() == 1) {
            json.writeStringField(EntryReading.SCHEMA, hashes.get(0));
        } else {
            writeStrings(json, EntryReading.SCHEMA, hashes);
        }
    }

    private static void writeProposals(JsonGenerator json, List<EffectsEntry> proposals) throws IOException {
        if (!proposals.isEmpty()) {
            json.writeArrayFieldStart(EntryReading.PROPOSALS);
            for (EffectsEntry proposal : proposals) {
                json.writeStartObject();
                write(json, proposal);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    private static void writeString(JsonGenerator json, String key, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(key, value);
        }
    }

    private static void writeStrings(JsonGenerator json, String key, List<String> values) throws IOException {
        if (!values.isEmpty()) {
            json.writeArrayFieldStart(key);
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
    }
}
