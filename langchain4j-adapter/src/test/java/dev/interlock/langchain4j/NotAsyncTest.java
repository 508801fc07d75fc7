package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.exception.AsyncNotSupportedException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tool runs without a future only if it has said that it gives none, and has not begun. */
@Timeout(60)
class NotAsyncTest {

    private static final ToolExecutionRequest REQUEST =
            ToolExecutionRequest.builder().name("tool").arguments("{}").build();
    private static final InvocationContext CONTEXT = InvocationContext.builder().build();

    private final AtomicInteger runs = new AtomicInteger();

    /** What LangChain4j 1.20 adds to executors. */
    private interface GivesFutures extends ToolExecutor {
        @Nullable
        CompletableFuture<ToolExecutionResult> executeAsync(ToolExecutionRequest request, InvocationContext context);
    }

    private @Nullable ToolExecutionResult execute(GivesFutures tool) throws Exception {
        return FutureTools.result(() -> tool.executeAsync(REQUEST, CONTEXT), tool, REQUEST, CONTEXT, () -> false);
    }

    private String run() {
        runs.incrementAndGet();
        return "by the thread";
    }

    /** Refuses by a failed future. */
    private class Refusing implements GivesFutures {
        @Override
        public @Nullable CompletableFuture<ToolExecutionResult> executeAsync(
                ToolExecutionRequest request, InvocationContext context) {
            return CompletableFuture.failedFuture(new AsyncNotSupportedException("no"));
        }

        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return run();
        }
    }

    /** Runs as it gives a future, and does so by something that may itself refuse to be asked for one. */
    private class Running extends Refusing {
        private final Supplier<CompletableFuture<ToolExecutionResult>> component;

        Running(Supplier<CompletableFuture<ToolExecutionResult>> component) {
            this.component = component;
        }

        @Override
        public CompletableFuture<ToolExecutionResult> executeAsync(
                ToolExecutionRequest request, InvocationContext context) {
            runs.incrementAndGet();
            return component.get();
        }
    }

    private static AsyncNotSupportedException searchAsync() {
        return new AsyncNotSupportedException("the store does not search so");
    }

    @Test
    void tool_that_refuses_runs_once_as_ever() throws Exception {
        assertThat(execute(new Refusing()).resultText()).isEqualTo("by the thread");
        assertThat(runs).hasValue(1);
    }

    @Test
    void tool_that_refuses_by_throwing_runs_once_as_ever() throws Exception {
        GivesFutures tool = new Refusing() {
            @Override
            public @Nullable CompletableFuture<ToolExecutionResult> executeAsync(
                    ToolExecutionRequest request, InvocationContext context) {
                throw new AsyncNotSupportedException("no");
            }
        };

        assertThat(execute(tool).resultText()).isEqualTo("by the thread");
        assertThat(runs).hasValue(1);
    }

    @Test
    void wrapper_around_a_tool_that_refuses_runs_once_as_ever() throws Exception {
        GivesFutures inner = new Refusing();
        GivesFutures wrapper = new Refusing() {
            @Override
            public CompletableFuture<ToolExecutionResult> executeAsync(
                    ToolExecutionRequest request, InvocationContext context) {
                return inner.executeAsync(request, context).thenApply(result -> result);
            }
        };

        assertThat(execute(wrapper).resultText()).isEqualTo("by the thread");
        assertThat(runs).hasValue(1);
    }

    @Test
    void tool_that_has_run_when_something_that_it_uses_refuses_fails_and_does_not_run_again() {
        GivesFutures tool = new Running(() -> CompletableFuture.failedFuture(searchAsync()));

        assertThatThrownBy(() -> execute(tool)).isInstanceOf(AsyncNotSupportedException.class);
        assertThat(runs).hasValue(1);
    }

    @Test
    void tool_that_has_run_and_throws_what_something_that_it_uses_threw_does_not_run_again() {
        GivesFutures tool = new Running(() -> {
            throw searchAsync();
        });

        assertThatThrownBy(() -> execute(tool)).isInstanceOf(AsyncNotSupportedException.class);
        assertThat(runs).hasValue(1);
    }

    @Test
    void refusal_that_comes_while_the_tool_is_waited_for_is_its_failure() throws Exception {
        CountDownLatch waitedFor = new CountDownLatch(1);
        CompletableFuture<ToolExecutionResult> future = new CompletableFuture<>() {
            @Override
            public ToolExecutionResult get() throws InterruptedException, ExecutionException {
                waitedFor.countDown();
                return super.get();
            }
        };
        Throwable refusal = new Refusing().executeAsync(REQUEST, CONTEXT).exceptionNow();
        Caller caller = Caller.of(() -> execute(new Running(() -> future)));

        Waiting.await(waitedFor);
        future.completeExceptionally(refusal);

        assertThat(caller.join().thrown()).isSameAs(refusal);
        assertThat(runs).hasValue(1);
    }

    @Test
    void executor_without_a_method_of_its_own_is_not_asked() {
        assertThat(NotAsync.mayGiveFutures((request, memoryId) -> run())).isFalse();
        assertThat(NotAsync.mayGiveFutures(new Refusing())).isTrue();
    }
}
