package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.output.OutputParsingException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are values. */
@Timeout(120)
class TaskAgentAnswerTypeTest {

    record Recipe(String name, int minutes, List<String> ingredients) {}

    enum Mood {
        GOOD,
        BAD
    }

    private static final Recipe TEA = new Recipe("tea", 4, List.of("water", "leaves"));
    private static final String TEA_JSON =
            "{\"name\": \"tea\", \"minutes\": 4, \"ingredients\": [\"water\", \"leaves\"]}";

    private final TaskTools tools = new TaskTools();

    /** Says what a script says, and takes JSON schemas. */
    private record SchemaModel(ScriptedChatModel script) implements ChatModel {
        @Override
        public ChatResponse doChat(ChatRequest request) {
            return script.doChat(request);
        }

        @Override
        public Set<Capability> supportedCapabilities() {
            return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
        }
    }

    private TaskAgent agent(ChatModel model) {
        return TaskAgent.builder().chatModel(model).tools(tools).build();
    }

    private static String task(ChatRequest request) {
        return ((UserMessage) request.messages().get(1)).singleText();
    }

    @Test
    void a_model_that_takes_schemas_is_given_one_in_every_request() {
        ScriptedChatModel script = ScriptedChatModel.saying(calls(call("1", "step", "{}")), AiMessage.from(TEA_JSON));

        TypedTaskResult<Recipe> typed = agent(new SchemaModel(script)).execute("make tea", Recipe.class);

        assertThat(typed.value()).isEqualTo(TEA);
        assertThat(typed.orElseThrow()).isEqualTo(TEA);
        assertThat(typed.result().end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(typed.result().answer()).isEqualTo(TEA_JSON);
        assertThat(typed.result().rounds()).hasSize(1);
        assertThat(script.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.responseFormat().type()).isEqualTo(ResponseFormatType.JSON);
            assertThat(request.responseFormat().jsonSchema().name()).isEqualTo("Recipe");
            assertThat(request.toolSpecifications()).isNotEmpty();
            assertThat(task(request)).isEqualTo("make tea");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {TEA_JSON, "Here you are:\n```json\n" + TEA_JSON + "\n```"})
    void other_models_are_told_the_format_in_words(String answer) {
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from(answer));

        TypedTaskResult<Recipe> typed = agent(model).execute("make tea", Recipe.class);

        assertThat(typed.value()).isEqualTo(TEA);
        assertThat(model.requests().get(0).responseFormat()).isNull();
        assertThat(task(model.requests().get(0)))
                .startsWith("make tea\nYou must answer strictly in the following JSON format")
                .contains("ingredients");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\": \"tea\", \"minutes\": ", "I cannot make tea."})
    void an_answer_that_is_no_such_value_is_an_error_and_its_text_is_kept(String answer) {
        ScriptedChatModel model = ScriptedChatModel.saying(calls(call("1", "step", "{}")), AiMessage.from(answer));

        TypedTaskResult<Recipe> typed = agent(model).execute("make tea", Recipe.class);

        assertThat(typed.value()).isNull();
        assertThat(typed.result().end()).isEqualTo(TaskEnd.ERROR);
        assertThat(typed.result().error()).isInstanceOf(OutputParsingException.class);
        assertThat(typed.result().answer()).isEqualTo(answer);
        assertThat(typed.result().rounds()).hasSize(1);
        assertThatIllegalStateException()
                .isThrownBy(typed::orElseThrow)
                .withMessage("the task gave no value; its end is ERROR")
                .withCauseInstanceOf(OutputParsingException.class);
    }

    @Test
    void a_type_that_there_is_no_format_for_is_a_wrong_argument() {
        TaskAgent agent = agent(ScriptedChatModel.saying());

        assertThatThrownBy(() -> agent.execute("go", List.class)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void a_task_that_is_not_answered_has_no_value() {
        ScriptedChatModel model =
                ScriptedChatModel.saying(calls(call("1", "step", "{}")), calls(call("2", "step", "{}")));

        TypedTaskResult<Recipe> typed = TaskAgent.builder()
                .chatModel(model)
                .tools(tools)
                .maxRounds(1)
                .build()
                .execute("make tea", Recipe.class);

        assertThat(typed.value()).isNull();
        assertThat(typed.result().end()).isEqualTo(TaskEnd.ROUND_LIMIT);
        assertThat(typed.result().error()).isNull();
    }

    @Test
    void enums_and_numbers_are_types_as_well() {
        assertThat(agent(ScriptedChatModel.saying(AiMessage.from("GOOD")))
                        .execute("how are you?", Mood.class)
                        .value())
                .isEqualTo(Mood.GOOD);
        assertThat(agent(ScriptedChatModel.saying(AiMessage.from("42")))
                        .execute("how many?", int.class)
                        .value())
                .isEqualTo(42);
        assertThat(agent(ScriptedChatModel.saying(AiMessage.from("just text")))
                        .execute("say something", String.class)
                        .value())
                .isEqualTo("just text");
    }

    @Test
    void conversations_async_tasks_and_streams_have_typed_answers_too() throws Exception {
        ScriptedChatModel model =
                ScriptedChatModel.saying(AiMessage.from(TEA_JSON), AiMessage.from(TEA_JSON), AiMessage.from(TEA_JSON));
        TaskAgent agent = agent(model);
        ScriptedStreamingModel streaming = ScriptedStreamingModel.replying(ScriptedStreamingModel.says(TEA_JSON));

        assertThat(agent.execute("make tea", Recipe.class, "ada").value()).isEqualTo(TEA);
        assertThat(agent.executeAsync("make tea", Recipe.class)
                        .get(30, TimeUnit.SECONDS)
                        .value())
                .isEqualTo(TEA);
        assertThat(agent.executeAsync("make more tea", Recipe.class, "ada")
                        .get(30, TimeUnit.SECONDS)
                        .value())
                .isEqualTo(TEA);
        assertThat(model.requests().get(2).messages()).as("the conversation").hasSize(4);
        assertThat(TaskAgent.builder()
                        .streamingChatModel(streaming)
                        .build()
                        .execute("make tea", Recipe.class)
                        .value())
                .isEqualTo(TEA);
        assertThat(task(streaming.requests().get(0))).contains("You must answer strictly");
    }
}
