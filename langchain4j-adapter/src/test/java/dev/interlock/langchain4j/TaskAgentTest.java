package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.event.RoundEvent;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TaskAgentTest extends TaskAgentFixture {

    @Test
    void independent_calls_of_a_response_are_one_round_and_overlap() {
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "search", "{\"query\": \"Python\"}"),
                call("2", "add", "{\"a\": 2, \"b\": 2}"),
                call("3", "translate", "{\"text\": \"Hello\", \"to\": \"es\"}"));
        TaskResult result = agent(model, new TaskTools(3))
                .build()
                .execute("Search for Python, calculate 2+2 and translate 'Hello' to Spanish");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.isAnswered()).isTrue();
        assertThat(result.answer()).isEqualTo("done");
        assertThat(result.error()).isNull();
        assertThat(result.rounds()).hasSize(1);
        assertThat(result.rounds().get(0).plan().dependencies()).isEmpty();
        assertThat(result.calls()).hasSize(3).allMatch(CallResult::isSuccess);
        assertThat(result.failedCalls()).isEmpty();
        assertThat(result.modelRequests()).isEqualTo(2);
        assertThat(model.resultTexts()).containsExactly("found Python", "4", "Hola");
    }

    @Test
    void a_task_without_calls_is_answered_at_once() {
        TaskResult result = agent(ScriptedChatModel.saying(DONE)).build().execute("say done");

        assertThat(result.answer()).isEqualTo("done");
        assertThat(result.rounds()).isEmpty();
        assertThat(result.timeSaved()).isZero();
        assertThat(result.elapsed()).isPositive();
    }

    @Test
    void search_then_analyse_are_two_rounds() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "search", "{\"query\": \"Python\"}")),
                calls(call("2", "analyse", "{\"text\": \"found Python\"}")),
                DONE);

        TaskResult result = agent(model, tools).build().execute("search and then analyse");

        assertThat(result.rounds()).hasSize(2);
        assertThat(result.modelRequests()).isEqualTo(3);
        assertThat(model.resultTexts()).containsExactly("found Python", "12 characters");
    }

    @Test
    void a_failing_tool_is_the_models_to_deal_with() {
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "add", "{\"a\": 1, \"b\": 1}"),
                call("2", "open", "{}"),
                call("3", "add", "{\"a\": 2, \"b\": 2}"));

        TaskResult result = agent(model, tools).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.failedCalls())
                .extracting(failed -> failed.call().id())
                .containsExactly("2");
        assertThat(result.failedCalls().get(0).outcome().message()).contains("the vault is locked");
        assertThat(model.resultTexts().get(1)).contains("the vault is locked");
    }

    @Test
    void calls_that_make_no_sense_are_the_models_to_deal_with() {
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "add", "{\"a\": "), call("2", "divine", "{}"), call("3", "add", "{\"a\": 2, \"b\": 2}"));

        TaskResult result = agent(model, tools).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(model.resultTexts().get(0)).startsWith("Error: the arguments cannot be read: ");
        assertThat(model.resultTexts().get(1)).isEqualTo("Error: there is no tool 'divine'");
        assertThat(model.resultTexts().get(2)).isEqualTo("4");
        assertThat(result.failedCalls())
                .extracting(failed -> failed.call().id())
                .containsExactly("1", "2");
    }

    @Test
    void calls_of_unknown_tools_are_failed_whatever_the_strategy_says() {
        ScriptedChatModel model =
                ScriptedChatModel.asking(call("1", "divine", "{}"), call("2", "add", "{\"a\": 2, \"b\": 2}"));

        TaskResult result = agent(model, tools)
                .aiServices(services -> services.hallucinatedToolNameStrategy(
                        request -> ToolExecutionResultMessage.from(request, "all is well")))
                .build()
                .execute("go");

        assertThat(result.failedCalls())
                .extracting(failed -> failed.call().id())
                .containsExactly("1");
        assertThat(result.failedCalls().get(0).outcome()).isInstanceOf(Outcome.Failed.class);
        assertThat(result.failedCalls().get(0).outcome().message()).isEqualTo("all is well");
        assertThat(model.resultTexts()).containsExactly("all is well", "4");
    }

    @Test
    void round_limit_ends_a_task_with_the_rounds_so_far() {
        ScriptedChatModel model = ScriptedChatModel.saying(IntStream.range(0, 50)
                .mapToObj(i -> calls(call("c" + i, "step", "{}")))
                .toArray(AiMessage[]::new));

        TaskResult result = agent(model, tools).maxRounds(10).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ROUND_LIMIT);
        assertThat(result.answer()).isNull();
        assertThat(result.error()).isNull();
        assertThat(result.rounds()).hasSize(10);
        assertThat(tools.steps).hasValue(10);
        assertThat(result.modelRequests()).isEqualTo(11);
    }

    @Test
    void the_model_may_answer_after_the_last_round() {
        ScriptedChatModel model =
                ScriptedChatModel.saying(calls(call("1", "step", "{}")), calls(call("2", "step", "{}")), DONE);

        TaskResult result = agent(model, tools).maxRounds(2).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.rounds()).hasSize(2);
    }

    @Test
    void a_failing_model_is_an_error_with_the_rounds_so_far() {
        ScriptedChatModel script = ScriptedChatModel.saying(calls(call("1", "step", "{}")));
        IllegalStateException broken = new IllegalStateException("connection reset");
        ChatModel model = model(request -> {
            if (script.requests().size() == 1) {
                throw broken;
            }
            return script.doChat(request);
        });

        TaskResult result = agent(model, tools).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).isSameAs(broken);
        assertThat(result.rounds()).hasSize(1);
        assertThat(result.answer()).isNull();
    }

    @Test
    void an_error_of_the_model_does_not_leave_the_agent() {
        TaskResult result = agent(ScriptedChatModel.saying()).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).isInstanceOf(AssertionError.class);
    }

    @Test
    void a_tool_may_be_the_answer() {
        TaskResult result = agent(ScriptedChatModel.saying(calls(call("1", "final_word", "{}"))), tools)
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.answer()).isNull();
        assertThat(result.calls()).hasSize(1);
    }

    @Test
    void token_usage_is_that_of_all_responses() {
        List<ChatResponse> script = new ArrayList<>(List.of(
                response(calls(call("1", "step", "{}")), new TokenUsage(10, 1)),
                response(calls(call("2", "step", "{}")), null),
                response(calls(call("3", "step", "{}")), new TokenUsage(30, 3)),
                response(calls(call("4", "step", "{}")), new TokenUsage(40, 4))));

        TaskResult result = agent(model(request -> script.remove(0)), tools)
                .maxRounds(3)
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ROUND_LIMIT);
        assertThat(result.tokenUsage()).isEqualTo(new TokenUsage(80, 8, 88));
    }

    @Test
    void token_usage_that_nobody_tells_is_unknown() {
        TaskResult result = agent(ScriptedChatModel.saying(DONE)).build().execute("go");

        assertThat(result.tokenUsage()).isEqualTo(new TokenUsage());
    }

    // The prompt.

    @Test
    void default_prompt_asks_for_independent_calls_in_one_response() {
        ScriptedChatModel model = ScriptedChatModel.saying(DONE);

        agent(model).instructions("You are in {{Paris}}.").build().execute("go {{there}}");

        List<ChatMessage> messages = model.requests().get(0).messages();
        assertThat(((SystemMessage) messages.get(0)).text())
                .contains("do not need each other's results into one response")
                .endsWith("\n\nYou are in {{Paris}}.");
        assertThat(((UserMessage) messages.get(1)).singleText()).isEqualTo("go {{there}}");
        assertThat(messages).hasSize(2);
    }

    @Test
    void a_prompt_may_be_replaced() {
        ScriptedChatModel model = ScriptedChatModel.saying(DONE);

        agent(model)
                .systemPrompt("Be brief.")
                .aiServices(services -> services.systemMessage("Be kind."))
                .build()
                .execute("go");

        assertThat(((SystemMessage) model.requests().get(0).messages().get(0)).text())
                .isEqualTo("Be brief.\n\nBe kind.");
    }

    // Tools of other kinds.

    @Test
    void tools_built_in_code_and_of_providers_are_tools_as_well() {
        AiServiceTool coded = CodedTool.tool("coded", request -> "by code");
        AiServiceTool provided = CodedTool.tool("provided", request -> "by a provider");
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "coded", "{}"), call("2", "provided", "{}"), call("3", "step", "{}"));

        TaskResult result = agent(model, tools)
                .tools(Map.of(coded.toolSpecification(), coded.toolExecutor()))
                .toolProvider(request -> ToolProviderResult.builder()
                        .add(provided.toolSpecification(), provided.toolExecutor())
                        .build())
                .build()
                .execute("go");

        assertThat(model.resultTexts()).containsExactly("by code", "by a provider", "1");
        assertThat(result.rounds()).hasSize(1);
    }

    @Test
    void settings_of_parallel_tools_hold() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "hang", "{}"));

        TaskResult result = agent(model, tools)
                .parallelTools(parallel -> parallel.timeout(Duration.ofMillis(50)))
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.failedCalls().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
    }

    // Progress.

    @Test
    void listener_is_told_what_happens_in_its_order() {
        List<TaskEvent> events = new CopyOnWriteArrayList<>();

        TaskResult result = agent(ScriptedChatModel.asking(call("1", "step", "{}")), tools)
                .listener(events::add)
                .listener(event -> {
                    throw new IllegalStateException("a listener that fails is of no account");
                })
                .build()
                .execute("go");

        assertThat(events)
                .extracting(TaskAgentTest::name)
                .containsExactly(
                        "TaskStarted",
                        "ModelAsked",
                        "RoundStarted",
                        "CallPlanned",
                        "CallReady",
                        "CallStarted",
                        "CallAttemptEnded",
                        "CallEnded",
                        "RoundEnded",
                        "ModelAsked",
                        "TaskEnded");
        assertThat(events)
                .extracting(TaskEvent::task)
                .containsOnly(events.get(0).task());
        assertThat(((TaskEvent.TaskEnded) events.getLast()).result()).isEqualTo(result);
        assertThat(((TaskEvent.ModelAsked) events.get(events.size() - 2)).request())
                .isEqualTo(2);
    }

    private static String name(TaskEvent event) {
        RoundEvent inner = event instanceof TaskEvent.RoundProgress progress ? progress.event() : null;
        return inner == null
                ? event.getClass().getSimpleName()
                : inner.getClass().getSimpleName();
    }

    // What does not make sense.

    @Test
    void wrong_arguments_throw() {
        TaskAgent agent = agent(ScriptedChatModel.saying()).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> agent.execute(" "))
                .withMessage("task must not be blank");
        assertThatIllegalArgumentException().isThrownBy(() -> agent.executeAsync(""));
        assertThatNullPointerException().isThrownBy(() -> agent.execute(nothing()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskAgent.builder().maxRounds(0))
                .withMessage("maxRounds must be >= 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskAgent.builder().timeout(Duration.ZERO))
                .withMessage("timeout must be > 0, was PT0S");
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskAgent.builder().build())
                .withMessage("set exactly one of chatModel and streamingChatModel; neither is set");
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskAgent.builder()
                        .chatModel(ScriptedChatModel.saying())
                        .streamingChatModel(ScriptedStreamingModel.replying())
                        .build())
                .withMessage("set exactly one of chatModel and streamingChatModel; both are set");
    }

    @SuppressWarnings("NullAway") // what a user without null checks does
    private static String nothing() {
        return null;
    }

    @Test
    void a_closed_agent_takes_no_tasks() {
        TaskAgent agent = agent(ScriptedChatModel.saying()).build();
        agent.close();

        assertThatIllegalStateException().isThrownBy(() -> agent.execute("go")).withMessage("the agent is closed");
    }

    private static ChatResponse response(AiMessage message, @Nullable TokenUsage usage) {
        return ChatResponse.builder().aiMessage(message).tokenUsage(usage).build();
    }
}
