package dev.interlock.langchain4j.mcp;

import dev.interlock.effect.Effects;
import dev.interlock.effect.file.DescribedServer;
import dev.interlock.effect.file.EffectsEntry;
import dev.interlock.effect.file.EffectsFile;
import dev.langchain4j.agent.tool.ToolSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the tools of well-known MCP servers read and write, in files that come with the library.
 *
 * <p>Invariant: the catalogue speaks only for a tool that a client can identify. The server's name and version are
 * those of a file, the file has the tool's input schema, and the model's arguments reach the server unchanged. For
 * every server with this name, version and schema, the catalogue covers all that the tool does.
 *
 * <p>Immutable, except for the record of logged mismatches; thread-safe.
 */
final class Catalogue {

    private static final Logger log = LoggerFactory.getLogger(Catalogue.class);

    /** Stands for any version, for a server whose version number is another library's. */
    static final String ANY_VERSION = "*";

    /** The prefix of a file's path in a template. */
    private static final String FILE = "file/";

    /** The names of the files, without {@code .json}. */
    static final List<String> SERVERS = List.of(
            "brave-search",
            "everything",
            "fetch",
            "filesystem",
            "git",
            "github",
            "github-official",
            "gitlab",
            "memory",
            "notion",
            "playwright",
            "postgres",
            "puppeteer",
            "sequential-thinking",
            "slack",
            "sqlite",
            "time");

    /** Loads when the library binds the first tool of a trusted server. */
    private static final class BuiltIn {
        static final Catalogue INSTANCE =
                new Catalogue(SERVERS.stream().map(Catalogue::file).toList());
    }

    private final List<Page> pages;

    /** Servers for which a WARN about a mismatch was logged. */
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    Catalogue(List<Page> pages) {
        this.pages = List.copyOf(pages);
    }

    static Catalogue builtIn() {
        return BuiltIn.INSTANCE;
    }

    private static Page file(String name) {
        String resource = "catalogue/" + name + ".json";
        try (InputStream in = Catalogue.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(
                        "resource " + resource + " is missing beside " + Catalogue.class.getName());
            }
            return Page.of(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read: " + e, e);
        }
    }

    /**
     * What the catalogue says about a tool.
     *
     * @param effects what a call reads and writes
     * @param said the page in words
     */
    record Saying(Effects effects, String said) {}

    /**
     * A file on the tools of one server.
     *
     * @param name the file's name
     * @param server the server that the file describes
     * @param file the file's entries
     * @param world the first segments of all resources that the file names, except the root
     */
    record Page(String name, DescribedServer server, EffectsFile file, Set<String> world) {

        static Page of(String name, String json) {
            EffectsFile file = EffectsFile.parse("catalogue " + name, json);
            DescribedServer server = file.server()
                    .orElseThrow(() -> new IllegalArgumentException("catalogue " + name + " names no server"));
            Set<String> world = new LinkedHashSet<>();
            for (EffectsEntry entry : file.entries()) {
                for (String template : templates(entry)) {
                    String first = first(template);
                    if (!first.isEmpty()) {
                        world.add(first);
                    }
                }
            }
            return new Page(name, server, file, Set.copyOf(world));
        }

        private static List<String> templates(EffectsEntry entry) {
            List<String> templates = new ArrayList<>(entry.reads());
            templates.addAll(entry.writes());
            templates.addAll(entry.exclusive());
            return templates;
        }

        private static String first(String template) {
            String path = template.startsWith("/") ? template.substring(1) : template;
            int end = path.indexOf('/');
            return end < 0 ? path : path.substring(0, end);
        }

        boolean isAbout(ServedTool tool) {
            return server.name().equals(tool.server())
                    && (server.versions().contains(tool.version())
                            || server.versions().contains(ANY_VERSION));
        }
    }

    /**
     * Returns the entry for a tool and a server of these names, for any version and any schema. It does not say what
     * the tool touches. But if it contradicts a hint, the hint has been wrong for some version.
     *
     * @param tool the client's data on the tool
     * @param specification what the model gets of the tool
     */
    Optional<EffectsEntry> doubt(ServedTool tool, ToolSpecification specification) {
        return pages.stream()
                .filter(page -> page.server().name().equals(tool.server()))
                .flatMap(page -> page.file().entriesFor(tool.nameOf(specification)).stream())
                .findFirst();
    }

    /**
     * Returns the page about a server.
     *
     * @param tool the client's data on the tool; null if there are none
     * @return the page; null if there is none
     */
    @Nullable
    Page page(@Nullable ServedTool tool) {
        if (tool == null) {
            return null;
        }
        List<Page> named = pages.stream()
                .filter(page -> page.server().name().equals(tool.server()))
                .toList();
        for (Page page : named) {
            if (page.isAbout(tool)) {
                return page;
            }
        }
        if (!named.isEmpty()) {
            mismatch(
                    tool,
                    "the catalogue knows version %s of MCP server '%s', but this server has version %s"
                            .formatted(
                                    named.stream()
                                            .flatMap(page -> page.server().versions().stream())
                                            .toList(),
                                    tool.server(),
                                    tool.version()));
        }
        return null;
    }

    /**
     * Returns what a page says about a tool, if it identifies the tool.
     *
     * @param page the page about the tool's server
     * @param tool the client's data on the tool
     * @param specification what the model gets of the tool
     * @return the saying; null if the page says nothing, which the method logs with the reason
     */
    @Nullable
    Saying of(Page page, ServedTool tool, ToolSpecification specification) {
        String name = tool.nameOf(specification);
        EffectsEntry entry = page.file().entriesFor(name).stream().findFirst().orElse(null);
        if (entry == null) {
            log.debug("Tool '{}' of MCP server '{}' is not in catalogue {}", name, tool.server(), page.name());
            return null;
        }
        if (!tool.directly()) {
            log.debug(
                    "Tool '{}' of MCP server '{}' has a wrapper, which may change arguments, so catalogue {}"
                            + " does not count for it",
                    name,
                    tool.server(),
                    page.name());
            return null;
        }
        String hash = SchemaHash.of(specification.parameters());
        if (hash == null || !page.file().schemasOf(entry.tool()).contains(hash)) {
            mismatch(
                    tool,
                    "the input schema of tool '%s' of MCP server '%s' %s is not one that the catalogue knows"
                            .formatted(name, tool.server(), tool.version()));
            return null;
        }
        return new Saying(effects(entry, tool, specification), "catalogue " + page.name() + " " + tool.version());
    }

    /**
     * Servers and their file systems may ignore letter case. None says whether it does, so the catalogue always ignores
     * case. It follows links of this machine.
     */
    private static Effects effects(EffectsEntry entry, ServedTool tool, ToolSpecification specification) {
        Effects effects = entry.effects().orElseThrow();
        if (specification.parameters() == null) {
            return effects;
        }
        List<String> templates = Page.templates(entry);
        for (String parameter : specification.parameters().properties().keySet()) {
            String placeholder = '{' + parameter + '}';
            if (templates.stream().anyMatch(template -> template.contains(placeholder))) {
                effects = effects.ignoringCase(parameter);
            }
            if (tool.local() && templates.contains(FILE + placeholder)) {
                effects = effects.followingLinks(parameter);
            }
        }
        return effects;
    }

    /**
     * Logs a mismatch: the first one of a server as WARN, the others at DEBUG, since one WARN for each tool would be
     * too many.
     */
    private void mismatch(ServedTool tool, String what) {
        if (warned.add(tool.server() + ' ' + tool.version())) {
            log.warn(
                    "{}; so the server's hints count instead, see docs/catalogue.md (further tools of this"
                            + " server are logged at DEBUG)",
                    what);
        } else {
            log.debug("{}; so the server's hints count instead", what);
        }
    }
}
