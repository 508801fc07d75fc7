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
 * What tools of well-known MCP servers read and write, as files that come with the library.
 *
 * <p>Invariant: it speaks only for a tool that is the one it was made for, as far as a client can tell. Name and version of
 * the server are those of a file, the tool's input schema is one of those that the file has for it, and the model's arguments
 * reach the server as they are. It says no less than the tool does, of any server with this name, version and schema.
 *
 * <p>Immutable, but for what was logged; thread-safe.
 */
final class Catalogue {

    private static final Logger log = LoggerFactory.getLogger(Catalogue.class);

    /** Stands for any version, where a server says that of something else. */
    static final String ANY_VERSION = "*";

    /** What stands before the path of a file in a template. */
    private static final String FILE = "file/";

    /** The files, by their names without {@code .json}. */
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

    /** Read when the first tool of a trusted server is bound. */
    private static final class BuiltIn {
        static final Catalogue INSTANCE =
                new Catalogue(SERVERS.stream().map(Catalogue::file).toList());
    }

    private final List<Page> pages;

    /** Servers of which a mismatch was logged so that a user sees it. */
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
                throw new IllegalStateException("there is no " + resource + " beside " + Catalogue.class.getName());
            }
            return Page.of(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read: " + e, e);
        }
    }

    /**
     * What it says of a tool.
     *
     * @param effects what a call reads and writes
     * @param said which page says so, in words
     */
    record Saying(Effects effects, String said) {}

    /**
     * A file: what it says of the tools of a server.
     *
     * @param name of the file
     * @param server whose tools it is about
     * @param file what it says
     * @param world the first segments of all resources that it names, but for the root
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
     * What is known of a tool of this name of a server of this name, in whatever version and with whatever schema. It does
     * not tell what the tool touches, but where it is at odds with a hint, the hint was wrong once.
     *
     * @param tool what the client says of it
     * @param specification what the model is told of it
     */
    Optional<EffectsEntry> doubt(ServedTool tool, ToolSpecification specification) {
        return pages.stream()
                .filter(page -> page.server().name().equals(tool.server()))
                .flatMap(page -> page.file().entriesFor(tool.nameOf(specification)).stream())
                .findFirst();
    }

    /**
     * The page about a server.
     *
     * @param tool what the client says of it; null if it says nothing
     * @return null if there is none
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
                    "the catalogue knows version %s of MCP server '%s', and this is %s"
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
     * What a page says of a tool, if the tool is the one it is about.
     *
     * @param page the one about the tool's server
     * @param tool what the client says of it
     * @param specification what the model is told of the tool
     * @return null if it says nothing; why not is logged
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
                    "Tool '{}' of MCP server '{}' has a wrapper, which may change arguments: catalogue {} says nothing of it",
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
     * Servers and their file systems may take what differs in letter case only for the same. None says whether it does, so
     * the catalogue always does. Links of this machine are followed.
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

    /** Where it is the first of its server, a user should see it; else he would have one line a tool. */
    private void mismatch(ServedTool tool, String what) {
        if (warned.add(tool.server() + ' ' + tool.version())) {
            log.warn("{}; so hints count, see docs/catalogue.md (others of this server are logged at DEBUG)", what);
        } else {
            log.debug("{}; so hints count", what);
        }
    }
}
