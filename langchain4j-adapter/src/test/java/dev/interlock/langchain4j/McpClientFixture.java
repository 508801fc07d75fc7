package dev.interlock.langchain4j;

import dev.langchain4j.mcp.client.McpClient;
import org.junit.jupiter.api.AfterEach;

/** A client of an MCP server, which ends with its test. */
abstract class McpClientFixture {

    /** Null until the test has begun it. */
    McpClient client;

    @AfterEach
    void stop() throws Exception {
        if (client != null) {
            client.close();
        }
    }

    Assistant assistant(ParallelTools.Builder builder, ScriptedChatModel model) {
        return builder.build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .toolProvider(FakeMcpTransport.provider(client))
                .build();
    }
}
