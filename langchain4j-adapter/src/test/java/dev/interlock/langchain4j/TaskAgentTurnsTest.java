package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.execution.Cancellation;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The turns of the tasks of a conversation, forgetting it, and those that cannot have a turn. */
@Timeout(120)
class TaskAgentTurnsTest {

    private static final ChatMessageType SYSTEM = ChatMessageType.SYSTEM;
    private static final ChatMessageType USER = ChatMessageType.USER;
    private static final ChatMessageType AI = ChatMessageType.AI;
    private static final ChatMessageType RESULT = ChatMessageType.TOOL_EXECUTION_RESULT;

    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicReference<@Nullable TaskAgent> made = new AtomicReference<>();
    private final List<List<ChatMessageType>> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void release() {
        released.countDown();
    }

    private TaskAgent agent() {
        return Objects.requireNonNull(made.get());
    }

    private TaskAgent make(TaskAgent.Builder builder) {
        TaskAgent agent = builder.build();
        made.set(agent);
        return agent;
    }

    /** Calls the tool when the user has spoken, and is done when it has the result; all requests are recorded. */
    private AiMessage reply(ChatRequest request, String tool) {
        List<ChatMessage> messages = request.messages();
        asked.add(messages.stream().map(ChatMessage::type).toList());
        return messages.get(messages.size() - 1).type() == USER ? calls(call("1", tool, "{}")) : AiMessage.from("done");
    }

    private static ChatModel model(Function<ChatRequest, AiMessage> reply) {
        return new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                return ChatResponse.builder().aiMessage(reply.apply(request)).build();
            }
        };
    }

    private static StreamingChatModel streaming(Function<ChatRequest, AiMessage> reply) {
        return new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                handler.onCompleteResponse(
                        ChatResponse.builder().aiMessage(reply.apply(request)).build());
            }
        };
    }

    private TaskAgent.Builder calling(CodedTool.Body body, boolean streaming) {
        var tool = CodedTool.tool("tool", body);
        TaskAgent.Builder builder = TaskAgent.builder().tools(Map.of(tool.toolSpecification(), tool.toolExecutor()));
        return streaming
                ? builder.streamingChatModel(streaming(request -> reply(request, "tool")))
                : builder.chatModel(model(request -> reply(request, "tool")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_conversation_that_is_forgotten_during_a_task_is_forgotten_after_it(boolean streaming) {
        List<Boolean> known = new CopyOnWriteArrayList<>();
        TaskAgent agent = make(calling(
                request -> {
                    known.add(agent().forget("ada"));
                    return "forgotten";
                },
                streaming));

        assertThat(agent.execute("one", "ada").answer()).isEqualTo("done");
        assertThat(agent.forget("ada")).isFalse();
        assertThat(agent.execute("two", "ada").answer()).isEqualTo("done");

        assertThat(known).containsExactly(true, true);
        assertThat(asked)
                .containsExactly(
                        List.of(SYSTEM, USER), List.of(SYSTEM, USER, AI, RESULT),
                        List.of(SYSTEM, USER), List.of(SYSTEM, USER, AI, RESULT));
    }

    @Test
    void a_conversation_is_forgotten_between_the_tasks_given_before_and_those_given_later() throws Exception {
        TaskAgent agent = make(calling(
                request -> {
                    hanging.countDown();
                    Waiting.await(released);
                    return "released";
                },
                false));
        CompletableFuture<TaskResult> one = agent.executeAsync("one", "ada");
        Waiting.await(hanging);
        CompletableFuture<TaskResult> two = agent.executeAsync("two", "ada");
        assertThat(agent.forget("ada")).isTrue();
        CompletableFuture<TaskResult> three = agent.executeAsync("three", "ada");
        released.countDown();

        assertThat(three.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(one.join().isAnswered()).isTrue();
        assertThat(two.join().isAnswered()).isTrue();
        assertThat(asked)
                .containsExactly(
                        List.of(SYSTEM, USER),
                        List.of(SYSTEM, USER, AI, RESULT),
                        List.of(SYSTEM, USER, AI, RESULT, AI, USER),
                        List.of(SYSTEM, USER, AI, RESULT, AI, USER, AI, RESULT),
                        List.of(SYSTEM, USER),
                        List.of(SYSTEM, USER, AI, RESULT));
    }

    @Test
    void a_tool_cannot_wait_for_a_conversation_that_is_to_be_forgotten_after_it() {
        TaskAgent agent = make(calling(
                        request -> {
                            agent().forget("ada");
                            return agent().execute("inner", "ada").answer();
                        },
                        false)
                .timeout(Duration.ofSeconds(60)));

        assertThat(agent.execute("outer", "ada").failedCalls().get(0).outcome().message())
                .contains("conversation 'ada' waits for the tool call");
    }

    @Test
    void a_tool_cannot_have_a_task_of_its_own_conversation_executed_later_either() {
        TaskAgent agent = make(calling(
                request -> {
                    var unused = agent().executeAsync("inner", "ada");
                    return "later";
                },
                false));

        assertThat(agent.execute("outer", "ada").failedCalls()).hasSize(1);
    }

    /** Goes on with the memory of the task. */
    final class Going {
        @Tool
        String tool(@ToolMemoryId String id) {
            return String.valueOf(agent().execute("inner", id).answer());
        }
    }

    @Test
    void a_tool_cannot_have_a_task_executed_in_the_memory_of_its_own_without_a_conversation() {
        TaskAgent agent =
                make(TaskAgent.builder().tools(new Going()).chatModel(model(request -> reply(request, "tool"))));

        TaskResult result = agent.execute("outer");

        assertThat(result.answer()).isEqualTo("done");
        assertThat(result.failedCalls().get(0).outcome().message()).contains("waits for the tool call");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_model_cannot_wait_for_the_conversation_that_waits_for_it(boolean streaming) {
        Function<ChatRequest, AiMessage> reply = request ->
                AiMessage.from(String.valueOf(agent().execute("inner", "ada").answer()));
        TaskAgent.Builder builder = TaskAgent.builder().timeout(Duration.ofSeconds(60));
        TaskAgent agent =
                make(streaming ? builder.streamingChatModel(streaming(reply)) : builder.chatModel(model(reply)));

        TaskResult result = agent.execute("outer", "ada");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).hasMessageContaining("conversation 'ada' waits for the tool call");
    }

    /** The id of a conversation that nothing can find. */
    private static final class NoHash {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            throw new UnsupportedOperationException("no hash");
        }
    }

    @Test
    void a_task_that_cannot_come_leaves_nothing_behind_in_the_cancellation_around_it() throws Exception {
        Cancellation cancellation = new Cancellation();
        TaskAgent agent = make(calling(request -> "", false));

        assertThatThrownBy(() -> cancellation.run(() -> agent.execute("go", new NoHash())))
                .hasMessage("no hash");

        Field signal = Cancellation.class.getDeclaredField("signal");
        signal.setAccessible(true);
        Field watches = signal.getType().getDeclaredField("watches");
        watches.setAccessible(true);
        assertThat((Collection<?>) watches.get(signal.get(cancellation))).isEmpty();
    }
}
