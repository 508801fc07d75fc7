package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.clientBuilder;
import static dev.interlock.langchain4j.FakeMcpTransport.provider;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import dev.langchain4j.mcp.client.transport.stdio.StdioMcpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** LangChain4j's transports, with a server at the other end. */
@Timeout(120)
@Tag("mcp-cancellation")
class McpTransportsTest {

    private static ParallelTools.Builder limitingHang() {
        return Waiting.patientTools()
                .effects("hang", Effects.pure())
                .effects("cancelled", Effects.pure())
                .effects("exit", Effects.pure())
                .policy(
                        "hang",
                        ToolPolicy.builder().timeout(Duration.ofMillis(300)).build());
    }

    private static DefaultMcpClient stdioClient() {
        return clientBuilder(
                        "fake",
                        StdioMcpTransport.builder()
                                .command(FakeMcpServer.command())
                                .build())
                .build();
    }

    private static ScriptedChatModel chat(ParallelTools.Builder builder, McpClient client, ScriptedChatModel model) {
        String answer = builder.build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .toolProvider(provider(client))
                .build()
                .chat("go");
        assertThat(answer).isEqualTo(ScriptedChatModel.DONE);
        return model;
    }

    @Test
    void cancellation_reaches_the_server_over_stdio() throws Exception {
        try (DefaultMcpClient client = stdioClient()) {
            ScriptedChatModel model = chat(
                    limitingHang(),
                    client,
                    ScriptedChatModel.asking(call("1", "hang", "{}"), call("2", "cancelled", "{}")));

            assertThat(model.resultTexts().get(0)).isEqualTo("tool 'hang' timed out: the attempt exceeded 300 ms");
            assertThat(model.resultTexts().get(1)).matches("hanging \\[(\\d+)], cancelled \\[\\1]");
        }
    }

    @Test
    void cancellation_reaches_the_server_over_http() throws Exception {
        FakeMcpServer server = new FakeMcpServer();
        server.hanging("hang", new CountDownLatch(1))
                .tool("cancelled", "Waits for a cancellation", "{}", (requestId, arguments) -> {
                    Waiting.await(server.oneCancelled());
                    return "cancelled " + server.cancelled().size();
                });
        try (HttpEnd end = new HttpEnd(server);
                DefaultMcpClient client = clientBuilder(
                                "fake",
                                StreamableHttpMcpTransport.builder()
                                        .url(end.url())
                                        .build())
                        .build()) {
            ScriptedChatModel model = chat(
                    limitingHang(),
                    client,
                    ScriptedChatModel.asking(call("1", "hang", "{}"), call("2", "cancelled", "{}")));

            assertThat(model.resultTexts())
                    .containsExactly("tool 'hang' timed out: the attempt exceeded 300 ms", "cancelled 1");
        }
    }

    @Test
    void calls_after_the_end_of_the_process_fail_at_once() throws Exception {
        try (DefaultMcpClient client = stdioClient()) {
            ScriptedChatModel model = chat(
                    limitingHang()
                            .policy("hang", ToolPolicy.DEFAULT)
                            .effects("hang", Effects.reads("process"))
                            .effects("exit", Effects.reads("process")),
                    client,
                    ScriptedChatModel.asking(
                            call("1", "hang", "{}"),
                            call("2", "exit", "{}"),
                            call("3", "echo", "{\"id\": \"7\"}"),
                            call("4", "echo", "{\"id\": \"8\"}")));

            assertThat(model.results()).hasSize(4).allMatch(ToolExecutionResultMessage::isError);
            assertThat(model.resultTexts().subList(2, 4))
                    .allMatch(text -> text.contains("the process of the MCP server has exited"));
        }
    }

    /** Streamable HTTP, as far as LangChain4j's client needs it. */
    private static final class HttpEnd implements AutoCloseable {

        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final HttpServer http;
        private final FakeMcpServer server;
        private final CountDownLatch closed = new CountDownLatch(1);

        HttpEnd(FakeMcpServer server) throws IOException {
            this.server = server;
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.setExecutor(threads);
            http.createContext("/mcp", this::handle);
            http.start();
        }

        String url() {
            InetSocketAddress address = http.getAddress();
            return "http://" + address.getHostString() + ":" + address.getPort() + "/mcp";
        }

        private void handle(HttpExchange exchange) throws IOException {
            try (exchange) {
                JsonNode message = FakeMcpServer.JSON.readTree(exchange.getRequestBody());
                JsonNode answer = server.answer(message);
                if (answer == null && message.has("id")) {
                    closed.await();
                } else if (answer == null) {
                    exchange.sendResponseHeaders(202, -1);
                } else {
                    byte[] body = answer.toString().getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            closed.countDown();
            http.stop(0);
            threads.shutdown();
        }
    }
}
