package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.clientBuilder;
import static dev.interlock.langchain4j.FakeMcpTransport.provider;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.mcp.client.McpCallContext;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.McpOperationHandler;
import dev.langchain4j.mcp.client.transport.McpTransport;
import dev.langchain4j.mcp.protocol.McpClientMessage;
import dev.langchain4j.mcp.protocol.McpInitializeRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transports that cannot be told, cannot be watched, or start anew. */
@Timeout(60)
@Tag("mcp-cancellation")
class McpCancellationTransportsTest extends McpCancellationFixture {

    @Test
    void server_that_cannot_be_told_changes_nothing() {
        FakeMcpTransport transport = new FakeMcpTransport(server);
        server.failOnCancel();

        List<ToolExecutionResultMessage> results =
                served(limiting("hang"), clientBuilder("fake", transport).build());

        assertThat(results.get(1).text()).isEqualTo("tool 'hang' timed out: the attempt exceeded 300 ms");
    }

    /** A transport of the user's that hides its handler. */
    private static final class HidingTransport implements McpTransport {

        private final McpTransport transport;

        HidingTransport(McpTransport transport) {
            this.transport = transport;
        }

        @Override
        public void start(McpOperationHandler messageHandler) {
            transport.start(messageHandler);
        }

        @Override
        public CompletableFuture<JsonNode> initialize(McpInitializeRequest request) {
            return transport.initialize(request);
        }

        @Override
        public CompletableFuture<JsonNode> executeOperationWithResponse(McpClientMessage request) {
            return transport.executeOperationWithResponse(request);
        }

        @Override
        public CompletableFuture<JsonNode> executeOperationWithResponse(McpCallContext context) {
            return transport.executeOperationWithResponse(context);
        }

        @Override
        public void executeOperationWithoutResponse(McpClientMessage request) {
            transport.executeOperationWithoutResponse(request);
        }

        @Override
        public void executeOperationWithoutResponse(McpCallContext context) {
            transport.executeOperationWithoutResponse(context);
        }

        @Override
        public void checkHealth() {}

        @Override
        public void onFailure(Runnable actionOnFailure) {}

        @Override
        public void close() {}
    }

    @Test
    void transport_that_cannot_be_watched_does_what_it_always_did() {
        McpClient hidden = clientBuilder("fake", new HidingTransport(new FakeMcpTransport(server)))
                .build();

        List<ToolExecutionResultMessage> results = served(limiting("hang"), hidden);

        assertThat(results.get(0).text()).isEqualTo("quick");
        assertThat(results.get(1).text()).isEqualTo("tool 'hang' timed out: the attempt exceeded 300 ms");
        assertThat(server.cancelled()).isEmpty();
    }

    @Test
    void transport_that_starts_anew_is_watched_again() {
        FakeMcpTransport transport = new FakeMcpTransport(server);
        McpClient restarting =
                clientBuilder("fake", transport).addListener(noting).build();
        McpOperationHandler own = transport.handler();
        served(parallel(), provider(restarting), call("1", "quick", "{}"));
        assertThat(transport.handler().getClass().getSimpleName()).isEqualTo("McpOperations");

        transport.start(own);
        served(limiting("hang"), restarting);

        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
    }
}
