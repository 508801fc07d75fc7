package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that are executed on threads of their own. */
@Timeout(120)
class TaskAgentAsyncTest extends HangingTasks {

    @Test
    void async_task_runs_on_a_virtual_thread() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();

        TaskResult result = agent(ScriptedChatModel.asking(call("1", "step", "{}")))
                .listener(event -> {
                    if (event instanceof TaskEvent.TaskStarted) {
                        thread.set(Thread.currentThread());
                    }
                })
                .build()
                .executeAsync("go")
                .get(30, TimeUnit.SECONDS);

        assertThat(result.answer()).isEqualTo("done");
        assertThat(thread.get()).isNotNull();
        assertThat(Objects.requireNonNull(thread.get()).isVirtual()).isTrue();
        assertThat(Objects.requireNonNull(thread.get()).getName()).startsWith("interlock-task-");
    }

    @Test
    void async_task_knows_its_conversation() throws Exception {
        ScriptedChatModel model = ScriptedChatModel.saying(DONE, DONE);
        TaskAgent agent = agent(model).build();

        agent.executeAsync("one", "ada").get(30, TimeUnit.SECONDS);
        agent.executeAsync("two", "ada").get(30, TimeUnit.SECONDS);

        assertThat(model.requests().get(1).messages()).hasSize(4);
    }

    @Test
    void cancelling_the_future_cancels_the_task_while_a_tool_runs() throws Exception {
        CompletableFuture<TaskResult> ended = new CompletableFuture<>();
        ScriptedChatModel model = ScriptedChatModel.saying(calls(call("1", "hang", "{}"), call("2", "step", "{}")));
        CompletableFuture<TaskResult> future =
                agent(model).listener(listener(ended)).build().executeAsync("go");
        Waiting.await(tools.hanging);

        assertThat(future.cancel(true)).isTrue();

        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        TaskResult result = ended.get(30, TimeUnit.SECONDS);
        assertThat(result.end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(result.failedCalls().get(0).outcome().message()).contains("the task was cancelled");
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void cancelling_the_future_cancels_the_task_while_the_model_hangs() throws Exception {
        CompletableFuture<TaskResult> ended = new CompletableFuture<>();
        CompletableFuture<TaskResult> future =
                agent(hangingModel).listener(listener(ended)).build().executeAsync("go");
        Waiting.await(hangingModel.hanging);

        future.cancel(false);

        TaskResult result = ended.get(30, TimeUnit.SECONDS);
        assertThat(result.end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(result.rounds()).hasSize(1);
    }

    @Test
    void a_finished_future_cannot_be_cancelled() throws Exception {
        CompletableFuture<TaskResult> future =
                agent(ScriptedChatModel.saying(DONE)).build().executeAsync("go");
        future.get(30, TimeUnit.SECONDS);

        assertThat(future.cancel(true)).isFalse();
        assertThat(future.join().end()).isEqualTo(TaskEnd.ANSWER);
    }

    private static TaskListener listener(CompletableFuture<TaskResult> ended) {
        return event -> {
            if (event instanceof TaskEvent.TaskEnded end) {
                ended.complete(end.result());
            }
        };
    }
}
