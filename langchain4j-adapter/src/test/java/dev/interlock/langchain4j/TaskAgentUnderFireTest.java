package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.interlock.execution.ContextPropagator;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link TaskAgent} among models, listeners, propagators and callers that misbehave. */
@Timeout(120)
class TaskAgentUnderFireTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final TaskTools tools = new TaskTools();

    @AfterEach
    void release() {
        released.countDown();
        tools.released.countDown();
    }

    private interface Asked {
        @Nullable
        ChatResponse by(ChatRequest request) throws Exception;
    }

    @SuppressWarnings("NullAway") // what a model must not do
    private static ChatModel model(Asked asked) {
        return new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                try {
                    return asked.by(request);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public ChatResponse chat(ChatRequest request) {
                return doChat(request);
            }
        };
    }

    private static ChatResponse says(String text) {
        return ChatResponse.builder().aiMessage(AiMessage.from(text)).build();
    }

    private static TaskResult result(Caller caller) throws InterruptedException {
        return (TaskResult) Objects.requireNonNull(caller.join().returned());
    }

    // Models.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_model_that_gives_nothing_is_an_error_that_says_so(boolean timed) {
        TaskAgent.Builder agent = TaskAgent.builder().chatModel(model(request -> null));

        TaskResult result = (timed ? agent.timeout(LONG) : agent).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).hasMessage("the model gave no response");
        assertThat(result.modelRequests()).isEqualTo(1);
    }

    @Test
    void an_error_on_the_models_own_thread_is_an_error_too() {
        StackOverflowError error = new StackOverflowError();
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model(request -> {
                    throw error;
                }))
                .timeout(LONG)
                .build();

        TaskResult result = agent.execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).isSameAs(error);
    }

    @Test
    void a_stream_that_fails_and_then_ends_has_failed() {
        IllegalStateException broken = new IllegalStateException("connection reset");
        StreamingChatModel model = new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                handler.onError(broken);
                handler.onError(new IllegalStateException("again"));
                handler.onCompleteResponse(ChatResponse.builder()
                        .aiMessage(calls(call("1", "step", "{}")))
                        .build());
            }
        };

        TaskResult result = TaskAgent.builder()
                .streamingChatModel(model)
                .tools(tools)
                .build()
                .execute("go");

        assertThat(result.error()).isSameAs(broken);
        assertThat(result.rounds()).isEmpty();
        assertThat(tools.steps).hasValue(0);
    }

    @Test
    void a_stream_that_is_stopped_before_its_thread_is_known_has_it_interrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        TaskSettings settings = new TaskSettings(1, null, List.of(), List.of());
        TaskStream stream = new TaskStream(new TaskRun(settings, "go", null, null, true), new Deaf());

        stream.end(new IllegalStateException("over"));
        stream.askedOn(Thread.ofVirtual().start(() -> {
            try {
                Waiting.forInterrupt();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }));

        Waiting.await(interrupted);
    }

    private static final class Deaf implements StreamingChatResponseHandler {
        @Override
        public void onCompleteResponse(ChatResponse completeResponse) {}

        @Override
        public void onError(Throwable error) {}
    }

    @Test
    void a_model_that_hangs_after_the_callback_during_which_its_task_ended_is_interrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicReference<TaskAgent> closing = new AtomicReference<>();
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(stream -> {
                    stream.text("So far ");
                    try {
                        Waiting.forInterrupt();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                })
                .callingBackAlthoughCancelled()
                .onCallersThread();
        TaskAgent agent = TaskAgent.builder()
                .streamingChatModel(model)
                .timeout(LONG)
                .listener(event -> {
                    if (event instanceof TaskEvent.TextStreamed) {
                        Objects.requireNonNull(closing.get()).close();
                        await().until(() -> hanging.getCount() == 0);
                    }
                })
                .build();
        closing.set(agent);
        AtomicReference<Thread> thread = new AtomicReference<>();
        Caller caller = Caller.of(() -> {
            thread.set(Thread.currentThread());
            return agent.execute("go");
        });
        await().until(() -> isWaitingWithLimit(thread.get()));

        hanging.countDown();

        assertThat(result(caller).end()).isEqualTo(TaskEnd.CANCELLED);
        Waiting.await(interrupted);
    }

    /** The task was stopped, and waits for a callback that is in progress. */
    private static boolean isWaitingWithLimit(@Nullable Thread thread) {
        return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
    }

    @Test
    void interrupt_while_a_stopped_stream_ends_is_kept() throws Exception {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(stream -> stream.text("So far "));
        AtomicReference<Thread> thread = new AtomicReference<>();
        TaskAgent agent = TaskAgent.builder()
                .streamingChatModel(model)
                .timeout(SHORT)
                .listener(event -> {
                    if (event instanceof TaskEvent.TextStreamed) {
                        Waiting.awaitIgnoringInterrupts(released);
                    }
                })
                .build();
        Caller caller = Caller.of(() -> {
            thread.set(Thread.currentThread());
            return agent.execute("go");
        });
        await().until(() -> isWaitingWithLimit(thread.get()));

        caller.interrupt();

        assertThat(result(caller).end()).isEqualTo(TaskEnd.DEADLINE);
        assertThat(caller.interruptFlag()).isTrue();
    }

    @Test
    void closing_the_agent_interrupts_a_model_on_the_callers_thread_and_leaves_no_flag() throws Exception {
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model(request -> {
                    hanging.countDown();
                    Waiting.forInterrupt();
                    return says("never");
                }))
                .build();
        Caller caller = Caller.of(() -> agent.execute("go"));
        Waiting.await(hanging);

        agent.close();

        assertThat(result(caller).end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(caller.interruptFlag()).isFalse();
    }

    // Context.

    /** Works on the first thread, and fails on those to which it is to carry something. */
    private record FailingPropagator() implements ContextPropagator {
        @Override
        public Captured capture() {
            return new Captured() {
                @Override
                public <T extends @Nullable Object> T call(Callable<T> body) {
                    throw new IllegalStateException("no context");
                }
            };
        }
    }

    @Test
    void a_propagator_that_fails_on_the_models_thread_is_an_error() {
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model(request -> says("never")))
                .contextPropagator(new FailingPropagator())
                .timeout(LONG)
                .build();

        TaskResult result = agent.execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).hasMessage("no context");
    }

    @Test
    void a_propagator_that_fails_on_a_streaming_models_thread_is_an_error() {
        TaskAgent agent = TaskAgent.builder()
                .streamingChatModel(ScriptedStreamingModel.replying())
                .contextPropagator(new FailingPropagator())
                .timeout(LONG)
                .build();

        TaskResult result = agent.execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).hasMessage("no context");
    }

    @Test
    void a_propagator_that_fails_on_an_async_tasks_thread_completes_the_future() {
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model(request -> says("never")))
                .contextPropagator(new FailingPropagator())
                .build();

        assertThatThrownBy(() -> agent.executeAsync("go", "ada").get(30, TimeUnit.SECONDS))
                .hasRootCauseMessage("no context");
    }

    // Limits.

    @Test
    void a_limit_of_time_may_be_longer_than_nanoseconds_can_count() {
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model(request -> says("done")))
                .timeout(Duration.ofSeconds(Long.MAX_VALUE))
                .build();

        assertThat(agent.execute("go").answer()).isEqualTo("done");
    }

    // Futures.

    @Test
    void a_future_that_is_completed_from_outside_ends_its_task() throws Exception {
        CompletableFuture<TaskResult> ended = new CompletableFuture<>();
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model(request -> {
                    hanging.countDown();
                    Waiting.forInterrupt();
                    return says("never");
                }))
                .listener(event -> {
                    if (event instanceof TaskEvent.TaskEnded end) {
                        ended.complete(end.result());
                    }
                })
                .build();
        CompletableFuture<TaskResult> future = agent.executeAsync("go");
        Waiting.await(hanging);

        future.orTimeout(1, TimeUnit.MILLISECONDS);

        assertThat(ended.get(30, TimeUnit.SECONDS).end()).isEqualTo(TaskEnd.CANCELLED);
    }

    // Conversations.

    private static List<String> userTexts(List<ChatMessage> messages) {
        return messages.stream()
                .filter(UserMessage.class::isInstance)
                .map(message -> ((UserMessage) message).singleText())
                .toList();
    }

    /** Each request is recorded; the first waits until it is released. */
    private ChatModel holdingTheFirst(List<List<String>> asked) {
        return model(request -> {
            asked.add(userTexts(request.messages()));
            if (asked.size() == 1) {
                hanging.countDown();
                Waiting.await(released);
            }
            return says("done");
        });
    }

    @Test
    void tasks_of_one_conversation_are_executed_one_after_another() throws Exception {
        List<List<String>> asked = new CopyOnWriteArrayList<>();
        TaskAgent agent = TaskAgent.builder().chatModel(holdingTheFirst(asked)).build();

        CompletableFuture<TaskResult> one = agent.executeAsync("one", "ada");
        Waiting.await(hanging);
        CompletableFuture<TaskResult> two = agent.executeAsync("two", "ada");
        CompletableFuture<TaskResult> three = agent.executeAsync("three", "ada");
        assertThat(agent.execute("elsewhere", "bob").isAnswered()).isTrue();
        released.countDown();

        assertThat(one.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(three.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(two.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(asked)
                .containsExactly(
                        List.of("one"), List.of("elsewhere"), List.of("one", "two"), List.of("one", "two", "three"));
    }

    @Test
    void a_task_that_is_cancelled_while_it_waits_for_its_turn_leaves_the_others_theirs() throws Exception {
        List<List<String>> asked = new CopyOnWriteArrayList<>();
        TaskAgent agent = TaskAgent.builder().chatModel(holdingTheFirst(asked)).build();
        CompletableFuture<TaskResult> one = agent.executeAsync("one", "ada");
        Waiting.await(hanging);
        Caller two = Caller.of(() -> agent.execute("two", "ada"));
        two.interrupt();
        assertThat(result(two).end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(two.interruptFlag()).isTrue();

        CompletableFuture<TaskResult> three = agent.executeAsync("three", "ada");
        assertThat(asked).hasSize(1);
        released.countDown();

        assertThat(one.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(three.get(30, TimeUnit.SECONDS).isAnswered()).isTrue();
        assertThat(asked).containsExactly(List.of("one"), List.of("one", "three"));
    }

    @Test
    void a_task_that_was_cancelled_is_followed_by_the_next_of_its_conversation() {
        List<List<String>> asked = new CopyOnWriteArrayList<>();
        TaskAgent agent = TaskAgent.builder().chatModel(holdingTheFirst(asked)).build();
        CompletableFuture<TaskResult> one = agent.executeAsync("one", "ada");
        await().until(() -> hanging.getCount() == 0);

        one.cancel(true);

        assertThat(agent.execute("two", "ada").answer()).isEqualTo("done");
    }

    @Test
    void a_tool_cannot_wait_for_the_conversation_that_waits_for_it() {
        AtomicReference<TaskAgent> agent = new AtomicReference<>();
        var again = CodedTool.tool("again", request -> {
            TaskAgent same = Objects.requireNonNull(agent.get());
            return same.execute("inner", "bob").end() + " " + same.execute("inner", "ada");
        });
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "again", "{}")), AiMessage.from("inner done"), AiMessage.from("done"));
        agent.set(TaskAgent.builder()
                .chatModel(model)
                .tools(Map.of(again.toolSpecification(), again.toolExecutor()))
                .timeout(LONG)
                .build());

        TaskResult result = Objects.requireNonNull(agent.get()).execute("outer", "ada");

        assertThat(result.answer()).isEqualTo("done");
        assertThat(result.failedCalls().get(0).outcome().message())
                .contains("conversation 'ada' waits for this call; a task of it cannot be executed now");
    }

    @Test
    void a_listener_may_go_on_with_the_conversation_at_the_end_of_a_task() {
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from("one done"), AiMessage.from("two done"));
        AtomicReference<TaskAgent> agent = new AtomicReference<>();
        List<TaskResult> next = new CopyOnWriteArrayList<>();
        agent.set(TaskAgent.builder()
                .chatModel(model)
                .listener(event -> {
                    if (event instanceof TaskEvent.TaskEnded && model.requests().size() == 1) {
                        next.add(Objects.requireNonNull(agent.get()).execute("two", "ada"));
                    }
                })
                .build());

        Objects.requireNonNull(agent.get()).execute("one", "ada");

        assertThat(next).extracting(TaskResult::answer).containsExactly("two done");
    }

    @Test
    void tools_of_two_conversations_that_would_wait_for_each_other_do_not() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicReference<TaskAgent> agent = new AtomicReference<>();
        var delegate = CodedTool.tool("delegate", request -> {
            both.await();
            String other = request.arguments().contains("bob") ? "bob" : "ada";
            return Objects.requireNonNull(agent.get()).execute("inner", other).end() + "";
        });
        agent.set(TaskAgent.builder()
                .chatModel(model(request -> {
                    List<String> said = userTexts(request.messages());
                    String task = said.get(said.size() - 1);
                    boolean goesOn = request.messages().get(request.messages().size() - 1) instanceof UserMessage;
                    return goesOn && !task.equals("inner")
                            ? ChatResponse.builder()
                                    .aiMessage(calls(call("1", "delegate", "{\"id\":\"" + task + "\"}")))
                                    .build()
                            : says("done");
                }))
                .tools(Map.of(delegate.toolSpecification(), delegate.toolExecutor()))
                .build());

        CompletableFuture<TaskResult> one = Objects.requireNonNull(agent.get()).executeAsync("bob", "ada");
        CompletableFuture<TaskResult> two = Objects.requireNonNull(agent.get()).executeAsync("ada", "bob");

        List<TaskResult> results = List.of(one.get(30, TimeUnit.SECONDS), two.get(30, TimeUnit.SECONDS));
        assertThat(results).extracting(TaskResult::answer).containsExactly("done", "done");
        assertThat(results).flatExtracting(TaskResult::failedCalls).hasSize(1);
    }

    @Test
    void causes_that_go_round_in_circles_end() {
        RuntimeException outer = new IllegalStateException("outer");
        outer.initCause(new IllegalStateException("inner", outer));
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model(request -> {
                    throw outer;
                }))
                .build();

        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThat(agent.execute("go").end()).isEqualTo(TaskEnd.ERROR));
    }

    @Test
    void interrupt_of_a_streaming_model_on_the_callers_thread_that_clears_the_flag_is_kept() throws Exception {
        StreamingChatModel model = new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                try {
                    hanging.countDown();
                    Waiting.forInterrupt();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        TaskAgent agent = TaskAgent.builder().streamingChatModel(model).build();
        Caller caller = Caller.of(() -> agent.execute("go"));
        Waiting.await(hanging);

        caller.interrupt();

        assertThat(result(caller).end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(caller.interruptFlag()).isTrue();
    }

    @Test
    void a_response_that_is_completed_again_while_its_calls_run_is_executed_once() throws Exception {
        AtomicInteger executed = new AtomicInteger();
        var tool = CodedTool.tool("hold", request -> {
            executed.incrementAndGet();
            hanging.countDown();
            Waiting.await(released);
            return "held";
        });
        StreamingChatModel model = new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                boolean first = request.messages().get(request.messages().size() - 1) instanceof UserMessage;
                ChatResponse response = first
                        ? ChatResponse.builder()
                                .aiMessage(calls(call("1", "hold", "{}")))
                                .build()
                        : says("done");
                if (!first) {
                    handler.onCompleteResponse(response);
                    return;
                }
                Thread.ofVirtual().start(() -> handler.onCompleteResponse(response));
                await().until(() -> hanging.getCount() == 0);
                Thread again = Thread.ofVirtual().start(() -> handler.onCompleteResponse(response));
                await().until(() -> !again.isAlive() || executed.get() == 2);
                released.countDown();
            }
        };
        TaskAgent agent = TaskAgent.builder()
                .streamingChatModel(model)
                .tools(Map.of(tool.toolSpecification(), tool.toolExecutor()))
                .timeout(LONG)
                .build();

        TaskResult result = agent.execute("go");

        assertThat(result.answer()).isEqualTo("done");
        assertThat(executed).hasValue(1);
        assertThat(result.modelRequests()).isEqualTo(2);
    }
}
