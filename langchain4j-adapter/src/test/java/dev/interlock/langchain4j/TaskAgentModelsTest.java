package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link TaskAgent} among models and callers that misbehave. */
@Timeout(120)
class TaskAgentModelsTest extends MisbehavingModels {

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
        TaskAgent agent = Deadlines.after(TaskAgent.builder().streamingChatModel(model), hanging)
                .listener(event -> {
                    if (event instanceof TaskEvent.TextStreamed) {
                        hanging.countDown();
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

    // Limits.

    @Test
    void a_limit_of_time_may_be_longer_than_nanoseconds_can_count() {
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model(request -> says("done")))
                .timeout(Duration.ofSeconds(Long.MAX_VALUE))
                .build();

        assertThat(agent.execute("go").answer()).isEqualTo("done");
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
