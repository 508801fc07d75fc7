package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.interlock.effect.Reads;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that does not stop calling, since it has to call or does not learn, burns all rounds that there are. */
@Timeout(60)
class Hazard32LoopsTest {

    static class Tools {
        final AtomicInteger runs = new AtomicInteger();

        @Tool
        @Reads("web")
        String search(@P(name = "query") String query) {
            runs.incrementAndGet();
            return "nothing about " + query;
        }
    }

    private final Tools tools = new Tools();
    private final ChatMemory memory = Memory.ofManyMessages();

    private static ScriptedReplies searching_on_and_on() {
        return ScriptedReplies.endless(n -> calls(call("c" + n, "search", "{\"query\": \"page " + n + "\"}")));
    }

    private static ScriptedReplies searching_for_the_same() {
        return ScriptedReplies.endless(
                n -> calls(call("c" + n, "search", n % 2 == 0 ? "{\"query\":\"x\"}" : "{ \"query\" : \"x\" }")));
    }

    @Test
    void plain_langchain4j_burns_all_rounds() {
        ScriptedReplies model = searching_for_the_same();
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model.chatModel())
                .tools(tools)
                .build();

        assertThatThrownBy(() -> assistant.chat("go")).hasMessageContaining("exceeded 100 tool calling round trips");

        assertThat(tools.runs).hasValue(100);
    }

    private Throwable end(ScriptedReplies model, boolean streaming, UnaryOperator<ParallelTools.Builder> limits)
            throws Exception {
        ParallelTools parallel = limits.apply(ParallelTools.builder()).build();
        if (streaming) {
            return StreamedAnswer.to(parallel.aiServices(StreamingAssistant.class)
                            .streamingChatModel(model.streamingChatModel())
                            .chatMemory(memory)
                            .tools(tools)
                            .build()
                            .chat("go"))
                    .error();
        }
        Assistant assistant = parallel.aiServices(Assistant.class)
                .chatModel(model.chatModel())
                .chatMemory(memory)
                .tools(tools)
                .build();
        return catchThrowable(() -> assistant.chat("go"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void limit_of_calls_is_told_to_the_model_and_then_ends_the_loop(boolean streaming) throws Exception {
        ScriptedReplies model = searching_on_and_on();

        Throwable end = end(model, streaming, limits -> limits.maxCallsPerInvocation(3));

        assertThat(end)
                .isInstanceOf(CallLimitException.class)
                .hasMessage("the model kept requesting calls although it knew: the limit of 3 calls in one"
                        + " invocation is reached");
        assertThat(tools.runs).hasValue(3);
        assertThat(model.requests()).hasSize(5);
        assertThat(model.resultTexts().get(3))
                .isEqualTo("tool 'search' was not run: it is call 4, and the limit for one request is 3: make no"
                        + " more tool calls, and answer with the results that you have");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void limit_of_a_tool_is_told_to_the_model_and_then_ends_the_loop(boolean streaming) throws Exception {
        ScriptedReplies model = searching_on_and_on();

        Throwable end = end(model, streaming, limits -> limits.maxCallsPerTool(3));

        assertThat(end)
                .isInstanceOf(CallLimitException.class)
                .hasMessageEndingWith("the limit of 3 calls of tool 'search' in one invocation is reached");
        assertThat(tools.runs).hasValue(3);
        assertThat(model.requests()).hasSize(5);
        assertThat(model.resultTexts().get(3)).contains("call 4 of this tool", "the limit for one request is 3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void call_repeated_with_the_same_result_is_told_to_the_model_and_then_ends_the_loop(boolean streaming)
            throws Exception {
        ScriptedReplies model = searching_for_the_same();

        Throwable end = end(model, streaming, limits -> limits.maxRepeatedCalls(3));

        assertThat(end).isInstanceOf(CallLimitException.class).hasMessageContaining("same result in 3 rounds");
        assertThat(tools.runs).hasValue(3);
        assertThat(model.requests()).hasSize(5);
        assertThat(model.resultTexts().get(3)).contains("same result", "last 3 rounds", "do not repeat it");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void memory_has_a_result_for_each_call_at_the_end(boolean streaming) throws Exception {
        end(searching_on_and_on(), streaming, limits -> limits.maxCallsPerInvocation(1));

        assertThat(Memory.types(memory))
                .containsExactly(
                        ChatMessageType.USER,
                        ChatMessageType.AI,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.AI,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.AI,
                        ChatMessageType.TOOL_EXECUTION_RESULT);
        assertThat(Memory.results(memory).get(2).id()).isEqualTo("c3");
        assertThat(Memory.results(memory).get(2).isError()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_task_ends_by_the_limit(boolean streaming) {
        assertThat(task(searching_on_and_on(), streaming, agent -> agent.maxCallsPerInvocation(3))
                        .end())
                .isEqualTo(TaskEnd.CALL_LIMIT);
        assertThat(task(searching_on_and_on(), streaming, agent -> agent.maxCallsPerTool(3))
                        .end())
                .isEqualTo(TaskEnd.CALL_LIMIT);
        assertThat(tools.runs).hasValue(6);
        TaskResult repeating = task(searching_for_the_same(), streaming, agent -> agent.maxRepeatedCalls(3));
        assertThat(repeating.end()).isEqualTo(TaskEnd.REPEATED_CALLS);
        assertThat(repeating.error()).isNull();
        assertThat(repeating.isAnswered()).isFalse();
        assertThat(repeating.rounds()).hasSize(5);
        assertThat(repeating.failedCalls()).hasSize(2);
        assertThat(tools.runs).hasValue(9);
    }

    private TaskResult task(ScriptedReplies model, boolean streaming, UnaryOperator<TaskAgent.Builder> limits) {
        TaskAgent.Builder agent = TaskAgent.builder().tools(tools);
        return limits.apply(
                        streaming
                                ? agent.streamingChatModel(model.streamingChatModel())
                                : agent.chatModel(model.chatModel()))
                .build()
                .execute("go");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_conversation_can_go_on_after_the_limit(boolean streaming) {
        ScriptedReplies model = ScriptedReplies.endless(n ->
                n <= 3 ? calls(call("c" + n, "search", "{\"query\": \"page " + n + "\"}")) : AiMessage.from("sorry"));
        TaskAgent.Builder builder = TaskAgent.builder().tools(tools).maxCallsPerTool("search", 1);
        TaskAgent agent = (streaming
                        ? builder.streamingChatModel(model.streamingChatModel())
                        : builder.chatModel(model.chatModel()))
                .build();

        assertThat(agent.execute("one", "ada").end()).isEqualTo(TaskEnd.CALL_LIMIT);
        assertThat(agent.execute("two", "ada").answer()).isEqualTo("sorry");

        assertThat(model.resultTexts()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_task_that_repeats_a_call_ends_before_its_rounds_are_burnt_without_a_setting(boolean streaming) {
        TaskResult result = task(searching_for_the_same(), streaming, agent -> agent);

        assertThat(result.end()).isEqualTo(TaskEnd.REPEATED_CALLS);
        assertThat(tools.runs).hasValue(10);
    }
}
