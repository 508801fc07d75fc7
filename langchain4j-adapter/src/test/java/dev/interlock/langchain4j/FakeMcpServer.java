package dev.interlock.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of MCP, without a wire: messages in, answers out. As a program it speaks over stdio and has the
 * tools {@code hang}, which never answers; {@code cancelled}, which answers once a request was cancelled, and says
 * which; {@code exit}, at which the process ends; and {@code echo}.
 */
final class FakeMcpServer {

    static final ObjectMapper JSON = new ObjectMapper();

    /** What a tool answers to a request; null for no answer. */
    @FunctionalInterface
    interface Tool {
        @Nullable
        String call(long requestId, JsonNode arguments) throws Exception;
    }

    private final Map<String, ObjectNode> specifications = new LinkedHashMap<>();
    private final Map<String, Tool> tools = new LinkedHashMap<>();
    private final List<Long> cancelled = new CopyOnWriteArrayList<>();
    private final CountDownLatch oneCancelled = new CountDownLatch(1);

    // Set by the test before it starts.
    private boolean failingOnCancel;
    private String name = "fake";
    private String version = "1";

    /** Says that it is another server. */
    FakeMcpServer named(String name, String version) {
        this.name = name;
        this.version = version;
        return this;
    }

    /** Adds a tool with a string parameter {@code id}, as the server describes it, such as {@code annotations}. */
    FakeMcpServer tool(String name, String description, String more, Tool tool) {
        ObjectNode specification = JSON.createObjectNode().put("name", name).put("description", description);
        ObjectNode schema = specification.putObject("inputSchema").put("type", "object");
        schema.putObject("properties").putObject("id").put("type", "string");
        specification.setAll((ObjectNode) parse(more));
        specifications.put(name, specification);
        tools.put(name, tool);
        return this;
    }

    /** Adds a tool that answers with its name. */
    FakeMcpServer tool(String name, String more) {
        return tool(name, "A tool", more, (requestId, arguments) -> name);
    }

    FakeMcpServer hanging(String name, CountDownLatch called) {
        return tool(name, "Never answers", "{}", (requestId, arguments) -> {
            called.countDown();
            return null;
        });
    }

    /** The ids of the requests that the client has cancelled. */
    List<Long> cancelled() {
        return cancelled;
    }

    CountDownLatch oneCancelled() {
        return oneCancelled;
    }

    /** From now on cancellations cannot be sent. */
    void failOnCancel() {
        failingOnCancel = true;
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** The answer to a message; null if there is none. */
    @Nullable
    JsonNode answer(JsonNode message) throws Exception {
        String method = message.path("method").asText();
        if (method.equals("notifications/cancelled")) {
            if (failingOnCancel) {
                throw new IOException("cannot be sent");
            }
            cancelled.add(message.path("params").path("requestId").asLong());
            oneCancelled.countDown();
        }
        if (!message.has("id")) {
            return null;
        }
        ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", message.get("id"));
        ObjectNode result = answer.putObject("result");
        switch (method) {
            case "initialize" -> {
                result.put("protocolVersion", "2025-06-18");
                result.putObject("capabilities").putObject("tools");
                result.putObject("serverInfo").put("name", name).put("version", version);
            }
            case "tools/list" -> result.putArray("tools").addAll(new ArrayList<>(specifications.values()));
            case "tools/call" -> {
                JsonNode params = message.get("params");
                String text = tools.get(params.get("name").asText())
                        .call(message.get("id").asLong(), params.path("arguments"));
                if (text == null) {
                    return null;
                }
                result.putArray("content").addObject().put("type", "text").put("text", text);
            }
            default -> {
                // A ping: the empty result.
            }
        }
        return answer;
    }

    /** The command that runs this as a program. */
    static List<String> command() {
        return List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FakeMcpServer.class.getName());
    }

    @SuppressWarnings("SystemExitOutsideMain") // that is what the tool is for
    public static void main(String... arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        FakeMcpServer server = new FakeMcpServer();
        List<Long> hanging = new CopyOnWriteArrayList<>();
        server.tool("hang", "Never answers", "{}", (requestId, args) -> {
                    hanging.add(requestId);
                    return null;
                })
                .tool("cancelled", "Waits for a cancellation", "{}", (requestId, args) -> {
                    Waiting.await(server.oneCancelled);
                    return "hanging " + hanging + ", cancelled " + server.cancelled;
                })
                .tool("exit", "Ends the process", "{}", (requestId, args) -> {
                    Runtime.getRuntime().halt(3);
                    return null;
                })
                .tool(
                        "echo",
                        "Echoes",
                        "{\"annotations\": {\"readOnlyHint\": true}}",
                        (requestId, args) -> args.path("id").asText());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode message = parse(line);
            Thread.ofVirtual().start(() -> {
                try {
                    JsonNode answer = server.answer(message);
                    if (answer != null) {
                        out.println(answer);
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }
}
