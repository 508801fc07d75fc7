package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.asks;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.execution.Cancellation;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.store.memory.chat.InMemoryChatMemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link TaskAgent} with a model that streams. */
@Timeout(120)
class TaskAgentStreamingTest {

    private final TaskTools tools = new TaskTools();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void release() {
        released.countDown();
        tools.released.countDown();
    }

    private TaskAgent.Builder agent(StreamingChatModel model) {
        return TaskAgent.builder().streamingChatModel(model).tools(tools);
    }

    @Test
    void text_is_told_while_it_comes_and_the_answer_is_whole() {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                asks(call("1", "step", "{}"), call("2", "analyse", "{\"text\": \"a\"}")), stream -> {
                    stream.text("All ");
                    stream.text("done");
                    stream.end(AiMessage.from("All done"));
                });
        List<String> text = new CopyOnWriteArrayList<>();

        TaskResult result = agent(model)
                .listener(event -> {
                    if (event instanceof TaskEvent.TextStreamed part) {
                        text.add(part.text());
                    }
                })
                .build()
                .execute("go");

        assertThat(text).containsExactly("All ", "done");
        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.answer()).isEqualTo("All done");
        assertThat(result.rounds()).hasSize(1);
        assertThat(result.modelRequests()).isEqualTo(2);
        assertThat(model.resultTexts()).containsExactly("1", "1 characters");
    }

    @Test
    void a_model_that_calls_back_on_the_callers_thread_is_as_good() {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                        asks(call("1", "step", "{}")), asks(call("2", "step", "{}")), says("done"))
                .onCallersThread();

        TaskResult result = agent(model).build().execute("go");

        assertThat(result.answer()).isEqualTo("done");
        assertThat(result.rounds()).hasSize(2);
    }

    @Test
    void calls_start_while_the_model_still_writes() {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    stream.call(call("1", "hang", "{}"));
                    Waiting.await(tools.hanging);
                    stream.end(call("1", "hang", "{}"));
                },
                says("done"));

        TaskResult result = agent(model)
                .parallelTools(parallel -> parallel.timeout(Duration.ofMillis(500)))
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.failedCalls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void round_limit_ends_a_task_and_no_call_of_the_next_round_starts(boolean timed) {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(IntStream.range(0, 50)
                .mapToObj(i -> asks(call("c" + i, "step", "{}")))
                .toArray(ScriptedStreamingModel.Reply[]::new));
        TaskAgent.Builder agent = agent(model).maxRounds(10);

        TaskResult result =
                (timed ? agent.timeout(Duration.ofMinutes(5)) : agent).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ROUND_LIMIT);
        assertThat(result.rounds()).hasSize(10);
        assertThat(tools.steps).hasValue(10);
        assertThat(result.modelRequests()).isEqualTo(11);
    }

    @Test
    void a_failing_stream_is_an_error() {
        IllegalStateException broken = new IllegalStateException("connection reset");
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(asks(call("1", "step", "{}")), stream -> {
            stream.text("Al");
            stream.error(broken);
        });

        TaskResult result = agent(model).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).isSameAs(broken);
        assertThat(result.answer()).isEqualTo("Al");
        assertThat(result.rounds()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deadline_ends_a_task_whose_stream_hangs_and_keeps_the_text(boolean onCallersThread) {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(asks(call("1", "step", "{}")), stream -> {
            stream.text("So far so ");
            hanging.countDown();
            Waiting.awaitIgnoringInterrupts(released);
        });

        TaskResult result = Deadlines.after(agent(onCallersThread ? model.onCallersThread() : model), hanging)
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.DEADLINE);
        assertThat(result.answer()).isEqualTo("So far so ");
        assertThat(result.rounds()).hasSize(1);
        assertThat(released.getCount()).isEqualTo(1);
    }

    @Test
    void a_model_that_hangs_on_the_thread_that_asks_is_interrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(stream -> {
                    hanging.countDown();
                    try {
                        Waiting.forInterrupt();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                })
                .onCallersThread();

        TaskResult result = Deadlines.after(agent(model), hanging).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.DEADLINE);
        Waiting.await(interrupted);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancellation_around_a_task_ends_it_while_its_stream_hangs(boolean onCallersThread) throws Exception {
        CountDownLatch interrupted = new CountDownLatch(onCallersThread ? 1 : 0);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(asks(call("1", "step", "{}")), stream -> {
            stream.text("So far so ");
            hanging.countDown();
            try {
                Waiting.await(released);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        TaskAgent agent =
                agent(onCallersThread ? model.onCallersThread() : model).build();
        Cancellation cancellation = new Cancellation();
        Caller caller = Caller.of(() -> cancellation.call(() -> agent.execute("go")));
        Waiting.await(hanging);

        cancellation.cancel();

        TaskResult result = (TaskResult) Objects.requireNonNull(caller.join().returned());
        assertThat(result.end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(result.answer()).isEqualTo("So far so ");
        assertThat(result.rounds()).hasSize(1);
        assertThat(caller.interruptFlag()).isFalse();
        Waiting.await(interrupted);
    }

    @Test
    void deadline_cancels_calls_that_started_before_the_stream_hung() {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(stream -> {
            stream.call(call("1", "hang", "{}"));
            Waiting.awaitIgnoringInterrupts(released);
        });

        TaskResult result = Deadlines.after(agent(model), tools.hanging).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.DEADLINE);
        assertThat(result.rounds()).hasSize(1);
        assertThat(result.failedCalls()).hasSize(1);
    }

    @Test
    void deadline_cancels_a_hanging_tool_and_the_conversation_stays_whole() {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                asks(call("1", "hang", "{}"), call("2", "analyse", "{\"text\": \"a\"}")));
        CountDownLatch responded = new CountDownLatch(1);
        ChatMemory memory = MessageWindowChatMemory.builder()
                .maxMessages(100)
                .chatMemoryStore(new InMemoryChatMemoryStore() {
                    @Override
                    public void updateMessages(Object id, List<ChatMessage> messages) {
                        super.updateMessages(id, messages);
                        if (messages.getLast() instanceof AiMessage) {
                            responded.countDown();
                        }
                    }
                })
                .build();
        CountDownLatch analysed = new CountDownLatch(1);

        TaskResult result = Deadlines.after(
                        Deadlines.telling(agent(model), "analyse", analysed), tools.hanging, analysed, responded)
                .chatMemoryProvider(id -> memory)
                .build()
                .execute("go", "ada");

        assertThat(result.end()).isEqualTo(TaskEnd.DEADLINE);
        assertThat(result.rounds()).hasSize(1);
        assertThat(result.failedCalls())
                .extracting(failed -> failed.call().id())
                .containsExactly("1");
        assertThat(Memory.types(memory))
                .containsExactly(
                        ChatMessageType.SYSTEM,
                        ChatMessageType.USER,
                        ChatMessageType.AI,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.TOOL_EXECUTION_RESULT);
    }

    @Test
    void what_a_model_says_after_the_end_is_not_heard() throws Exception {
        CountDownLatch said = new CountDownLatch(1);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(stream -> {
                    stream.text("one ");
                    hanging.countDown();
                    Waiting.awaitIgnoringInterrupts(released);
                    stream.text("two");
                    stream.end(call("1", "step", "{}"));
                    said.countDown();
                })
                .callingBackAlthoughCancelled();

        TaskResult result = Deadlines.after(agent(model), hanging).build().execute("go");
        released.countDown();
        Waiting.await(said);

        assertThat(result.end()).isEqualTo(TaskEnd.DEADLINE);
        assertThat(result.answer()).isEqualTo("one ");
        assertThat(tools.steps).hasValue(0);
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void interrupt_while_the_stream_hangs_cancels_and_is_kept() throws Exception {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(stream -> {
            hanging.countDown();
            Waiting.awaitIgnoringInterrupts(released);
        });
        TaskAgent agent = agent(model).build();
        Caller caller = Caller.of(() -> agent.execute("go"));
        Waiting.await(hanging);

        caller.interrupt();

        TaskResult result = (TaskResult) Objects.requireNonNull(caller.join().returned());
        assertThat(result.end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(caller.interruptFlag()).isTrue();
    }

    @Test
    void cancelling_the_future_cancels_a_tool_of_a_stream() throws Exception {
        CompletableFuture<TaskResult> ended = new CompletableFuture<>();
        CompletableFuture<TaskResult> future = agent(ScriptedStreamingModel.replying(asks(call("1", "hang", "{}"))))
                .listener(event -> {
                    if (event instanceof TaskEvent.TaskEnded end) {
                        ended.complete(end.result());
                    }
                })
                .build()
                .executeAsync("go");
        Waiting.await(tools.hanging);

        future.cancel(true);

        TaskResult result = ended.get(30, TimeUnit.SECONDS);
        assertThat(result.end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(result.failedCalls()).hasSize(1);
    }
}
