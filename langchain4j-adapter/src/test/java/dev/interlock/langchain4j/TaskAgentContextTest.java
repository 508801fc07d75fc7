package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.execution.Cancellation;
import dev.interlock.execution.ContextPropagator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the threads of a task run within, propagators that fail, and futures that are completed from outside. */
@Timeout(120)
class TaskAgentContextTest extends MisbehavingModels {

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

    private static void assertNoContext(TaskAgent.Builder agent) {
        TaskResult result = agent.contextPropagator(new FailingPropagator())
                .timeout(LONG)
                .build()
                .execute("go");

        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).hasMessage("no context");
    }

    @Test
    void a_propagator_that_fails_on_the_models_thread_is_an_error() {
        assertNoContext(TaskAgent.builder().chatModel(model(request -> says("never"))));
    }

    @Test
    void a_propagator_that_fails_on_a_streaming_models_thread_is_an_error() {
        assertNoContext(TaskAgent.builder().streamingChatModel(ScriptedStreamingModel.replying()));
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

    // Cancellations.

    @Test
    void a_cancellation_around_a_task_is_around_its_model_too() throws Exception {
        CompletableFuture<String> reason = new CompletableFuture<>();
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model(request -> {
                    assertThat(Cancellation.watch(reason::complete)).isNotNull();
                    hanging.countDown();
                    Waiting.await(released);
                    return says("never");
                }))
                .build();
        Cancellation cancellation = new Cancellation();
        CompletableFuture<TaskResult> result = cancellation.call(() -> agent.executeAsync("go"));
        Waiting.await(hanging);

        cancellation.cancel("enough");

        assertThat(reason.get(30, TimeUnit.SECONDS)).isEqualTo("enough");
        assertThat(result.get(30, TimeUnit.SECONDS).end()).isEqualTo(TaskEnd.CANCELLED);
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
}
