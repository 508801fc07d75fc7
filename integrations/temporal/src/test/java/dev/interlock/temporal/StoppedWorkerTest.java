package dev.interlock.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.ToolBody;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.temporal.client.ActivityCompletionClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.interceptors.WorkflowClientInterceptorBase;
import io.temporal.worker.WorkerFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker that is stopped hands over only what is over and may run again. */
@Timeout(60)
class StoppedWorkerTest {

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);

    private static ToolDefinition tool(boolean writes, ToolBody body) {
        return ToolDefinition.of("tool", writes ? Effects.writes("a") : Effects.reads("a"), body);
    }

    /** Runs a round, stops the worker that has begun its first call, and has another worker go on. */
    private List<CallResult> run(TemporalRounds rounds) throws Exception {
        try (Rig rig = new Rig()) {
            WorkerFactory first = rig.newWorker(rounds);
            rig.client.start("stop", Rig.calls("tool {}", "next {}"));
            assertThat(begun.await(20, SECONDS)).isTrue();
            first.shutdownNow();
            rig.newWorker(rounds);
            return rig.client.await("stop");
        }
    }

    private ToolDefinition next() {
        return ToolDefinition.of("next", Effects.writes("a"), call -> {
            log.add("next");
            return "done";
        });
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true"})
    void a_success_stays_though_the_worker_was_stopped_meanwhile(boolean writes, boolean decideLost) throws Exception {
        ToolDefinition tool = tool(writes, call -> {
            runs.incrementAndGet();
            try {
                begun.countDown();
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                log.add("interrupted");
            }
            return "paid";
        });

        List<CallResult> results = run(TemporalRounds.builder(ToolSet.of(tool, next()))
                .decideLost(decideLost)
                // Time for the interrupted tool to end, on a busy machine too.
                .gracePeriod(Duration.ofSeconds(20))
                .build());

        assertThat(results.getFirst().outcome()).isEqualTo(new Outcome.Succeeded("paid"));
        assertThat(results.getFirst().attempts()).isEqualTo(1);
        assertThat(runs).hasValue(1);
        assertThat(log).containsExactly("interrupted", "next");
    }

    @Test
    void a_call_runs_on_another_worker_only_when_its_thread_here_has_ended() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        ToolDefinition tool = tool(false, call -> {
            if (runs.incrementAndGet() > 1) {
                second.countDown();
                log.add("second");
                return "read";
            }
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                // It ignores that for longer than the grace period and the pause before another attempt.
                second.await(2, SECONDS);
                log.add("first is over");
                throw e;
            }
            return null;
        });

        List<CallResult> results = run(TemporalRounds.builder(ToolSet.of(tool, next()))
                .gracePeriod(Duration.ofMillis(50))
                .build());

        assertThat(results.getFirst().outcome()).isEqualTo(new Outcome.Succeeded("read"));
        assertThat(log).containsExactly("first is over", "second", "next");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_call_that_ignores_the_stop_is_handed_over_to_no_other_worker(boolean writes) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ToolDefinition tool = tool(writes, call -> {
            runs.incrementAndGet();
            begun.countDown();
            Rig.awaitStubbornly(end, log);
            return null;
        });

        List<CallResult> results;
        try {
            results = run(TemporalRounds.builder(ToolSet.of(tool, next()))
                    .decideLost(true)
                    .gracePeriod(Duration.ofMillis(50))
                    .heldResourceTimeout(Duration.ofMillis(200))
                    .build());
        } finally {
            end.countDown();
        }

        assertThat(results.get(0).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Cancelled.class,
                        cancelled -> assertThat(cancelled.mayHaveTakenEffect()).isEqualTo(writes));
        assertThat(results.get(1).outcome().message()).contains("call 1", "was abandoned", "holds what it needs");
        assertThat(runs).hasValue(1);
        assertThat(log).doesNotContain("next");
    }

    /** The call had its outcome before the worker was stopped; only its thread had not ended. */
    @Test
    void an_outcome_reaches_the_round_though_the_worker_is_stopped_while_it_waits_for_the_thread() throws Exception {
        CountDownLatch abandoned = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        ToolDefinition tool = tool(true, call -> {
            runs.incrementAndGet();
            Rig.awaitStubbornly(end, log);
            return null;
        });
        TemporalRounds rounds = TemporalRounds.builder(ToolSet.of(tool, next()))
                .timeout(Duration.ofMillis(100))
                .gracePeriod(Duration.ofMillis(50))
                .listener(event -> {
                    if (event instanceof RoundEvent.CallAbandoned) {
                        abandoned.countDown();
                    }
                })
                .build();
        try (Rig rig = new Rig()) {
            WorkerFactory first = rig.newWorker(rounds);
            rig.client.start("late", Rig.calls("tool {}", "next {}"));
            assertThat(abandoned.await(20, SECONDS)).isTrue();
            first.shutdownNow();
            end.countDown();
            rig.newWorker(rounds);

            List<CallResult> results = rig.client.await("late");
            assertThat(results.get(0).outcome().message()).contains("exceeded 100 ms", "may still take effect");
            assertThat(results.get(1).outcome()).isEqualTo(new Outcome.Succeeded("done"));
            assertThat(runs).hasValue(1);
        }
    }

    /** The signs of twice the time after which the server takes a call without one for lost. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_call_is_not_lost_while_its_stopped_worker_waits_for_its_tool(boolean interrupt) throws Exception {
        CountDownLatch signs = new CountDownLatch(8);
        CountDownLatch end = new CountDownLatch(1);
        ToolDefinition tool = tool(true, call -> {
            runs.incrementAndGet();
            begun.countDown();
            Rig.awaitStubbornly(end, log);
            return "paid";
        });
        TemporalRounds rounds = TemporalRounds.builder(ToolSet.of(tool, next()))
                .heartbeatTimeout(Duration.ofSeconds(1))
                .gracePeriod(Duration.ofSeconds(20))
                .build();
        try (Rig rig = new Rig(countingSigns(signs))) {
            WorkerFactory first = rig.newWorker(rounds);
            rig.client.start("signs", Rig.calls("tool {}", "next {}"));
            assertThat(begun.await(20, SECONDS)).isTrue();
            if (interrupt) {
                first.shutdownNow();
            } else {
                first.shutdown();
            }
            rig.newWorker(rounds);
            boolean alive = signs.await(20, SECONDS);
            end.countDown();

            assertThat(alive).isTrue();
            List<CallResult> results = rig.client.await("signs");
            assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded("paid"));
            assertThat(results.get(1).outcome()).isEqualTo(new Outcome.Succeeded("done"));
            assertThat(runs).hasValue(1);
        }
    }

    /** Counts the signs of life that have reached the server without the worker. */
    private static WorkflowClientOptions countingSigns(CountDownLatch signs) {
        return WorkflowClientOptions.newBuilder()
                .setInterceptors(new WorkflowClientInterceptorBase() {
                    @Override
                    public ActivityCompletionClient newActivityCompletionClient(ActivityCompletionClient next) {
                        return counting(next, signs);
                    }
                })
                .build();
    }

    private static ActivityCompletionClient counting(ActivityCompletionClient next, CountDownLatch signs) {
        return (ActivityCompletionClient) Proxy.newProxyInstance(
                StoppedWorkerTest.class.getClassLoader(),
                new Class<?>[] {ActivityCompletionClient.class},
                (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(next, arguments);
                        if (method.getName().equals("heartbeat")) {
                            signs.countDown();
                        }
                        return result instanceof ActivityCompletionClient client ? counting(client, signs) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
