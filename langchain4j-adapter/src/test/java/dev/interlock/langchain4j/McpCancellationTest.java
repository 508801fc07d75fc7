package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.client;
import static dev.interlock.langchain4j.FakeMcpTransport.clientBuilder;
import static dev.interlock.langchain4j.FakeMcpTransport.provider;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.Effects;
import dev.interlock.langchain4j.mcp.ServerTools;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpCallContext;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.McpClientListener;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call that stops waiting for an MCP server's answer tells the server. */
@Timeout(60)
@Tag("mcp-cancellation")
class McpCancellationTest extends McpCancellationFixture {

    @Test
    void timed_out_call_is_cancelled_at_the_server() {
        List<ToolExecutionResultMessage> results = served(limiting("hang"), client);

        assertThat(results.get(0).text()).isEqualTo("quick");
        assertThat(results.get(1).isError()).isTrue();
        assertThat(results.get(1).text()).isEqualTo("tool 'hang' timed out: the attempt exceeded 300 ms");
        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
    }

    @Test
    void timed_out_call_of_a_hand_written_loop_is_cancelled_at_the_server() {
        List<AiServiceTool> tools = client.listTools().stream()
                .map(tool -> AiServiceTool.builder()
                        .toolSpecification(tool)
                        .toolExecutor(new McpToolExecutor(client))
                        .build())
                .toList();

        OneRound.executed(limiting("hang").build(), tools, call("1", "quick", "{}"), call("2", "hang", "{}"));

        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
    }

    @Test
    void only_the_call_that_timed_out_is_cancelled() {
        CountDownLatch oneCancelled = server.oneCancelled();
        server.tool("wait", "Waits for a cancellation", "{}", (requestId, arguments) -> {
            Waiting.await(oneCancelled);
            return "waited";
        });

        List<ToolExecutionResultMessage> results = served(
                limiting("hang").effects("wait", Effects.pure()),
                provider(client),
                call("1", "wait", "{}"),
                call("2", "hang", "{}"),
                call("3", "wait", "{}"));

        assertThat(results).extracting(ToolExecutionResultMessage::isError).containsExactly(false, true, false);
        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
    }

    @Test
    void single_call_that_timed_out_is_cancelled() {
        served(limiting("hang"), provider(client), call("1", "hang", "{}"));

        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
    }

    @Test
    void interrupt_of_the_caller_cancels_all_that_runs() throws Exception {
        Assistant assistant = parallel()
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", "hang", "{}"), call("2", "hang_too", "{}")))
                .toolProvider(provider(client))
                .build();
        Caller caller = Caller.of(() -> assistant.chat("go"));
        Waiting.await(called);

        caller.interrupt();

        caller.join();
        assertThat(caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(caller.interruptFlag()).isTrue();
        assertThat(server.cancelled()).containsExactlyInAnyOrder(requestIds.get("hang"), requestIds.get("hang_too"));
    }

    @Test
    void interrupt_of_the_caller_who_runs_the_call_himself_cancels_it() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        server.hanging("undeclared", running);
        Assistant assistant = ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", "undeclared", "{}"), call("2", "quick", "{}")))
                .toolProvider(provider(client))
                .build();
        Caller caller = Caller.of(() -> assistant.chat("go"));
        Waiting.await(running);

        caller.interrupt();

        caller.join();
        assertThat(caller.interruptFlag()).isTrue();
        assertThat(server.cancelled()).containsExactly(requestIds.get("undeclared"));
    }

    @Test
    void limit_of_the_client_itself_makes_an_error() {
        McpClient impatient = clientBuilder("fake", new FakeMcpTransport(server))
                .toolExecutionTimeout(LIMIT)
                .toolExecutionTimeoutErrorMessage("no answer")
                .addListener(noting)
                .build();

        List<ToolExecutionResultMessage> results = served(parallel(), impatient);

        assertThat(results).extracting(ToolExecutionResultMessage::text).containsExactly("quick", "no answer");
        assertThat(results).extracting(ToolExecutionResultMessage::isError).containsExactly(false, true);
        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
    }

    @Test
    void answer_that_reads_like_a_time_out_is_none() {
        McpClient odd = clientBuilder("fake", new FakeMcpTransport(server))
                .toolExecutionTimeoutErrorMessage("quick")
                .build();

        assertThat(served(parallel(), provider(odd), call("1", "quick", "{}"))
                        .get(0)
                        .isError())
                .isFalse();
    }

    @Test
    void wrapped_tool_is_cancelled_too() {
        ToolProvider wrapped = McpToolProvider.builder()
                .mcpClients(client)
                .toolWrapper(tool -> (request, memoryId) -> tool.execute(request, memoryId))
                .build();

        served(limiting("hang"), wrapped, call("1", "quick", "{}"), call("2", "hang", "{}"));

        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
    }

    @Test
    void tool_whose_executor_is_the_users_own_and_has_the_client_is_cancelled_too() {
        McpClient captured = client;
        List<AiServiceTool> tools = captured.listTools().stream()
                .map(tool -> AiServiceTool.builder()
                        .toolSpecification(tool)
                        .toolExecutor((request, memoryId) ->
                                captured.executeTool(request).resultText())
                        .build())
                .toList();

        OneRound.executed(limiting("hang").build(), tools, call("1", "quick", "{}"), call("2", "hang", "{}"));

        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
    }

    /** A wrapper that makes a result of every failure. */
    private record Lenient(ToolExecutor tool) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
            try {
                return tool.executeWithContext(request, context);
            } catch (RuntimeException e) {
                return ToolExecutionResult.builder().resultText("failed").build();
            }
        }
    }

    @Test
    void wrapper_that_makes_a_result_of_the_interrupt_does_not_keep_it_from_the_server() {
        ToolProvider wrapped = McpToolProvider.builder()
                .mcpClients(client)
                .toolWrapper(Lenient::new)
                .build();

        served(limiting("hang"), wrapped, call("1", "quick", "{}"), call("2", "hang", "{}"));

        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
    }

    @Test
    void what_a_wrapper_makes_of_the_clients_limit_is_its_business() {
        McpClient impatient = clientBuilder("fake", new FakeMcpTransport(server))
                .toolExecutionTimeout(LIMIT)
                .build();
        ToolProvider wrapped = McpToolProvider.builder()
                .mcpClients(impatient)
                .toolWrapper(tool -> (request, memoryId) -> {
                    tool.execute(request, memoryId);
                    return "from the cache";
                })
                .build();

        ToolExecutionResultMessage result =
                served(parallel(), wrapped, call("1", "hang", "{}")).get(0);

        assertThat(result.text()).isEqualTo("from the cache");
        assertThat(result.isError()).isFalse();
    }

    @Test
    void requests_of_other_clients_do_not_confuse_it() {
        FakeMcpServer other = new FakeMcpServer().tool("ask", "{}");
        McpClient otherClient = client("other", other);
        McpClient asking = clientBuilder("fake", new FakeMcpTransport(server))
                .addListener(noting)
                .addListener(new McpClientListener() {
                    @Override
                    public void beforeExecuteTool(McpCallContext context) {
                        otherClient.executeTool(call("x", "ask", "{}"));
                    }
                })
                .build();

        served(limiting("hang"), asking);

        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
        assertThat(other.cancelled()).isEmpty();
    }

    @Test
    void other_requests_of_the_client_do_not_confuse_it() {
        DefaultMcpClient[] busy = new DefaultMcpClient[1];
        busy[0] = clientBuilder("fake", new FakeMcpTransport(server))
                .addListener(noting)
                .addListener(new McpClientListener() {
                    @Override
                    public void beforeExecuteTool(McpCallContext context) {
                        // The call has its id; another request takes the next one and is sent first.
                        busy[0].checkHealth();
                    }
                })
                .build();

        served(limiting("hang"), busy[0]);

        assertThat(server.cancelled()).containsExactly(requestIds.get("hang"));
    }

    /** Starts an operation, and throws. */
    private record Failing(ToolExecutor tool, Runnable body) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            body.run();
            return "";
        }
    }

    @Test
    void causes_that_go_round_in_circles_end_and_are_no_interrupt() {
        RuntimeException outer = new IllegalStateException("outer");
        outer.initCause(new IllegalStateException("inner", outer));
        FakeMcpTransport transport = new FakeMcpTransport(server);
        CompletableFuture<JsonNode> pending = new CompletableFuture<>();
        McpClient circling = clientBuilder("circles", transport).build();
        ToolExecutor call = ServerTools.cancellable(new Failing(new McpToolExecutor(circling), () -> {
            transport.handler().startOperation(4711L, pending);
            throw outer;
        }));

        assertThatThrownBy(() -> call.executeWithContext(
                        call("1", "hang", "{}"), InvocationContext.builder().build()))
                .isSameAs(outer);
        assertThat(server.cancelled()).isEmpty();
    }
}
