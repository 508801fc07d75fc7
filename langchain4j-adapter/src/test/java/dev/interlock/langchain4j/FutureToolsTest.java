package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools that give futures: the thread of the call waits for them. */
@Timeout(60)
class FutureToolsTest {

    private static final ToolExecutionRequest REQUEST =
            ToolExecutionRequest.builder().name("tool").arguments("{}").build();
    private static final InvocationContext CONTEXT = InvocationContext.builder().build();
    private static final ToolExecutor SYNCHRONOUS = (request, memoryId) -> "by the thread";

    private static ToolExecutionResult result(String text) {
        return ToolExecutionResult.builder().resultText(text).build();
    }

    @Test
    void result_of_the_future_is_that_of_the_tool() throws Exception {
        CompletableFuture<ToolExecutionResult> future = CompletableFuture.completedFuture(result("later"));

        assertThat(FutureTools.result(() -> future, SYNCHRONOUS, REQUEST, CONTEXT)
                        .resultText())
                .isEqualTo("later");
    }

    @Test
    void failure_of_the_future_is_that_of_the_tool() {
        IllegalStateException failure = new IllegalStateException("broken");

        assertThatThrownBy(() -> FutureTools.result(
                        () -> CompletableFuture.failedFuture(failure), SYNCHRONOUS, REQUEST, CONTEXT))
                .isSameAs(failure);
    }

    @Test
    void error_of_the_future_is_that_of_the_tool() {
        AssertionError failure = new AssertionError("broken");

        assertThatThrownBy(() -> FutureTools.result(
                        () -> CompletableFuture.failedFuture(failure), SYNCHRONOUS, REQUEST, CONTEXT))
                .isSameAs(failure);
    }

    @Test
    void interrupt_ends_the_wait_and_cancels_the_future() throws Exception {
        CompletableFuture<ToolExecutionResult> never = new CompletableFuture<>();
        CountDownLatch started = new CountDownLatch(1);
        Caller caller = Caller.of(() -> FutureTools.result(
                () -> {
                    started.countDown();
                    return never;
                },
                SYNCHRONOUS,
                REQUEST,
                CONTEXT));

        Waiting.await(started);
        caller.interrupt();

        assertThat(caller.join().thrown()).isInstanceOf(InterruptedException.class);
        assertThat(never).isCancelled();
    }

    @Test
    void tool_of_this_version_runs_as_ever() throws Exception {
        assertThat(FutureTools.execute(SYNCHRONOUS, REQUEST, CONTEXT).resultText())
                .isEqualTo("by the thread");
    }
}
