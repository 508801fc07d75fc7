package dev.interlock.springai;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectInference;
import dev.interlock.effect.EffectInference.Answer;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import dev.interlock.execution.ToolDefinition;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The MCP servers that the user trusts, and the hints of their tools. From an untrusted server nothing counts, neither
 * hints nor names and descriptions.
 *
 * @param servers the trusted servers by the name of the client that talks to each
 * @param inference whether inference from names and descriptions is on
 */
record McpTrust(Map<String, Server> servers, boolean inference) {

    /** Characters that an own resource must not hold: separators, wildcards, braces, and the escape itself. */
    private static final String SPECIAL = "%/*?[{}";

    McpTrust {
        servers = Map.copyOf(servers);
    }

    /**
     * A trusted server.
     *
     * @param own the template of the resource for all of the server's state
     * @param given the template of the resource that the user set for the server's tools, if any
     */
    record Server(String own, @Nullable String given) {}

    /** Collects the servers that the user trusts, until the manager exists. */
    static final class Builder {
        private final Map<String, Server> servers = new HashMap<>();

        void trust(String client) {
            servers.put(client, new Server("mcp/" + segment(client), null));
        }

        void trust(String client, String resource) {
            String own = "mcp/" + segment(client);
            if (Objects.requireNonNull(resource, "resource").isBlank()) {
                throw new IllegalArgumentException("the resource of MCP client '" + client + "' must not be"
                        + " blank; use '/' for the resource that contains all others");
            }
            if (!Effects.writes(resource).isStatic()) {
                throw new IllegalArgumentException("the resource of MCP client '" + client
                        + "' must have no placeholders, since it holds for all its tools, was '"
                        + resource + "'; use effects(tool, ...) for single tools");
            }
            servers.put(client, new Server(own, resource));
        }

        McpTrust build(boolean inference) {
            return new McpTrust(servers, inference);
        }
    }

    /** Turns a name into one literal segment, a different one for each name. */
    private static String segment(String client) {
        if (Objects.requireNonNull(client, "client").isBlank()) {
            throw new IllegalArgumentException("an MCP client's name must not be blank, was '" + client + "'");
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
     * Adds a tool's hints, if the user trusts its server.
     *
     * @param definition the tool's definition for the engine
     * @param name the tool's name, as the model sees it
     * @param description the tool's description, or null
     * @param parameters the types of the tool's parameters by name
     * @param tool the tool's server and hints
     */
    void declare(
            ToolDefinition.Builder definition,
            String name,
            @Nullable String description,
            Map<String, ParameterType> parameters,
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
            boolean onlyReads = inference && EffectInference.infer(name, description, parameters) != Answer.UNKNOWN;
            definition.effects(
                    touching(resource, onlyReads), onlyReads ? EffectSource.INFERENCE : EffectSource.MCP_HINT);
        }
    }

    private static Effects touching(String resource, boolean onlyReads) {
        return onlyReads ? Effects.reads(resource) : Effects.writes(resource);
    }
}
