package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.callTimeout;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for every round. */
@Timeout(60)
class RoundTest {

    private final FakeTime time = new FakeTime();

    @Test
    void a_tool_that_nobody_knows_is_not_taken_for_one_that_reads_because_it_may_overlap() {
        AtomicInteger runs = new AtomicInteger();
        ToolSet tools = ToolSet.of(ToolDefinition.of("charge", c -> {
            if (runs.incrementAndGet() == 1) {
                throw new IllegalStateException("broken");
            }
            return null;
        }));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .undeclared(Undeclared.PARALLEL)
                .coalescing(true)
                .policy(
                        "charge",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder().maxAttempts(3).build())
                                .build())
                .build();
        assertThat(executor.execute(List.of(call("charge")), tools).get(0).attempts())
                .isEqualTo(1);
        executor.execute(List.of(call("charge"), call("charge")), tools);
        assertThat(runs).hasValue(3);
    }

    @Test
    void an_interceptor_may_wait_without_a_permit_within_such_a_wait() {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .interceptor(call -> {
                    Object asked = call.withoutPermit(() -> call.withoutPermit(() -> "asked"));
                    return asked + " " + call.proceed();
                })
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", Effects.reads("a"), c -> "done"));
        assertThat(executor.execute(List.of(call("tool")), tools).get(0).outcome())
                .isEqualTo(new Outcome.Succeeded("asked done"));
    }

    @Test
    void calls_are_refused_by_the_size_of_their_batch_and_the_round_that_fails_fast_goes_on() {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().maxCallsPerBatch(1).failFast(true).build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> null));
        List<CallResult> results = executor.execute(List.of(call("t"), call("t"), call("t")), tools);
        assertThat(results).extracting(CallResult::isSuccess).containsExactly(true, false, false);
        assertThat(results.get(1).outcome().message()).contains("exceeds the limit of 1 calls in one batch");
    }

    @Test
    void a_call_whose_limit_passed_while_another_ran_does_not_start() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("first", Effects.writes("a"), c -> {
                    started.countDown();
                    await(go);
                    return null;
                }),
                ToolDefinition.builder("second", c -> ran.incrementAndGet())
                        .effects(Effects.writes("a/{i}"))
                        .policy(callTimeout(Duration.ofMillis(20)))
                        .build());
        Fixtures.Running running = start(
                ToolCallExecutor.builder().time(time).build(),
                tools,
                call("first"),
                call("second", "i", 1),
                call("second", "i", 2));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(20));
        time.advance(Duration.ofMillis(60));
        go.countDown();
        assertThat(running.get().subList(1, 3)).allMatch(r -> r.outcome() instanceof Outcome.TimedOut);
        assertThat(ran).hasValue(0);
    }

    @Test
    void a_round_is_executed_once_and_a_task_is_of_one_round() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        ToolTask task = new ToolTask(executor, "a", Effects.pure(), c -> null);
        Round round = executor.rounds().round(List.of(task));
        round.execute();
        assertThatThrownBy(round::execute).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> executor.rounds().round(List.of(task)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("call 1 was given to a round before");
    }
}
