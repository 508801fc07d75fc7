package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedReplies.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that is empty, cut off or filtered, or a call that the model wrote as text, passes for the answer. */
@Timeout(60)
class Hazard31FinalAnswerTest {

    private static final String CALL = "{\"name\": \"search\", \"arguments\": {\"query\": \"Python\"}}";

    private static AiMessage thought(@Nullable String text) {
        return AiMessage.builder().thinking("Let me think.").text(text).build();
    }

    static Stream<Arguments> noAnswers() {
        return Stream.of(
                Arguments.of(AiMessage.from("Python is a pro"), FinishReason.LENGTH, TaskEnd.TRUNCATED),
                Arguments.of(AiMessage.from(""), FinishReason.LENGTH, TaskEnd.TRUNCATED),
                Arguments.of(AiMessage.from(CALL), FinishReason.LENGTH, TaskEnd.TRUNCATED),
                Arguments.of(thought(null), FinishReason.LENGTH, TaskEnd.TRUNCATED),
                Arguments.of(AiMessage.from("I can"), FinishReason.CONTENT_FILTER, TaskEnd.FILTERED),
                Arguments.of(AiMessage.builder().build(), FinishReason.CONTENT_FILTER, TaskEnd.FILTERED),
                Arguments.of(AiMessage.from(""), FinishReason.STOP, TaskEnd.EMPTY),
                Arguments.of(AiMessage.builder().build(), null, TaskEnd.EMPTY),
                Arguments.of(AiMessage.builder().build(), FinishReason.TOOL_EXECUTION, TaskEnd.EMPTY),
                Arguments.of(AiMessage.from(" \n\t\u00a0\u200b\ufeff"), FinishReason.STOP, TaskEnd.EMPTY),
                Arguments.of(thought(null), FinishReason.STOP, TaskEnd.EMPTY),
                Arguments.of(thought(" "), FinishReason.STOP, TaskEnd.EMPTY),
                Arguments.of(AiMessage.from("<think>Let me think.</think>\n"), FinishReason.STOP, TaskEnd.EMPTY),
                Arguments.of(AiMessage.from("<think>Let me th"), FinishReason.STOP, TaskEnd.EMPTY),
                Arguments.of(AiMessage.from("Let me think.\n</think>\n\n"), FinishReason.STOP, TaskEnd.EMPTY),
                Arguments.of(AiMessage.from(CALL), FinishReason.STOP, TaskEnd.TOOL_CALL_AS_TEXT),
                Arguments.of(AiMessage.from(CALL), null, TaskEnd.TOOL_CALL_AS_TEXT),
                Arguments.of(
                        AiMessage.from("<think>I need it.</think>\n<tool_call>\n" + CALL + "\n</tool_call>"),
                        FinishReason.STOP,
                        TaskEnd.TOOL_CALL_AS_TEXT));
    }

    @ParameterizedTest
    @MethodSource("noAnswers")
    void plain_langchain4j_takes_it_for_the_answer(AiMessage message, @Nullable FinishReason reason, TaskEnd end) {
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(ScriptedReplies.of(reply(message, reason)).chatModel())
                .tools(new TaskTools())
                .build();

        assertThat(assistant.chat("What is Python?")).isEqualTo(message.text());
    }

    private static TaskAgent.Builder agent(ScriptedReplies model, boolean streaming) {
        TaskAgent.Builder agent = TaskAgent.builder().tools(new TaskTools());
        return streaming ? agent.streamingChatModel(model.streamingChatModel()) : agent.chatModel(model.chatModel());
    }

    @ParameterizedTest
    @MethodSource("noAnswers")
    void a_task_tells_what_it_is(AiMessage message, @Nullable FinishReason reason, TaskEnd end) {
        TaskResult result =
                agent(ScriptedReplies.of(reply(message, reason)), false).build().execute("What is Python?");

        assertThat(result.end()).isEqualTo(end);
        assertThat(result.isAnswered()).isFalse();
        assertThat(result.finishReason()).isEqualTo(reason);
        assertThat(result.answer()).isEqualTo(message.text());
        assertThat(result.error()).isNull();
    }

    @ParameterizedTest
    @MethodSource("noAnswers")
    void a_task_of_a_streaming_model_tells_what_it_is(AiMessage message, @Nullable FinishReason reason, TaskEnd end) {
        List<TaskEvent> events = new CopyOnWriteArrayList<>();
        TaskResult result = agent(ScriptedReplies.of(reply(message, reason)), true)
                .listener(events::add)
                .build()
                .execute("What is Python?");

        assertThat(result.end()).isEqualTo(end);
        assertThat(result.finishReason()).isEqualTo(reason);
        assertThat(result.answer()).isEqualTo(message.text());
        assertThat(events)
                .last()
                .isInstanceOfSatisfying(
                        TaskEvent.TaskEnded.class,
                        ended -> assertThat(ended.result()).isEqualTo(result));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void after_rounds_it_is_the_last_response_that_counts(boolean streaming) {
        AiMessage search = ScriptedChatModel.calls(ScriptedChatModel.call("1", "search", "{\"query\": \"Python\"}"));
        ScriptedReplies model = ScriptedReplies.of(
                reply(search, FinishReason.TOOL_EXECUTION), reply(AiMessage.from("Python is"), FinishReason.LENGTH));

        TaskResult result = agent(model, streaming).build().execute("What is Python?");

        assertThat(result.end()).isEqualTo(TaskEnd.TRUNCATED);
        assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(result.rounds()).hasSize(1);
        assertThat(result.failedCalls()).isEmpty();
    }

    static Stream<String> answers() {
        return Stream.of(
                "Python is a language.",
                "I used search to find it.",
                "A call of search looks like this: " + CALL,
                "{\"name\": \"Ada\", \"arguments\": {}}",
                "<think>Let me search.</think>Python is a language.",
                "Models think between <think> and </think>.");
    }

    @ParameterizedTest
    @MethodSource("answers")
    void an_answer_is_an_answer(String text) {
        for (FinishReason reason : new @Nullable FinishReason[] {null, FinishReason.STOP, FinishReason.OTHER}) {
            TaskResult result = agent(ScriptedReplies.of(reply(AiMessage.from(text), reason)), false)
                    .build()
                    .execute("What is Python?");

            assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
            assertThat(result.answer()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_tool_whose_result_is_the_answer_is_one(boolean streaming) {
        AiMessage word = ScriptedChatModel.calls(ScriptedChatModel.call("1", "final_word", "{}"));

        TaskResult result = agent(ScriptedReplies.of(reply(word, FinishReason.TOOL_EXECUTION)), streaming)
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
    }

    // Values.

    record Language(String name, int year) {}

    record Step(String name, Map<String, String> arguments) {}

    private static <T> TypedTaskResult<T> typed(
            Class<T> type, boolean streaming, String text, @Nullable FinishReason reason) {
        return agent(ScriptedReplies.of(reply(AiMessage.from(text), reason)), streaming)
                .build()
                .execute("What is Python?", type);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_value_that_is_cut_off_is_no_error_and_no_value(boolean streaming) {
        TypedTaskResult<Language> cut =
                typed(Language.class, streaming, "{\"name\": \"Python\", \"ye", FinishReason.LENGTH);

        assertThat(cut.result().end()).isEqualTo(TaskEnd.TRUNCATED);
        assertThat(cut.result().error()).isNull();
        assertThat(cut.result().answer()).isEqualTo("{\"name\": \"Python\", \"ye");
        assertThat(cut.value()).isNull();
        assertThatIllegalStateException().isThrownBy(cut::orElseThrow).withMessageContaining("TRUNCATED");
        // 1991, or the beginning of it.
        assertThat(typed(Integer.class, streaming, "199", FinishReason.LENGTH).value())
                .isNull();
    }

    @Test
    void an_empty_value_is_no_error() {
        TypedTaskResult<Language> empty = typed(Language.class, false, " ", FinishReason.STOP);

        assertThat(empty.result().end()).isEqualTo(TaskEnd.EMPTY);
        assertThat(empty.value()).isNull();
    }

    @Test
    void a_call_in_place_of_a_value_is_no_value() {
        TypedTaskResult<Language> call = typed(Language.class, false, CALL, FinishReason.STOP);

        assertThat(call.result().end()).isEqualTo(TaskEnd.TOOL_CALL_AS_TEXT);
        assertThat(call.value()).isNull();
        assertThat(typed(Language.class, false, "<tool_call>" + CALL + "</tool_call>", null)
                        .result()
                        .end())
                .isEqualTo(TaskEnd.TOOL_CALL_AS_TEXT);
    }

    @Test
    void a_value_that_looks_like_a_call_is_a_value() {
        assertThat(typed(Step.class, false, CALL, FinishReason.STOP).value())
                .isEqualTo(new Step("search", Map.of("query", "Python")));
    }

    @Test
    void a_value_is_a_value() {
        TypedTaskResult<Language> value =
                typed(Language.class, false, "{\"name\": \"search\", \"year\": 1991}", FinishReason.STOP);

        assertThat(value.value()).isEqualTo(new Language("search", 1991));
        assertThat(value.result().finishReason()).isEqualTo(FinishReason.STOP);
    }

    // A refusal that the model throws, as OpenAI's does.

    @Test
    void a_model_that_throws_what_was_filtered() throws Exception {
        ContentFilteredException refusal = new ContentFilteredException("I can't help with that.");
        ChatModel model = new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                throw refusal;
            }
        };
        ScriptedStreamingModel streaming = ScriptedStreamingModel.replying(stream -> {
            stream.text("I can");
            stream.error(refusal);
        });

        TaskAgent agent = TaskAgent.builder().chatModel(model).build();
        for (TaskResult result :
                List.of(agent.execute("go"), agent.executeAsync("go").get(30, TimeUnit.SECONDS))) {
            assertThat(result.end()).isEqualTo(TaskEnd.FILTERED);
            assertThat(result.error()).isSameAs(refusal);
            assertThat(result.finishReason()).isNull();
        }
        TaskResult streamed =
                TaskAgent.builder().streamingChatModel(streaming).build().execute("go");
        assertThat(streamed.end()).isEqualTo(TaskEnd.FILTERED);
        assertThat(streamed.error()).isSameAs(refusal);
        assertThat(streamed.answer()).isEqualTo("I can");
    }
}
