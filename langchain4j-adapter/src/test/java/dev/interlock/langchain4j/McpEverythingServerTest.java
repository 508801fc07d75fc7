package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.clientBuilder;
import static dev.interlock.langchain4j.FakeMcpTransport.provider;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The MCP project's server that can do everything, over stdio. */
@Timeout(600)
class McpEverythingServerTest extends McpClientFixture {

    private static final String LONG = "trigger-long-running-operation";

    private final Traffic traffic = new Traffic();
    private final Set<String> progressing = ConcurrentHashMap.newKeySet();
    private final CountDownLatch twoProgress = new CountDownLatch(2);

    @BeforeEach
    void start() {
        client = clientBuilder("everything", NpmServers.everything(traffic))
                .progressHandler(notification -> {
                    if (progressing.add(String.valueOf(notification.progressToken()))) {
                        twoProgress.countDown();
                    }
                })
                .build();
    }

    private static String lasting(int seconds, int steps) {
        return "{\"duration\": " + seconds + ", \"steps\": " + steps + "}";
    }

    @Test
    void hints_of_a_real_server_become_effects() {
        Rounds rounds = new Rounds();

        assistant(
                        ParallelTools.builder()
                                .trustMcp("everything")
                                .mcpCatalogue(false)
                                .listener(rounds),
                        ScriptedChatModel.asking(
                                call("1", "echo", "{\"message\": \"hello\"}"),
                                call("2", "toggle-simulated-logging", "{}"),
                                call("3", "get-sum", "{\"a\": 1, \"b\": 2}")))
                .chat("go");

        assertThat(rounds.reports().get(0).plan().calls())
                .extracting(planned -> planned.accesses().get(0))
                .containsExactly(
                        Access.read("mcp/everything"), Access.write("mcp/everything"), Access.read("mcp/everything"));
    }

    @Test
    @Tag("mcp-cancellation")
    void server_works_on_two_calls_at_the_same_time_and_an_interrupt_cancels_both() throws Exception {
        Assistant assistant = assistant(
                Waiting.patientTools().trustMcp("everything"),
                ScriptedChatModel.asking(call("1", LONG, lasting(300, 1000)), call("2", LONG, lasting(300, 1000))));
        Caller caller = Caller.of(() -> assistant.chat("go"));
        // Neither ends for minutes, so both are being worked on.
        Waiting.await(twoProgress);

        caller.interrupt();

        caller.join();
        assertThat(traffic.cancelled()).hasSize(2).containsExactlyInAnyOrderElementsOf(traffic.calls(LONG));
    }

    @Test
    void without_trust_its_calls_run_one_after_another() {
        Rounds rounds = new Rounds();

        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "echo", "{\"message\": \"one\"}"), call("2", "echo", "{\"message\": \"two\"}"));
        assistant(ParallelTools.builder().listener(rounds), model).chat("go");

        assertThat(model.resultTexts()).containsExactly("Echo: one", "Echo: two");
        assertThat(rounds.reports().get(0).plan().calls())
                .extracting(planned -> planned.accesses().get(0))
                .containsOnly(Access.write("/"));
        assertThat(traffic.answered()).containsSubsequence(traffic.calls("echo"));
    }

    @Test
    @Tag("mcp-cancellation")
    void slow_server_is_told_that_nobody_waits_and_drops_the_request() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", LONG, lasting(4, 1)), call("2", "echo", "{\"message\": \"hello\"}")),
                calls(call("3", "echo", "{\"message\": \"again\"}")),
                AiMessage.from(ScriptedChatModel.DONE));
        ToolPolicy limited =
                ToolPolicy.builder().timeout(Duration.ofMillis(300)).build();

        String answer = assistant(Waiting.patientTools().trustMcp("everything").policy(LONG, limited), model)
                .chat("go");

        assertThat(answer).isEqualTo(ScriptedChatModel.DONE);
        List<ToolExecutionResultMessage> results = model.results();
        assertThat(model.resultTexts())
                .containsExactly(
                        "tool '" + LONG + "' timed out: the attempt exceeded 300 ms", "Echo: hello", "Echo: again");
        assertThat(results).extracting(ToolExecutionResultMessage::isError).containsExactly(true, false, false);
        Long slow = traffic.calls(LONG).get(0);
        assertThat(traffic.cancelled()).containsExactly(slow);

        // Begun later and taking as long: when this is answered, the other would have been.
        client.executeTool(call("4", LONG, lasting(4, 1)));
        assertThat(traffic.answered()).contains(traffic.calls(LONG).get(1)).doesNotContain(slow);
    }

    @Test
    @Tag("mcp-cancellation")
    void limit_of_the_client_makes_an_error_result() throws Exception {
        try (DefaultMcpClient impatient = clientBuilder("everything", NpmServers.everything(new Traffic()))
                .toolExecutionTimeout(Duration.ofMillis(300))
                .toolExecutionTimeoutErrorMessage("the server is slow")
                .build()) {
            ScriptedChatModel model = ScriptedChatModel.asking(call("1", LONG, lasting(300, 1000)));

            ParallelTools.builder()
                    .build()
                    .aiServices(Assistant.class)
                    .chatModel(model)
                    .toolProvider(provider(impatient))
                    .build()
                    .chat("go");

            assertThat(model.resultTexts()).containsExactly("the server is slow");
            assertThat(model.results().get(0).isError()).isTrue();
        }
    }
}
