package dev.interlock.langchain4j.mcp;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectInference;
import dev.interlock.effect.EffectInference.Answer;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.file.EffectsEntry;
import dev.interlock.execution.ToolDefinition;
import dev.langchain4j.agent.tool.ToolSpecification;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The MCP servers that the user trusts, and what their tools or the catalogue say about effects. A tool's metadata hold
 * only what its server sent. So from an untrusted server nothing counts: neither declared effects, nor hints, nor name
 * and description.
 *
 * <p>Invariant: if two tools of one server touch the same thing, their effects overlap. So a tool with hints only
 * counts as touching its server's own resource and everything that the catalogue has for the server.
 *
 * @param servers the trusted servers, by the key of the client that talks to each
 * @param inference whether inference from names and descriptions is on
 * @param catalogue whether the catalogue of well-known servers counts
 */
public record McpTrust(Map<String, Server> servers, boolean inference, boolean catalogue) {

    /** Trusts no server. */
    public static final McpTrust NONE = new McpTrust(Map.of(), true, true);

    /** Characters that an own resource must not hold: separators, wildcards, braces, and the escape itself. */
    private static final String SPECIAL = "%/*?[{}";

    /** Keeps a copy of the map. */
    public McpTrust {
        servers = Map.copyOf(servers);
    }

    /**
     * A trusted server.
     *
     * @param own the template of the resource for all of the server's state
     * @param given the template of the resource that the user set for the server's tools, if any
     */
    public record Server(String own, @Nullable String given) {}

    /**
     * {@return a server whose hints say what its tools touch}
     *
     * @param clientKey the key of the client that talks to it
     * @throws IllegalArgumentException if the key is blank
     */
    public static Server server(String clientKey) {
        return new Server("mcp/" + segment(clientKey), null);
    }

    /**
     * {@return a server whose tools touch a resource that the user names}
     *
     * @param clientKey the key of the client that talks to it
     * @param resource the resource, the same for all calls
     * @throws IllegalArgumentException if the key or the resource is blank, or the resource is malformed or depends on
     *     an argument
     */
    public static Server server(String clientKey, String resource) {
        String own = server(clientKey).own();
        if (Objects.requireNonNull(resource, "resource").isBlank()) {
            throw new IllegalArgumentException("the resource of MCP server '" + clientKey + "' must not be"
                    + " blank; use '/' for the resource that contains all others");
        }
        if (!Effects.writes(resource).isStatic()) {
            throw new IllegalArgumentException("the resource of MCP server '" + clientKey
                    + "' must have no placeholders, since it holds for all its tools, was '"
                    + resource + "'; use effects(tool, ...) for single tools");
        }
        return new Server(own, resource);
    }

    /** Turns a key into one literal segment, a different one for each key. */
    private static String segment(String clientKey) {
        if (Objects.requireNonNull(clientKey, "clientKey").isBlank()) {
            throw new IllegalArgumentException("an MCP client's key must not be blank, was '" + clientKey + "'");
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
     * Adds the effects that a tool or the catalogue states, if the user trusts the tool's server.
     *
     * @param definition the tool's definition for the engine
     * @param tool the specification that the server sent
     * @param origin where the tool comes from
     * @throws IllegalArgumentException if the tool declares malformed effects
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
        if (McpHints.isIdempotent(tool)
                && doubt.flatMap(EffectsEntry::idempotent).orElse(true)) {
            definition.policy(ToolPolicy.builder().idempotent(true).build());
        }
        Optional<Effects> declared = MetadataEffects.of(tool);
        if (declared.isPresent()) {
            definition.effects(declared.get(), EffectSource.METADATA);
        } else if (saying != null) {
            definition.effects(within(server, saying.effects()), EffectSource.CATALOGUE, saying.said());
        } else if (McpHints.areOn(tool)) {
            boolean onlyReads = McpHints.isReadOnly(tool)
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

    /** Keeps the resource that the user named as wide as it is. The catalogue only says whether a tool writes it. */
    private static Effects within(Server server, Effects effects) {
        return server.given() == null ? effects : touching(new String[] {server.given()}, effects.isReadOnly());
    }

    private static String[] resources(Server server, ToolSpecification tool, Catalogue.@Nullable Page page) {
        if (server.given() != null) {
            return new String[] {server.given()};
        }
        if (!McpHints.isClosedWorld(tool)) {
            return new String[] {"/"};
        }
        Stream<String> world =
                page == null ? Stream.empty() : page.world().stream().sorted();
        return Stream.concat(Stream.of(server.own()), world).toArray(String[]::new);
    }

    private static Effects touching(String[] resources, boolean onlyReads) {
        return onlyReads ? Effects.reads(resources) : Effects.writes(resources);
    }

    private boolean isInferredToOnlyRead(ToolSpecification tool) {
        return inference
                && EffectInference.infer(tool.name(), tool.description(), ParameterTypes.of(tool)) != Answer.UNKNOWN;
    }
}
