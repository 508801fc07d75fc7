package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A user's executor that runs the calls. */
@Timeout(60)
class UsersExecutorTest {

    @Test
    void an_executor_that_runs_calls_on_the_thread_that_gives_them_works_for_long_chains() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        AtomicInteger ran = new AtomicInteger();
        ToolBinding write = executor.rounds().bind(ToolDefinition.of("w", Effects.writes("x"), c -> null));
        ToolBinding other = executor.rounds().bind(ToolDefinition.of("o", Effects.writes("y"), c -> null));
        List<ToolTask> tasks = IntStream.range(0, 20_000)
                .mapToObj(i -> new ToolTask(i % 2 == 0 ? write : other, c -> ran.incrementAndGet()))
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
            ToolBody nested = call -> {
                List<ToolTask> inner = List.of(
                        new ToolTask(executor, "a", Effects.pure(), c -> "inner"),
                        new ToolTask(executor, "b", Effects.pure(), c -> "inner"));
                executor.rounds()
                        .round(inner, pool, null, executor.rounds().captureContext())
                        .execute();
                return inner.get(0).outcome();
            };
            List<ToolTask> outer = List.of(
                    new ToolTask(executor, "x", Effects.pure(), nested),
                    new ToolTask(executor, "y", Effects.pure(), nested));
            executor.rounds()
                    .round(outer, pool, null, executor.rounds().captureContext())
                    .execute();
            assertThat(outer)
                    .extracting(RoundCall::outcome)
                    .containsOnly(new Outcome.Succeeded(new Outcome.Succeeded("inner")));
        }
    }
}
