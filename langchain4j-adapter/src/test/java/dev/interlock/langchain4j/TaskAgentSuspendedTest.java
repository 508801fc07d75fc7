package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.durable.Decision;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that are suspended and resumed. */
@Timeout(60)
class TaskAgentSuspendedTest {

    private static final ToolExecutionRequest LOOK = call("a", "balance", "{\"id\": \"1\"}");
    private static final ToolExecutionRequest PAY = call("b", "pay", "{\"to\": \"2\", \"amount\": 30}");
    private static final AiMessage DONE = AiMessage.from("done");

    private final PayDesk desk = new PayDesk();

    private TaskAgent.Builder agent(ScriptedChatModel model) {
        return TaskAgent.builder().chatModel(model).tools(desk).parallelTools(PayDesk::waitIn);
    }

    private static SuspendedTask kept(TaskResult result) {
        assertThat(result.end()).isEqualTo(TaskEnd.SUSPENDED);
        assertThat(result.isAnswered()).isFalse();
        assertThat(result.error()).isNull();
        return SuspendedTask.fromJson(Objects.requireNonNull(result.suspended()).toJson());
    }

    @Test
    void task_of_its_own_goes_on_with_its_memory_in_another_agent() {
        ScriptedChatModel first = ScriptedChatModel.saying(calls(LOOK), calls(PAY));
        SuspendedTask suspended = kept(agent(first).build().execute("Pay 30"));
        ScriptedChatModel second = ScriptedChatModel.saying(DONE);

        TaskResult result = agent(second).build().resume(suspended, Map.of(0, Decision.approved()));

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.answer()).isEqualTo("done");
        assertThat(result.suspended()).isNull();
        assertThat(result.modelRequests()).isEqualTo(3);
        assertThat(second.resultTexts()).containsExactly("100 on 1", "paid 30 to 2");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
        assertThat(result.rounds()).hasSize(2);
        assertThat(result.calls())
                .extracting(CallResult::call)
                .extracting(call -> call.tool())
                .containsExactly("balance", "pay");
        assertThat(result.failedCalls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void conversation_goes_on_wherever_its_memory_is(boolean stored) {
        PayDesk.TextStore store = new PayDesk.TextStore();
        Object conversation = stored ? "7" : UUID.randomUUID();
        TaskAgent.Builder first = agent(ScriptedChatModel.saying(DONE, calls(PAY)));
        TaskAgent.Builder second = agent(ScriptedChatModel.saying(DONE, AiMessage.from("and more")));
        if (stored) {
            first.chatMemoryProvider(store::memory);
            second.chatMemoryProvider(store::memory);
        }
        TaskAgent before = first.build();
        assertThat(before.execute("Hello", conversation).isAnswered()).isTrue();
        SuspendedTask suspended = kept(before.execute("Pay 30", conversation));
        assertThat(suspended.conversation()).isEqualTo(conversation);
        assertThat(suspended.memory().isEmpty()).isEqualTo(stored);
        TaskAgent after = second.build();

        assertThat(after.resume(suspended, Map.of("b", Decision.approved())).isAnswered())
                .isTrue();
        assertThat(after.execute("More?", conversation).answer()).isEqualTo("and more");

        TaskResult again = after.resume(suspended, Map.of("b", Decision.approved()));
        assertThat(again.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(again.error()).isInstanceOf(IllegalStateException.class).hasMessageContaining("cannot be resumed");
        assertThat(desk.log).containsExactly("pay 2 30");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true"})
    void agent_that_streams_or_asks_on_another_thread_is_suspended_and_resumed(boolean streams, boolean limited) {
        SuspendedTask suspended = kept(agent(streams, limited, calls(LOOK, PAY)).execute("Pay 30"));

        TaskResult result = agent(streams, limited, DONE).resume(suspended, Map.of(1, Decision.approved()));

        assertThat(result.answer()).isEqualTo("done");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
    }

    private TaskAgent agent(boolean streams, boolean limited, AiMessage says) {
        TaskAgent.Builder agent = streams
                ? TaskAgent.builder()
                        .streamingChatModel(ScriptedStreamingModel.replying(stream -> stream.end(says)))
                        .tools(desk)
                        .parallelTools(PayDesk::waitIn)
                : agent(ScriptedChatModel.saying(says));
        return (limited ? agent.timeout(Duration.ofMinutes(1)) : agent).build();
    }

    @Test
    void rounds_before_count_for_the_limit() {
        SuspendedTask suspended = kept(agent(ScriptedChatModel.saying(calls(LOOK), calls(PAY)))
                .maxRounds(2)
                .build()
                .execute("Pay 30"));
        ScriptedChatModel second = ScriptedChatModel.saying(calls(call("c", "balance", "{\"id\": \"2\"}")));

        TaskResult result = agent(second).maxRounds(2).build().resume(suspended, Map.of(0, Decision.approved()));

        assertThat(result.end()).isEqualTo(TaskEnd.ROUND_LIMIT);
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
    }

    @Test
    void typed_answer_and_second_suspension() {
        SuspendedTask suspended =
                kept(agent(ScriptedChatModel.saying(calls(PAY, call("c", "pay", "{\"to\": \"3\", \"amount\": 1}"))))
                        .build()
                        .execute("Pay", Integer.class)
                        .result());
        SuspendedTask again = kept(agent(ScriptedChatModel.saying())
                .build()
                .resume(suspended, Map.of(0, Decision.refused("no")), Integer.class)
                .result());
        assertThat(again.round().pending()).containsExactly(1);

        TypedTaskResult<Integer> result = agent(ScriptedChatModel.saying(AiMessage.from("1")))
                .build()
                .resume(again, Map.of(1, Decision.approved()), Integer.class);

        assertThat(result.value()).isEqualTo(1);
        assertThat(desk.log).containsExactly("pay 3 1");
    }

    @Test
    void listener_hears_how_it_ended_and_wrong_decision_throws() {
        List<TaskEnd> ends = new CopyOnWriteArrayList<>();
        TaskAgent agent = agent(ScriptedChatModel.saying(calls(PAY), DONE))
                .listener(event -> {
                    if (event instanceof TaskEvent.TaskEnded ended) {
                        ends.add(ended.result().end());
                    }
                })
                .build();
        SuspendedTask suspended = kept(agent.execute("Pay"));

        assertThatThrownBy(() -> agent.resume(suspended, Map.of(3, Decision.approved())))
                .isInstanceOf(IllegalArgumentException.class);
        agent.resume(suspended, Map.of(0, Decision.approved()));

        assertThat(ends).containsExactly(TaskEnd.SUSPENDED, TaskEnd.ANSWER);
    }
}
