package dev.interlock.effect.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What tools read and write, and who said so, in a file for people to read and change.
 *
 * <pre>{@code
 * {
 *   "version": 1,
 *   "tools": {
 *     "balance": {"reads": ["account/{id}"]},
 *     "transfer": {"writes": ["account/{from}", "account/{to}"], "by": "learnt", "calls": 12, "against": 0},
 *     "convert_*": {"pure": true} // comments, and a comma behind the last element, are no error
 *   }
 * }
 * }</pre>
 *
 * <p>Of several entries that match a tool, the one with its exact name speaks, then the glob with the most characters beside
 * its wildcards. What an entry leaves open of effects or of idempotence the next one may say. A tool may have several
 * entries by different people and programs: one in front and others, the {@code proposals} of the file, that say something
 * else. Which entries count, says the one who reads the file.
 *
 * <p>Immutable.
 */
public final class EffectsFile {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final String name;
    private final @Nullable String schema;
    private final @Nullable DescribedServer server;

    /** By their tools, in the order of the file; those of one tool in that of {@link DeclaredBy}, none twice. */
    private final Map<String, List<EffectsEntry>> entries;

    /** Hashes, by tools. */
    private final Map<String, List<String>> schemas;

    private EffectsFile(
            String name,
            @Nullable String schema,
            @Nullable DescribedServer server,
            Map<String, List<EffectsEntry>> entries,
            Map<String, List<String>> schemas) {
        this.name = name;
        this.schema = schema;
        this.server = server;
        this.entries = entries;
        this.schemas = schemas;
    }

    private static EffectsFile of(String name, byte[] json) {
        FileContents contents = new FileReading(name).read(json);
        Map<String, List<EffectsEntry>> entries = new LinkedHashMap<>();
        for (EffectsEntry entry : contents.entries()) {
            entries.merge(entry.tool(), List.of(entry), EffectsFile::inOrder);
        }
        return new EffectsFile(name, contents.schema(), contents.server(), entries, Map.copyOf(contents.schemas()));
    }

    /**
     * Returns a file without entries, to begin with.
     *
     * @param name for messages
     * @return the file, which is nowhere yet
     */
    public static EffectsFile empty(String name) {
        return new EffectsFile(Objects.requireNonNull(name, "name"), null, null, Map.of(), Map.of());
    }

    /**
     * Reads a file.
     *
     * @param file its path
     * @return what it holds
     * @throws IllegalArgumentException if something is wrong in it; the message names file, line, tool and key of each
     * @throws UncheckedIOException if it cannot be read
     */
    public static EffectsFile read(Path file) {
        try {
            return of(file.toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
    }

    /**
     * Reads a file, waiting for a server at most 10 s for each answer.
     *
     * @param url its address; its user and query do not come into messages
     * @return what it holds
     * @throws IllegalArgumentException if something is wrong in it; the message names file, line, tool and key of each
     * @throws UncheckedIOException if it cannot be read
     */
    public static EffectsFile read(URL url) {
        String shown = shown(url);
        byte[] json;
        try {
            URLConnection connection = url.openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setUseCaches(false);
            try (InputStream in = connection.getInputStream()) {
                json = in.readAllBytes();
            }
        } catch (IOException e) {
            throw unreadable(shown, e);
        }
        return of(shown, json);
    }

    /** Without what may be secret. */
    private static String shown(URL url) {
        String text = url.getProtocol() + ":";
        if (url.getHost() != null && !url.getHost().isEmpty()) {
            text += "//" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
        }
        return text + url.getPath();
    }

    private static UncheckedIOException unreadable(String name, IOException e) {
        return new UncheckedIOException("effects file " + name + " cannot be read: " + e, e);
    }

    /**
     * Reads a file from the class path: that of the current thread's context class loader, else that of this library.
     *
     * @param resource its name from the root of the class path, such as {@code config/effects.json}
     * @return what it holds
     * @throws IllegalArgumentException if there is none, or something is wrong in it; the message names file, line, tool and
     *     key of each
     * @throws UncheckedIOException if it cannot be read
     */
    public static EffectsFile readResource(String resource) {
        String path = resource.startsWith("/") ? resource.substring(1) : resource;
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        URL found = context == null ? null : context.getResource(path);
        if (found == null) {
            found = EffectsFile.class.getResource("/" + path);
        }
        if (found == null) {
            throw new IllegalArgumentException("there is no effects file '" + path + "' on the class path");
        }
        try (InputStream in = found.openStream()) {
            return of(path, in.readAllBytes());
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /**
     * Reads a text.
     *
     * @param name for messages
     * @param json the text
     * @return what it holds
     * @throws IllegalArgumentException if something is wrong in it; the message names file, line, tool and key of each
     */
    public static EffectsFile parse(String name, String json) {
        return of(Objects.requireNonNull(name, "name"), json.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the JSON Schema of such files, of draft 2020-12. It knows comments and commas as little as JSON does, and of
     * templates and globs only that they are not empty.
     *
     * @return its text
     */
    public static String jsonSchema() {
        try (InputStream in = EffectsFile.class.getResourceAsStream("effects.schema.json")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The name by which messages call it.
     *
     * @return path, address or name
     */
    public String name() {
        return name;
    }

    /**
     * The MCP server whose tools it is about.
     *
     * @return empty if it is not about one server
     */
    public Optional<DescribedServer> server() {
        return Optional.ofNullable(server);
    }

    /**
     * For which input schemas of a tool its entries are known to hold. Only catalogues of MCP servers regard it.
     *
     * @param tool the name, or the glob, of the entry
     * @return the SHA-256 of each schema in its canonical form, in hexadecimal digits; empty if the file does not say
     */
    public List<String> schemasOf(String tool) {
        return schemas.getOrDefault(tool, List.of());
    }

    /**
     * All that it says.
     *
     * @return unmodifiable, in the order of the file; those of one tool stand together, the one in front first
     */
    public List<EffectsEntry> entries() {
        return entries.values().stream().flatMap(Collection::stream).toList();
    }

    /**
     * What it says of one tool, by its name or by globs.
     *
     * @param tool the name by which the model calls the tool
     * @return unmodifiable, the entry that speaks first in front
     */
    public List<EffectsEntry> entriesFor(String tool) {
        List<EffectsEntry> found = new ArrayList<>(entries.getOrDefault(tool, List.of()));
        entries.values().stream()
                .filter(each -> isGlobFor(tool, each.get(0)))
                .sorted(Comparator.comparingInt(each -> -each.get(0).pattern().literals()))
                .forEach(found::addAll);
        return List.copyOf(found);
    }

    private static boolean isGlobFor(String tool, EffectsEntry entry) {
        return entry.isGlob() && !entry.tool().equals(tool) && entry.matches(tool);
    }

    /**
     * Returns the file with one more entry. It takes the place of the one for the same tool by the same; what others say of
     * that tool stays as it is. The first of {@link DeclaredBy} stands in front, and the others beside it as far as they say
     * something else: so what was learnt never hides what was declared, nor the other way round.
     *
     * @param entry the entry
     * @return the changed file; the entries of other tools are as they were
     * @throws IllegalArgumentException if it is for a glob as specific as another of the file that matches the same names
     */
    public EffectsFile with(EffectsEntry entry) {
        for (List<EffectsEntry> each : entries.values()) {
            String problem = entry.pattern().rivalry(each.get(0).pattern());
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
        }
        List<EffectsEntry> others = entries.getOrDefault(entry.tool(), List.of()).stream()
                .filter(each -> each.by() != entry.by())
                .toList();
        List<EffectsEntry> different = new ArrayList<>();
        for (EffectsEntry each : inOrder(others, List.of(entry))) {
            if (different.stream().noneMatch(each::saysTheSameAs)) {
                different.add(each);
            }
        }
        Map<String, List<EffectsEntry>> changed = new LinkedHashMap<>(entries);
        changed.put(entry.tool(), List.copyOf(different));
        return new EffectsFile(name, schema, server, changed, schemas);
    }

    /**
     * Returns the file with all entries of another, one after the other.
     *
     * @param other the other file; its name, its server and what it says of schemas do not count
     * @return the changed file
     * @throws IllegalArgumentException if two globs of both are equally specific and match the same names
     * @see #with
     */
    public EffectsFile merge(EffectsFile other) {
        EffectsFile merged = this;
        for (EffectsEntry entry : other.entries()) {
            merged = merged.with(entry);
        }
        return merged;
    }

    /**
     * Returns the file as text: a line a key, tools in their order, new ones behind; comments that were read are not there.
     *
     * @return JSON that {@link #parse} reads, with a newline at the end
     */
    public String toJson() {
        return FileWriting.toJson(schema, server, entries.values(), schemas);
    }

    /**
     * Writes the file, in place of what is there.
     *
     * @param file its path
     * @throws UncheckedIOException if it cannot be written
     * @see #toJson
     */
    public void write(Path file) {
        try {
            Files.writeString(file, toJson());
        } catch (IOException e) {
            throw new UncheckedIOException("effects file " + file + " cannot be written: " + e, e);
        }
    }

    private static List<EffectsEntry> inOrder(List<EffectsEntry> some, List<EffectsEntry> others) {
        return Stream.concat(some.stream(), others.stream())
                .sorted(Comparator.comparing(EffectsEntry::by))
                .toList();
    }
}
