package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Pure;
import dev.interlock.event.RoundEvent;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several tasks on one agent at the same time: each result holds what is its own. */
@Timeout(120)
class TaskAgentTwoAtOnceTest {

    private static final int ROUNDS = 3;

    /** Each round of one task runs at the same time as a round of the other. */
    static final class Together {
        private final CyclicBarrier both = new CyclicBarrier(2);

        @Tool
        @Pure
        String meet(@P(name = "task") String task) throws Exception {
            Waiting.meet(both);
            return "met " + task;
        }
    }

    /** Asks for one call a round that names the task, and answers with the task. */
    private static ChatResponse reply(ChatRequest request) {
        String task = request.messages().stream()
                .filter(UserMessage.class::isInstance)
                .map(message -> ((UserMessage) message).singleText())
                .findFirst()
                .orElseThrow();
        long round = request.messages().stream()
                .filter(ToolExecutionResultMessage.class::isInstance)
                .count();
        AiMessage message = round == ROUNDS
                ? AiMessage.from(task + " is done")
                : calls(call(task + round, "meet", "{\"task\": \"" + task + "\"}"));
        return ChatResponse.builder()
                .aiMessage(message)
                .tokenUsage(new TokenUsage(task.length(), 1))
                .build();
    }

    private static final class Replying implements ChatModel {
        @Override
        public ChatResponse doChat(ChatRequest request) {
            return reply(request);
        }
    }

    private static final class ReplyingStream implements StreamingChatModel {
        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            Thread.ofPlatform().daemon().start(() -> handler.onCompleteResponse(reply(request)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rounds_results_usage_and_events_are_those_of_the_own_task(boolean streaming) throws Exception {
        Map<Long, List<TaskEvent>> events = new ConcurrentHashMap<>();
        TaskAgent.Builder builder = TaskAgent.builder()
                .tools(new Together())
                .listener(event -> events.computeIfAbsent(event.task(), task -> new CopyOnWriteArrayList<>())
                        .add(event));
        TaskAgent agent = (streaming
                        ? builder.streamingChatModel(new ReplyingStream())
                        : builder.chatModel(new Replying()))
                .build();

        CompletableFuture<TaskResult> ada = agent.executeAsync("ada");
        CompletableFuture<TaskResult> barbara = agent.executeAsync("barbara");

        check("ada", ada.get(60, TimeUnit.SECONDS));
        check("barbara", barbara.get(60, TimeUnit.SECONDS));
        assertThat(events).hasSize(2);
        events.values().forEach(TaskAgentTwoAtOnceTest::checkEvents);
    }

    private static void check(String task, TaskResult result) {
        assertThat(result.answer()).isEqualTo(task + " is done");
        assertThat(result.rounds()).hasSize(ROUNDS);
        assertThat(result.calls()).extracting(call -> call.call().id()).containsExactly(task + 0, task + 1, task + 2);
        assertThat(result.modelRequests()).isEqualTo(ROUNDS + 1);
        assertThat(result.tokenUsage().inputTokenCount()).isEqualTo(task.length() * (ROUNDS + 1));
    }

    private static void checkEvents(List<TaskEvent> events) {
        String task = ((TaskEvent.TaskStarted) events.get(0)).text();
        List<ToolCall> started = new ArrayList<>();
        for (TaskEvent event : events) {
            if (event instanceof TaskEvent.RoundProgress progress
                    && progress.event() instanceof RoundEvent.CallStarted call) {
                started.add(call.call());
            }
        }
        assertThat(started).extracting(ToolCall::id).containsExactly(task + 0, task + 1, task + 2);
        assertThat(events.get(events.size() - 1)).isInstanceOf(TaskEvent.TaskEnded.class);
    }

    /** A tool that hands a part of its task to the same agent. */
    static final class Delegating {
        private TaskAgent agent = TaskAgent.builder().chatModel(new Replying()).build();
        private final List<TaskResult> inner = new CopyOnWriteArrayList<>();

        @Tool
        String delegate() {
            TaskResult result = agent.execute("inner");
            inner.add(result);
            return result.end().name();
        }

        @Tool
        @Pure
        String meet(@P(name = "task") String task) {
            return "met " + task;
        }
    }

    @Test
    void a_task_within_a_tool_is_a_task_of_its_own() {
        ScriptedChatModel outer = ScriptedChatModel.asking(call("1", "delegate", "{}"));
        ChatModel model = new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                boolean isInner = request.messages().stream()
                        .anyMatch(message -> message instanceof UserMessage user
                                && user.singleText().equals("inner"));
                return isInner ? reply(request) : outer.doChat(request);
            }
        };
        Delegating tools = new Delegating();
        TaskAgent agent = TaskAgent.builder().chatModel(model).tools(tools).build();
        tools.agent = agent;

        TaskResult result = agent.execute("outer");

        assertThat(result.rounds()).hasSize(1);
        assertThat(result.modelRequests()).isEqualTo(2);
        assertThat(outer.resultTexts()).containsExactly("ANSWER");
        assertThat(tools.inner).hasSize(1);
        assertThat(tools.inner.get(0).rounds()).hasSize(ROUNDS);
    }
}
