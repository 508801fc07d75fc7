package dev.interlock.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpCallContext;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.McpOperationHandler;
import dev.langchain4j.mcp.client.transport.McpTransport;
import dev.langchain4j.mcp.protocol.McpClientMessage;
import dev.langchain4j.mcp.protocol.McpInitializeRequest;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Leads to a {@link FakeMcpServer} in this process. Answers come before the request has been sent, so to speak. */
final class FakeMcpTransport implements McpTransport {

    private final FakeMcpServer server;

    // As LangChain4j's transports have it.
    private volatile McpOperationHandler handler;

    FakeMcpTransport(FakeMcpServer server) {
        this.server = server;
    }

    /** LangChain4j's client of a server. */
    static DefaultMcpClient client(String key, FakeMcpServer server) {
        return clientBuilder(key, new FakeMcpTransport(server)).build();
    }

    static DefaultMcpClient.Builder clientBuilder(String key, McpTransport transport) {
        return DefaultMcpClient.builder().key(key).transport(transport).autoHealthCheck(false);
    }

    static McpToolProvider provider(McpClient... clients) {
        return McpToolProvider.builder()
                .mcpClients(clients)
                .failIfOneServerFails(true)
                .build();
    }

    @Override
    public void start(McpOperationHandler messageHandler) {
        handler = messageHandler;
    }

    McpOperationHandler handler() {
        return handler;
    }

    @Override
    public CompletableFuture<JsonNode> initialize(McpInitializeRequest request) {
        return executeOperationWithResponse(request);
    }

    @Override
    public CompletableFuture<JsonNode> executeOperationWithResponse(McpClientMessage request) {
        CompletableFuture<JsonNode> future = new CompletableFuture<>();
        handler.startOperation(request.getId(), future);
        send(request);
        return future;
    }

    @Override
    public CompletableFuture<JsonNode> executeOperationWithResponse(McpCallContext context) {
        return executeOperationWithResponse(context.message());
    }

    @Override
    public void executeOperationWithoutResponse(McpClientMessage request) {
        // As an HTTP client would.
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("interrupted while sending");
        }
        send(request);
    }

    @Override
    public void executeOperationWithoutResponse(McpCallContext context) {
        executeOperationWithoutResponse(context.message());
    }

    private void send(McpClientMessage request) {
        @Nullable JsonNode answer;
        try {
            answer = server.answer(FakeMcpServer.JSON.valueToTree(request));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        if (answer != null) {
            handler.handle(answer);
        }
    }

    @Override
    public void checkHealth() {}

    @Override
    public void onFailure(Runnable actionOnFailure) {}

    @Override
    public void close() {}
}
