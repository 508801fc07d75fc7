package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.langchain4j.OpenAiServer.WireCall;
import dev.interlock.langchain4j.OpenAiServer.WireResult;
import dev.langchain4j.model.output.TokenUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole agent, with LangChain4j's OpenAI client over HTTP. */
@Timeout(120)
class TaskAgentWireTest {

    private static final WireCall SEARCH = new WireCall("call_1", "search", "{\"query\": \"Python\"}");
    private static final WireCall ADD = new WireCall("call_2", "add", "{\"a\": 2, \"b\": 2}");
    private static final WireCall TRANSLATE =
            new WireCall("call_3", "translate", "{\"text\": \"Hello\", \"to\": \"es\"}");

    private final OpenAiServer openAi = new OpenAiServer();

    @AfterEach
    void stop() {
        openAi.close();
    }

    private TaskAgent.Builder agent(TaskTools tools) {
        return TaskAgent.builder().chatModel(openAi.model()).tools(tools);
    }

    @Test
    void three_independent_calls_are_one_round() {
        openAi.thenAsks(SEARCH, ADD, TRANSLATE).thenSays("Python, 4, Hola");

        TaskResult result = agent(new TaskTools(3))
                .build()
                .execute("Search for Python, calculate 2+2 and translate 'Hello' to Spanish");

        assertThat(result.answer()).isEqualTo("Python, 4, Hola");
        assertThat(result.rounds()).hasSize(1);
        assertThat(openAi.lastResults())
                .containsExactly(
                        new WireResult("call_1", "found Python"),
                        new WireResult("call_2", "4"),
                        new WireResult("call_3", "Hola"));
        assertThat(openAi.lastMessages())
                .extracting(message -> message.path("role").asText())
                .containsExactly("system", "user", "assistant", "tool", "tool", "tool");
        TokenUsage usage = result.tokenUsage();
        assertThat(usage.inputTokenCount()).isEqualTo(20);
        assertThat(usage.outputTokenCount()).isEqualTo(10);
        assertThat(usage.totalTokenCount()).isEqualTo(30);
    }

    @Test
    void search_and_then_analyse_are_two_rounds_without_chaining() {
        openAi.thenAsks(SEARCH)
                .thenAsks(new WireCall("call_2", "analyse", "{\"text\": \"found Python\"}"))
                .thenSays("12");

        TaskResult result = agent(new TaskTools()).build().execute("Search for Python and then analyse the result");

        assertThat(result.answer()).isEqualTo("12");
        assertThat(result.rounds()).hasSize(2);
        assertThat(openAi.requests()).isEqualTo(3);
    }

    @Test
    void search_and_then_analyse_are_one_round_with_chaining() {
        openAi.thenAsks(SEARCH, new WireCall("call_2", "analyse", "{\"text\": \"${1}\"}"))
                .thenSays("12");

        TaskResult result = agent(new TaskTools())
                .chaining(true)
                .parallelTools(parallel -> parallel.effects("analyse", Effects.pure()))
                .build()
                .execute("Search for Python and then analyse the result");

        assertThat(result.answer()).isEqualTo("12");
        assertThat(result.rounds()).hasSize(1);
        assertThat(result.failedCalls()).isEmpty();
        assertThat(openAi.lastResults()).contains(new WireResult("call_2", "12 characters"));
        assertThat(openAi.requests()).isEqualTo(2);
    }

    @Test
    void a_failing_call_in_the_middle_does_not_keep_its_neighbours_from_their_results() {
        openAi.thenAsks(SEARCH, new WireCall("call_2", "open", "{}"), new WireCall("call_3", "step", "{}"))
                .thenSays("Two of three.");

        TaskResult result = agent(new TaskTools()).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.failedCalls())
                .extracting(failed -> failed.call().tool())
                .containsExactly("open");
        assertThat(openAi.lastResults())
                .containsExactly(
                        new WireResult("call_1", "found Python"),
                        new WireResult("call_2", "the vault is locked"),
                        new WireResult("call_3", "1"));
    }

    @Test
    void fifty_rounds_with_a_limit_of_ten_end_after_ten() {
        for (int i = 0; i < 50; i++) {
            openAi.thenAsks(new WireCall("call_" + i, "step", "{}"));
        }
        TaskTools tools = new TaskTools();

        TaskResult result = agent(tools).maxRounds(10).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ROUND_LIMIT);
        assertThat(result.rounds()).hasSize(10);
        assertThat(tools.steps).hasValue(10);
        assertThat(openAi.requests()).isEqualTo(11);
        assertThat(result.tokenUsage().totalTokenCount()).isEqualTo(11 * 15);
    }

    @Test
    void an_answer_of_the_server_that_is_an_error_is_the_end() {
        TaskResult result = agent(new TaskTools()).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).isNotNull();
    }
}
