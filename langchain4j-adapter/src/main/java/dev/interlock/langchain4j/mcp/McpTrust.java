package dev.interlock.langchain4j.mcp;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectInference;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.file.EffectsEntry;
import dev.interlock.execution.ToolDefinition;
import dev.langchain4j.agent.tool.ToolSpecification;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The MCP servers whose word the user takes, and what their tools say of themselves, or the catalogue says of them. Metadata
 * of a tool hold what the server sent and nothing else: of a server that is not trusted nothing counts, neither declared
 * effects nor hints nor name and description.
 *
 * <p>Invariant: what two tools of one server touch is said in such a way that they meet where they touch the same. A tool of
 * which only hints are known is taken to touch, beside its server's own resource, all that the catalogue has of the server.
 *
 * @param servers by the key of the client that talks to the server
 * @param inference whether effects may be inferred from names and descriptions
 * @param catalogue whether the catalogue of well-known servers counts
 */
public record McpTrust(Map<String, Server> servers, boolean inference, boolean catalogue) {

    /** No server is trusted. */
    public static final McpTrust NONE = new McpTrust(Map.of(), true, true);

    // The names of the hints, as in McpToolMetadataKeys: that class may not be there.
    private static final String READ_ONLY = "readOnlyHint";
    private static final String DESTRUCTIVE = "destructiveHint";
    private static final String IDEMPOTENT = "idempotentHint";
    private static final String OPEN_WORLD = "openWorldHint";
    private static final Set<String> HINTS = Set.of(READ_ONLY, DESTRUCTIVE, IDEMPOTENT, OPEN_WORLD);

    /** What an own resource must not hold: separators, wildcards, braces, and the escape itself. */
    private static final String SPECIAL = "%/*?[{}";

    /** Keeps a copy of the map. */
    public McpTrust {
        servers = Map.copyOf(servers);
    }

    /**
     * A trusted server.
     *
     * @param own the template of the resource that stands for all its state
     * @param given the template of the resource that the user says its tools touch, if he does
     */
    public record Server(String own, @Nullable String given) {}

    /**
     * A server that says itself what its tools touch.
     *
     * @param clientKey the key of the client that talks to it
     * @return the server
     * @throws IllegalArgumentException if the key is blank
     */
    public static Server server(String clientKey) {
        return new Server("mcp/" + segment(clientKey), null);
    }

    /**
     * A server of which the user says what its tools touch.
     *
     * @param clientKey the key of the client that talks to it
     * @param resource the same for all calls
     * @return the server
     * @throws IllegalArgumentException if the key or the resource is blank, or the resource is malformed or depends on an
     *     argument
     */
    public static Server server(String clientKey, String resource) {
        String own = server(clientKey).own();
        if (Objects.requireNonNull(resource, "resource").isBlank()) {
            throw new IllegalArgumentException("the resource of MCP server '" + clientKey
                    + "' must not be blank; '/' is the resource that contains all others");
        }
        if (!Effects.writes(resource).isStatic()) {
            throw new IllegalArgumentException("the resource of MCP server '" + clientKey
                    + "' must be the same for all its tools, so without placeholders, was '" + resource
                    + "'; use effects(tool, ...) for single tools");
        }
        return new Server(own, resource);
    }

    /** Makes one literal segment of a key, another for every key. */
    private static String segment(String clientKey) {
        if (Objects.requireNonNull(clientKey, "clientKey").isBlank()) {
            throw new IllegalArgumentException("the key of an MCP client must not be blank, was '" + clientKey + "'");
        }
        if (clientKey.equals(".") || clientKey.equals("..")) {
            return clientKey.replace(".", "%2E");
        }
        StringBuilder segment = new StringBuilder(clientKey.length());
        for (int i = 0; i < clientKey.length(); i++) {
            char c = clientKey.charAt(i);
            if (SPECIAL.indexOf(c) < 0) {
                segment.append(c);
            } else {
                segment.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
            }
        }
        return segment.toString();
    }

    /**
     * Adds what a tool says of itself or the catalogue says of it, if its server is trusted.
     *
     * @param definition what the engine is told of the tool
     * @param tool what the server sent
     * @param origin whose it is
     * @throws IllegalArgumentException if it declares effects that are malformed
     */
    public void declare(ToolDefinition.Builder definition, ToolSpecification tool, ServerTools.Origin origin) {
        Server server = origin.clientKey() == null ? null : servers.get(origin.clientKey());
        if (server == null) {
            definition.inferable(false);
            return;
        }
        ServedTool served = catalogue ? origin.served() : null;
        Catalogue.Page page = served == null ? null : Catalogue.builtIn().page(served);
        Catalogue.Saying saying =
                page == null ? null : Catalogue.builtIn().of(page, Objects.requireNonNull(served), tool);
        Optional<EffectsEntry> doubt =
                served == null ? Optional.empty() : Catalogue.builtIn().doubt(served, tool);
        if (isTrue(tool, IDEMPOTENT) && doubt.flatMap(EffectsEntry::idempotent).orElse(true)) {
            definition.policy(ToolPolicy.builder().idempotent(true).build());
        }
        Optional<Effects> declared = MetadataEffects.of(tool);
        if (declared.isPresent()) {
            definition.effects(declared.get(), EffectSource.METADATA);
        } else if (saying != null) {
            definition.effects(within(server, saying.effects()), EffectSource.CATALOGUE, saying.said());
        } else if (tool.metadata().keySet().stream().anyMatch(HINTS::contains)) {
            boolean onlyReads = isTrue(tool, READ_ONLY)
                    && doubt.flatMap(EffectsEntry::effects)
                            .map(Effects::isReadOnly)
                            .orElse(true);
            definition.effects(touching(resources(server, tool, page), onlyReads), EffectSource.MCP_HINT);
        } else if (server.given() != null) {
            boolean onlyReads = isInferredToOnlyRead(tool);
            definition.effects(
                    touching(new String[] {server.given()}, onlyReads),
                    onlyReads ? EffectSource.INFERENCE : EffectSource.MCP_HINT);
        }
    }

    /** What the user says that the server touches is not narrowed; whether a tool writes it, the catalogue knows. */
    private static Effects within(Server server, Effects effects) {
        return server.given() == null ? effects : touching(new String[] {server.given()}, effects.isReadOnly());
    }

    private static String[] resources(Server server, ToolSpecification tool, Catalogue.@Nullable Page page) {
        if (server.given() != null) {
            return new String[] {server.given()};
        }
        if (!Boolean.FALSE.equals(tool.metadata().get(OPEN_WORLD))) {
            return new String[] {"/"};
        }
        Stream<String> world =
                page == null ? Stream.empty() : page.world().stream().sorted();
        return Stream.concat(Stream.of(server.own()), world).toArray(String[]::new);
    }

    private static Effects touching(String[] resources, boolean onlyReads) {
        return onlyReads ? Effects.reads(resources) : Effects.writes(resources);
    }

    private static boolean isTrue(ToolSpecification tool, String hint) {
        return Boolean.TRUE.equals(tool.metadata().get(hint));
    }

    private boolean isInferredToOnlyRead(ToolSpecification tool) {
        Set<String> parameters = tool.parameters() == null
                ? Set.of()
                : tool.parameters().properties().keySet();
        return inference && EffectInference.onlyReads(tool.name(), tool.description(), parameters);
    }
}
