package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A user's executor that runs the calls. */
@Timeout(60)
class UsersExecutorTest {

    private static final class Task extends RoundCall {
        private final ToolCall call;
        private final Callable<@Nullable Object> body;

        Task(ToolBinding binding, Callable<@Nullable Object> body) {
            super(binding);
            this.call = Fixtures.call(binding.name());
            this.body = body;
        }

        @Override
        protected ToolCall call() {
            return call;
        }

        @Override
        protected @Nullable Object run() throws Exception {
            return body.call();
        }
    }

    private static ToolBinding pure(ToolCallExecutor executor, String name) {
        return executor.rounds().bind(ToolDefinition.of(name, Effects.pure(), c -> null));
    }

    @Test
    void an_executor_that_runs_calls_on_the_thread_that_gives_them_works_for_long_chains() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        AtomicInteger ran = new AtomicInteger();
        ToolBinding write = executor.rounds().bind(ToolDefinition.of("w", Effects.writes("x"), c -> null));
        ToolBinding other = executor.rounds().bind(ToolDefinition.of("o", Effects.writes("y"), c -> null));
        List<Task> tasks = IntStream.range(0, 20_000)
                .mapToObj(i -> new Task(i % 2 == 0 ? write : other, ran::incrementAndGet))
                .toList();
        executor.rounds()
                .round(tasks, Runnable::run, null, executor.rounds().captureContext())
                .execute();
        assertThat(ran).hasValue(20_000);
        assertThat(tasks).allMatch(task -> task.outcome().isSuccess());
    }

    @Test
    void an_executor_whose_threads_are_all_taken_by_callers_does_not_starve_them() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            Callable<Object> nested = () -> {
                List<Task> inner = List.of(
                        new Task(pure(executor, "a"), () -> "inner"), new Task(pure(executor, "b"), () -> "inner"));
                executor.rounds()
                        .round(inner, pool, null, executor.rounds().captureContext())
                        .execute();
                return inner.get(0).outcome();
            };
            List<Task> outer = List.of(new Task(pure(executor, "x"), nested), new Task(pure(executor, "y"), nested));
            executor.rounds()
                    .round(outer, pool, null, executor.rounds().captureContext())
                    .execute();
            assertThat(outer)
                    .extracting(RoundCall::outcome)
                    .containsOnly(new Outcome.Succeeded(new Outcome.Succeeded("inner")));
        }
    }
}
