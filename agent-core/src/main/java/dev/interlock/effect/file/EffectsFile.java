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
 * A file that says what tools read and write, and who says so. People read and change it.
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
 * <p>If several entries match a tool, the one with the tool's exact name speaks first, then the glob with the most
 * characters apart from wildcards. If an entry leaves effects or idempotence open, the next one may state them. A tool
 * may have several entries by different authors: one in front, and others that disagree with it, the file's
 * {@code proposals}. The reader of the file decides which entries count.
 *
 * <p>Immutable.
 */
public final class EffectsFile {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final String name;
    private final @Nullable String schema;
    private final @Nullable DescribedServer server;

    /**
     * Entries by tool, in the file's order; those of one tool in {@link DeclaredBy}'s order, at most one for each
     * constant.
     */
    private final Map<String, List<EffectsEntry>> entries;

    /** Hashes of input schemas, by tool. */
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
     * Returns a file without entries.
     *
     * @param name for messages
     * @return the file, which exists only in memory
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
     * Reads a file from an address. It waits at most 10 s for each answer of the server.
     *
     * @param url the address; messages leave out its user and query
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

    /** The address without its parts that may be secret. */
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
     * Reads a file from the class path, by the current thread's context class loader or else by this library's.
     *
     * @param resource the file's name from the root of the class path, such as {@code config/effects.json}
     * @return what it holds
     * @throws IllegalArgumentException if there is no such file, or if it contains errors; the message names file,
     *     line, tool and key of each error
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
            throw new IllegalArgumentException("the class path holds no effects file '" + path + "'");
        }
        try (InputStream in = found.openStream()) {
            return of(path, in.readAllBytes());
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /**
     * Reads a file's text.
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
     * Returns the JSON Schema of effects files, in draft 2020-12. Like JSON itself it allows no comments and no extra
     * commas. It checks only that templates and globs are not empty.
     *
     * @return the schema's text
     */
    public static String jsonSchema() {
        try (InputStream in = EffectsFile.class.getResourceAsStream("effects.schema.json")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the file's name in messages.
     *
     * @return path, address or name
     */
    public String name() {
        return name;
    }

    /**
     * Returns the MCP server whose tools the file describes.
     *
     * @return empty if the file does not name a server
     */
    public Optional<DescribedServer> server() {
        return Optional.ofNullable(server);
    }

    /**
     * Returns the input schemas of a tool that its entries are known to hold for. Only catalogues of MCP servers use
     * them.
     *
     * @param tool the entry's name or glob
     * @return the SHA-256 of each schema's canonical form, in hexadecimal digits; empty if the file does not say
     */
    public List<String> schemasOf(String tool) {
        return schemas.getOrDefault(tool, List.of());
    }

    /**
     * Returns all entries.
     *
     * @return unmodifiable, in the file's order; the entries of one tool stand together, the one in front first
     */
    public List<EffectsEntry> entries() {
        return entries.values().stream().flatMap(Collection::stream).toList();
    }

    /**
     * Returns the entries that match one tool, by its name or by a glob.
     *
     * @param tool the name by which the model calls the tool
     * @return unmodifiable; the entry that speaks first comes first
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
     * Returns the file with one more entry. It replaces the entry for the same tool by the same author; entries for the
     * tool by other authors stay. The entry by the first author in {@link DeclaredBy}'s order stands in front. The
     * others stand beside it if they say something else. So a learnt entry never hides a declared one, nor the reverse.
     *
     * @param entry the entry
     * @return the changed file; the entries of other tools are unchanged
     * @throws IllegalArgumentException if the entry's glob is as specific as another glob of the file and both match
     *     one name
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
     * Returns the file with all entries of another file.
     *
     * @param other the other file; its name, server and schemas do not count
     * @return the changed file
     * @throws IllegalArgumentException if a glob of each is as specific as the other and both match one name
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
     * Returns the file as text: one key a line, tools in the file's order, new ones last. The text does not keep
     * comments.
     *
     * @return JSON that {@link #parse} reads, with a newline at the end
     */
    public String toJson() {
        return FileWriting.toJson(schema, server, entries.values(), schemas);
    }

    /**
     * Writes the file and replaces an existing one.
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
