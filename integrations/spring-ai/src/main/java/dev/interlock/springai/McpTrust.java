package dev.interlock.springai;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectInference;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The MCP servers whose word the user takes, and what their tools say of themselves. Of a server that is not trusted nothing
 * counts, neither hints nor name and description.
 *
 * @param servers by the name of the client that talks to the server
 * @param inference whether effects may be inferred from names and descriptions
 */
record McpTrust(Map<String, Server> servers, boolean inference) {

    /** What an own resource must not hold: separators, wildcards, braces, and the escape itself. */
    private static final String SPECIAL = "%/*?[{}";

    McpTrust {
        servers = Map.copyOf(servers);
    }

    /**
     * A trusted server.
     *
     * @param own the template of the resource that stands for all its state
     * @param given the template of the resource that the user says its tools touch, if he does
     */
    record Server(String own, @Nullable String given) {}

    /** Servers that the user trusts, until the manager is built. */
    static final class Builder {
        private final Map<String, Server> servers = new HashMap<>();

        void trust(String client) {
            servers.put(client, new Server("mcp/" + segment(client), null));
        }

        void trust(String client, String resource) {
            String own = "mcp/" + segment(client);
            if (Objects.requireNonNull(resource, "resource").isBlank()) {
                throw new IllegalArgumentException("the resource of MCP client '" + client
                        + "' must not be blank; '/' is the resource that contains all others");
            }
            if (!Effects.writes(resource).isStatic()) {
                throw new IllegalArgumentException("the resource of MCP client '" + client
                        + "' must be the same for all its tools, so without placeholders, was '" + resource
                        + "'; use effects(tool, ...) for single tools");
            }
            servers.put(client, new Server(own, resource));
        }

        McpTrust build(boolean inference) {
            return new McpTrust(servers, inference);
        }
    }

    /** Makes one literal segment of a name, another for every name. */
    private static String segment(String client) {
        if (Objects.requireNonNull(client, "client").isBlank()) {
            throw new IllegalArgumentException("the name of an MCP client must not be blank, was '" + client + "'");
        }
        if (client.equals(".") || client.equals("..")) {
            return client.replace(".", "%2E");
        }
        StringBuilder segment = new StringBuilder(client.length());
        for (int i = 0; i < client.length(); i++) {
            char c = client.charAt(i);
            if (SPECIAL.indexOf(c) < 0) {
                segment.append(c);
            } else {
                segment.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
            }
        }
        return segment.toString();
    }

    /**
     * Adds what a tool says of itself, if its server is trusted.
     *
     * @param definition what the engine is told of the tool
     * @param name of the tool, as the model sees it
     * @param description of the tool, or null
     * @param parameters of the tool
     * @param tool what can be seen of it
     */
    void declare(
            ToolDefinition.Builder definition,
            String name,
            @Nullable String description,
            Set<String> parameters,
            ServedOrigin tool) {
        Server server = tool.clients().stream()
                .map(servers::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (server == null) {
            definition.inferable(false);
            return;
        }
        if (tool.idempotent()) {
            definition.policy(ToolPolicy.builder().idempotent(true).build());
        }
        String resource = server.given() != null ? server.given() : tool.closedWorld() ? server.own() : "/";
        if (tool.hinted()) {
            definition.effects(touching(resource, tool.readOnly()), EffectSource.MCP_HINT);
        } else if (server.given() != null) {
            boolean onlyReads = inference && EffectInference.onlyReads(name, description, parameters);
            definition.effects(
                    touching(resource, onlyReads), onlyReads ? EffectSource.INFERENCE : EffectSource.MCP_HINT);
        }
    }

    private static Effects touching(String resource, boolean onlyReads) {
        return onlyReads ? Effects.reads(resource) : Effects.writes(resource);
    }
}
