package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.langchain4j.OpenAiServer.WireCall;
import dev.interlock.langchain4j.OpenAiServer.WireResult;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole way: LangChain4j's OpenAI client over HTTP, what it sends after the tools have run. */
@Timeout(120)
class OpenAiWireTest {

    private final OpenAiServer openAi = new OpenAiServer();
    private final DeskTools tools = new DeskTools();
    private final ChatMemory memory = Memory.ofManyMessages();

    @AfterEach
    void stop() {
        openAi.close();
    }

    static class DeskTools {
        final Map<String, Integer> accounts = new ConcurrentHashMap<>(Map.of("7", 100, "8", 100));
        final List<String> log = new CopyOnWriteArrayList<>();
        private final CyclicBarrier bothSearch = new CyclicBarrier(2);

        /** Returns only if two searches run at the same time. */
        @Tool
        @Reads("web")
        String search(@P(name = "query") String query) throws Exception {
            Waiting.meet(bothSearch);
            return "found " + query;
        }

        @Tool
        @Reads("account/{id}")
        int balance(@P(name = "id") String id) {
            log.add("balance " + id);
            return accounts.get(id);
        }

        @Tool
        @Writes("account/{id}")
        String charge(@P(name = "id") String id, @P(name = "amount") int amount) {
            log.add("charge " + id);
            int left = accounts.merge(id, -amount, Integer::sum);
            if (left < 0) {
                accounts.merge(id, amount, Integer::sum);
                throw new IllegalStateException("account " + id + " holds only " + (left + amount));
            }
            return "charged " + amount;
        }

        @Tool
        @Reads("numbers")
        int square(@P(name = "n") int n) {
            return n * n;
        }
    }

    private AiServices<Assistant> services() {
        return ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(openAi.model())
                .chatMemory(memory)
                .tools(tools);
    }

    @Test
    void parallel_calls_overlap_and_their_results_are_in_order() {
        openAi.thenAsks(
                        new WireCall("call_b", "search", "{\"query\": \"tea\"}"),
                        new WireCall("call_a", "search", "{\"query\": \"milk\"}"))
                .thenSays("Here you are.");

        assertThat(services().build().chat("search for tea and milk")).isEqualTo("Here you are.");

        assertThat(openAi.lastResults())
                .containsExactly(new WireResult("call_b", "found tea"), new WireResult("call_a", "found milk"));
        assertThat(openAi.requests()).isEqualTo(2);
    }

    @Test
    void tool_messages_directly_follow_the_assistant_message_with_their_calls() {
        openAi.thenAsks(
                        new WireCall("call_1", "square", "{\"n\": 2}"),
                        new WireCall("call_2", "balance", "{\"id\": \"7\"}"))
                .thenAsks(new WireCall("call_3", "square", "{\"n\": 3}"))
                .thenSays("4, 100, 9");

        services().build().chat("go");

        List<JsonNode> messages = openAi.lastMessages();
        assertThat(messages)
                .extracting(message -> message.path("role").asText())
                .containsExactly("user", "assistant", "tool", "tool", "assistant", "tool");
        assertThat(messages.get(1).path("tool_calls"))
                .extracting(call -> call.path("id").asText())
                .containsExactly("call_1", "call_2");
        assertThat(openAi.lastResults())
                .containsExactly(
                        new WireResult("call_1", "4"), new WireResult("call_2", "100"), new WireResult("call_3", "9"));
    }

    @Test
    void conflicting_calls_run_in_order() {
        openAi.thenAsks(
                        new WireCall("call_1", "charge", "{\"id\": \"7\", \"amount\": 60}"),
                        new WireCall("call_2", "balance", "{\"id\": \"7\"}"),
                        new WireCall("call_3", "charge", "{\"id\": \"7\", \"amount\": 40}"),
                        new WireCall("call_4", "balance", "{\"id\": \"7\"}"))
                .thenSays("All gone.");

        services().build().chat("go");

        assertThat(tools.log).containsExactly("charge 7", "balance 7", "charge 7", "balance 7");
        assertThat(openAi.lastResults())
                .containsExactly(
                        new WireResult("call_1", "charged 60"),
                        new WireResult("call_2", "40"),
                        new WireResult("call_3", "charged 40"),
                        new WireResult("call_4", "0"));
    }

    @Test
    void wave_of_independent_and_conflicting_calls() {
        openAi.thenAsks(
                        new WireCall("call_1", "charge", "{\"id\": \"7\", \"amount\": 60}"),
                        new WireCall("call_2", "search", "{\"query\": \"tea\"}"),
                        new WireCall("call_3", "charge", "{\"id\": \"8\", \"amount\": 10}"),
                        new WireCall("call_4", "balance", "{\"id\": \"7\"}"),
                        new WireCall("call_5", "search", "{\"query\": \"milk\"}"),
                        new WireCall("call_6", "charge", "{\"id\": \"7\", \"amount\": 60}"))
                .thenSays("Not enough money.");

        services().build().chat("go");

        assertThat(openAi.lastResults())
                .containsExactly(
                        new WireResult("call_1", "charged 60"),
                        new WireResult("call_2", "found tea"),
                        new WireResult("call_3", "charged 10"),
                        new WireResult("call_4", "40"),
                        new WireResult("call_5", "found milk"),
                        new WireResult("call_6", "account 7 holds only 40"));
        assertThat(tools.accounts).containsOnly(entry("7", 40), entry("8", 90));
    }

    @Test
    void failing_tool_gives_an_error_result_and_its_sibling_a_result() {
        openAi.thenAsks(
                        new WireCall("call_1", "charge", "{\"id\": \"7\", \"amount\": 500}"),
                        new WireCall("call_2", "charge", "{\"id\": \"8\", \"amount\": 50}"))
                .thenSays("One of two.");

        assertThat(services().build().chat("go")).isEqualTo("One of two.");

        assertThat(openAi.lastResults())
                .containsExactly(
                        new WireResult("call_1", "account 7 holds only 100"), new WireResult("call_2", "charged 50"));
        assertThat(Memory.results(memory))
                .extracting(ToolExecutionResultMessage::isError)
                .containsExactly(true, false);
    }

    @Test
    void malformed_arguments_go_to_the_configured_handler() {
        openAi.thenAsks(
                        new WireCall("call_1", "square", "{\"n\": 2}"),
                        new WireCall("call_2", "square", "{\"n\": "),
                        new WireCall("call_3", "square", "{\"n\": 4}"))
                .thenSays("Sorry.");

        services()
                .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text(
                        "cannot parse " + context.toolExecutionRequest().arguments()))
                .build()
                .chat("go");

        assertThat(openAi.lastResults())
                .containsExactly(
                        new WireResult("call_1", "4"),
                        new WireResult("call_2", "cannot parse {\"n\": "),
                        new WireResult("call_3", "16"));
    }

    @Test
    void malformed_arguments_throw_by_default_and_leave_a_conversation_that_can_go_on() {
        openAi.thenAsks(
                        new WireCall("call_1", "square", "{\"n\": 2}"),
                        new WireCall("call_2", "square", "{\"n\": "),
                        new WireCall("call_3", "square", "{\"n\": 4}"))
                .thenSays("Let us start again.");
        Assistant assistant = services().build();

        Throwable thrown = catchThrowable(() -> assistant.chat("go"));

        assertThat(thrown).isInstanceOf(RuntimeException.class).hasMessageContaining("end-of-input");
        assertThat(openAi.requests()).isEqualTo(1);
        assertThatMemoryHasResults("call_1", "call_2", "call_3");
        assertThat(Memory.resultTexts(memory).get(0)).isEqualTo("4");
        assertThat(Memory.resultTexts(memory).get(1)).contains("end-of-input");
        assertThat(Memory.resultTexts(memory).get(2)).startsWith("tool 'square' was not started: ");

        assertThat(assistant.chat("go on")).isEqualTo("Let us start again.");
        assertThat(openAi.lastResults())
                .extracting(WireResult::toolCallId)
                .containsExactly("call_1", "call_2", "call_3");
    }

    @Test
    void unknown_tool_goes_to_the_configured_strategy() {
        openAi.thenAsks(
                        new WireCall("call_1", "square", "{\"n\": 2}"),
                        new WireCall("call_2", "divine", "{}"),
                        new WireCall("call_3", "square", "{\"n\": 4}"))
                .thenSays("I cannot divine.");

        services()
                .hallucinatedToolNameStrategy(
                        request -> ToolExecutionResultMessage.from(request, "there is no " + request.name()))
                .build()
                .chat("go");

        assertThat(openAi.lastResults())
                .containsExactly(
                        new WireResult("call_1", "4"),
                        new WireResult("call_2", "there is no divine"),
                        new WireResult("call_3", "16"));
    }

    @Test
    void unknown_tool_throws_by_default_and_leaves_a_conversation_that_can_go_on() {
        openAi.thenAsks(
                        new WireCall("call_1", "charge", "{\"id\": \"7\", \"amount\": 60}"),
                        new WireCall("call_2", "divine", "{}"))
                .thenSays("Let us start again.");
        Assistant assistant = services().build();

        assertThat(catchThrowable(() -> assistant.chat("go")))
                .hasMessageContaining("'divine' tool, but no such tool exists");
        assertThat(openAi.requests()).isEqualTo(1);
        assertThatMemoryHasResults("call_1", "call_2");
        assertThat(Memory.resultTexts(memory).get(0)).isEqualTo("charged 60");

        assertThat(assistant.chat("go on")).isEqualTo("Let us start again.");
        assertThat(openAi.lastResults()).extracting(WireResult::toolCallId).containsExactly("call_1", "call_2");
    }

    private void assertThatMemoryHasResults(String... ids) {
        assertThat(Memory.results(memory))
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly(ids);
    }
}
