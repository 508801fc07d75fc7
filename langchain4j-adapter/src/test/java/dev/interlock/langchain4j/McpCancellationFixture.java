package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.client;
import static dev.interlock.langchain4j.FakeMcpTransport.clientBuilder;
import static dev.interlock.langchain4j.FakeMcpTransport.provider;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.mcp.client.McpCallContext;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.McpClientListener;
import dev.langchain4j.service.tool.ToolProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A call that an MCP server does not answer. */
abstract class McpCancellationFixture {

    static final Duration LIMIT = Duration.ofMillis(300);
    final CountDownLatch called = new CountDownLatch(2);

    final FakeMcpServer server = new FakeMcpServer()
            .hanging("hang", called)
            .hanging("hang_too", called)
            .tool("quick", "{}");

    /** The ids of requests by the names of the tools, as the client's own listener sees them. */
    final Map<String, Long> requestIds = new ConcurrentHashMap<>();

    final McpClientListener noting = new McpClientListener() {
        @Override
        public void beforeExecuteTool(McpCallContext context) {
            JsonNode message = FakeMcpServer.JSON.valueToTree(context.message());
            requestIds.put(
                    message.path("params").path("name").asText(),
                    context.message().getId());
        }
    };

    final McpClient client = clientBuilder("fake", new FakeMcpTransport(server))
            .addListener(noting)
            .build();

    /** All calls at the same time; only calls of tools that hang have a limit. */
    static ParallelTools.Builder parallel() {
        return Waiting.patientTools()
                .effects("hang", Effects.pure())
                .effects("hang_too", Effects.pure())
                .effects("quick", Effects.pure());
    }

    static ParallelTools.Builder limiting(String... tools) {
        ParallelTools.Builder builder = parallel();
        for (String tool : tools) {
            builder.policy(tool, ToolPolicy.builder().timeout(LIMIT).build());
        }
        return builder;
    }

    static List<ToolExecutionResultMessage> served(
            ParallelTools.Builder builder, ToolProvider provider, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        assertThat(builder.build()
                        .aiServices(Assistant.class)
                        .chatModel(model)
                        .toolProvider(provider)
                        .build()
                        .chat("go"))
                .isEqualTo(ScriptedChatModel.DONE);
        assertThat(model.results()).hasSameSizeAs(requests);
        return model.results();
    }

    static List<ToolExecutionResultMessage> served(ParallelTools.Builder builder, McpClient client) {
        return served(builder, provider(client), call("1", "quick", "{}"), call("2", "hang", "{}"));
    }
}
