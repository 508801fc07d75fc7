package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.Outcome;
import dev.interlock.execution.Cancellation;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that end before their answer: by their deadline, or by a cancel. */
@Timeout(120)
class TaskAgentEndTest extends HangingTasks {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);

    // Deadlines.

    @Test
    void deadline_cancels_a_hanging_tool_and_keeps_the_rounds() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "step", "{}")),
                calls(call("2", "hang", "{}"), call("3", "analyse", "{\"text\": \"a\"}")));
        ChatMemory memory = Memory.ofManyMessages();
        CountDownLatch analysed = new CountDownLatch(1);

        TaskResult result = Deadlines.after(
                        Deadlines.telling(agent(model), "analyse", analysed), tools.hanging, analysed)
                .chatMemoryProvider(id -> memory)
                .build()
                .execute("go", "ada");

        assertThat(result.end()).isEqualTo(TaskEnd.DEADLINE);
        assertThat(result.error()).isNull();
        assertThat(result.answer()).isNull();
        assertThat(result.rounds()).hasSize(2);
        assertThat(result.failedCalls())
                .extracting(failed -> failed.call().id())
                .containsExactly("2");
        assertThat(result.rounds().get(1).results().get(1).isSuccess()).isTrue();
        assertThat(model.requests()).hasSize(2);
        assertThat(Memory.results(memory)).hasSize(3);
        assertThat(Memory.types(memory)).endsWith(ChatMessageType.TOOL_EXECUTION_RESULT);
    }

    @Test
    void deadline_does_not_wait_for_a_tool_that_ignores_interrupts() {
        ScriptedChatModel model = ScriptedChatModel.saying(calls(call("1", "hangForGood", "{}")));

        TaskResult result = Deadlines.after(agent(model), tools.hanging).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.DEADLINE);
        assertThat(result.failedCalls()).hasSize(1);
        assertThat(tools.released.getCount()).isEqualTo(1);
    }

    @Test
    void deadline_is_one_of_the_clock() {
        hangingModel.first = false;

        TaskResult result = agent(hangingModel).timeout(SHORT).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.DEADLINE);
        assertThat(result.elapsed()).isGreaterThanOrEqualTo(SHORT);
    }

    @Test
    void deadline_ends_a_task_whose_model_hangs() {
        TaskResult result = Deadlines.after(agent(hangingModel), hangingModel.hanging)
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.DEADLINE);
        assertThat(result.rounds()).hasSize(1);
        assertThat(result.modelRequests()).isEqualTo(2);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        await().until(() -> !Objects.requireNonNull(hangingModel.thread.get()).isAlive());
    }

    @Test
    void deadline_does_not_wait_for_a_model_that_ignores_interrupts() {
        hangingModel.deaf = true;

        TaskResult result = Deadlines.after(agent(hangingModel), hangingModel.hanging)
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.DEADLINE);
        assertThat(result.rounds()).hasSize(1);
        assertThat(hangingModel.released.getCount()).isEqualTo(1);
    }

    @Test
    void a_task_in_time_is_not_touched_by_its_deadline() {
        TaskResult result = agent(ScriptedChatModel.asking(call("1", "step", "{}")))
                .timeout(LONG)
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.answer()).isEqualTo("done");
    }

    // Cancellation.

    @Test
    void cancellation_around_a_task_ends_it_while_a_tool_runs() throws Exception {
        ScriptedChatModel model = ScriptedChatModel.saying(calls(call("1", "hang", "{}"), call("2", "step", "{}")));
        Cancellation cancellation = new Cancellation();
        TaskAgent agent = agent(model).build();
        Caller caller = Caller.of(() -> cancellation.call(() -> agent.execute("go")));
        Waiting.await(tools.hanging);

        cancellation.cancel("the user pressed stop");

        TaskResult result = join(caller);
        assertThat(result.end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(result.failedCalls().get(0).outcome().message()).contains("the user pressed stop");
        assertThat(model.requests()).hasSize(1);
        assertThat(caller.interruptFlag()).isFalse();
    }

    @Test
    void cancellation_around_a_task_ends_it_while_the_model_hangs() throws Exception {
        Cancellation cancellation = new Cancellation();
        TaskAgent agent = agent(hangingModel).build();
        Caller caller = Caller.of(() -> cancellation.call(() -> agent.execute("go")));
        Waiting.await(hangingModel.hanging);

        cancellation.cancel("the user pressed stop");

        TaskResult result = join(caller);
        assertThat(result.end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(result.error()).isNull();
        assertThat(result.rounds()).hasSize(1);
        assertThat(caller.interruptFlag()).isFalse();
        await().until(() -> !Objects.requireNonNull(hangingModel.thread.get()).isAlive());
    }

    @Test
    void cancellation_around_a_task_does_not_wait_for_a_model_that_ignores_interrupts() throws Exception {
        hangingModel.deaf = true;
        Cancellation outer = new Cancellation();
        TaskAgent agent = agent(hangingModel).build();
        Caller caller = Caller.of(() -> outer.call(() -> new Cancellation().call(() -> agent.execute("go"))));
        Waiting.await(hangingModel.hanging);

        outer.cancel();

        assertThat(join(caller).end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(hangingModel.released.getCount()).isEqualTo(1);
    }

    @Test
    void cancellation_around_the_start_of_an_async_task_ends_it_while_the_model_hangs() throws Exception {
        Cancellation cancellation = new Cancellation();
        TaskAgent agent = agent(hangingModel).build();
        CompletableFuture<TaskResult> future = cancellation.call(() -> agent.executeAsync("go"));
        Waiting.await(hangingModel.hanging);

        cancellation.cancel();

        assertThat(future.get(30, TimeUnit.SECONDS).end()).isEqualTo(TaskEnd.CANCELLED);
    }

    @Test
    void a_task_that_was_cancelled_before_it_began_does_not_ask_the_model() throws Exception {
        ScriptedChatModel model = ScriptedChatModel.saying(DONE);
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();

        TaskResult result = cancellation.call(() -> agent(model).build().execute("go"));

        assertThat(result.end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void what_a_model_cancels_of_its_own_is_its_failure() {
        CancellationException own = new CancellationException("the connection was closed");
        ChatModel model = new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                throw own;
            }
        };

        TaskResult result = agent(model).build().execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).isSameAs(own);
    }

    @Test
    void interrupt_while_a_tool_runs_cancels_and_is_kept() throws Exception {
        TaskAgent agent =
                agent(ScriptedChatModel.saying(calls(call("1", "hang", "{}")))).build();
        Caller caller = Caller.of(() -> agent.execute("go"));
        Waiting.await(tools.hanging);

        caller.interrupt();

        TaskResult result = join(caller);
        assertThat(result.end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(result.rounds()).hasSize(1);
        assertThat(result.failedCalls().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(caller.interruptFlag()).isTrue();
    }

    @Test
    void interrupt_while_the_model_hangs_cancels_and_is_kept() throws Exception {
        TaskAgent agent = agent(hangingModel).build();
        Caller caller = Caller.of(() -> agent.execute("go"));
        Waiting.await(hangingModel.hanging);

        caller.interrupt();

        assertThat(join(caller).end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(caller.interruptFlag()).isTrue();
    }

    @Test
    void interrupt_while_a_model_hangs_that_has_a_deadline_cancels_and_is_kept() throws Exception {
        hangingModel.deaf = true;
        TaskAgent agent = agent(hangingModel).timeout(LONG).build();
        Caller caller = Caller.of(() -> agent.execute("go"));
        Waiting.await(hangingModel.hanging);

        caller.interrupt();

        assertThat(join(caller).end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(caller.interruptFlag()).isTrue();
    }

    @Test
    void closing_the_agent_cancels_its_tasks() throws Exception {
        TaskAgent agent =
                agent(ScriptedChatModel.saying(calls(call("1", "hang", "{}")))).build();
        CompletableFuture<TaskResult> future = agent.executeAsync("go");
        Waiting.await(tools.hanging);

        agent.close();

        assertThat(future.get(30, TimeUnit.SECONDS).end()).isEqualTo(TaskEnd.CANCELLED);
    }

    // Context.

    @Test
    void context_of_the_caller_reaches_model_and_tools() throws Exception {
        ThreadLocal<String> user = ThreadLocal.withInitial(() -> "nobody");
        List<String> seen = new CopyOnWriteArrayList<>();
        ScriptedChatModel script = ScriptedChatModel.asking(call("1", "who", "{}"));
        ChatModel model = new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                seen.add("model for " + user.get());
                return script.doChat(request);
            }
        };
        var who = CodedTool.tool("who", request -> {
            seen.add("tool for " + user.get());
            return user.get();
        });
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model)
                .tools(Map.of(who.toolSpecification(), who.toolExecutor()))
                .contextPropagator(new ThreadLocalPropagator(user))
                .build();
        user.set("ada");

        agent.executeAsync("go").get(30, TimeUnit.SECONDS);

        assertThat(seen).containsExactly("model for ada", "tool for ada", "model for ada");
    }
}
