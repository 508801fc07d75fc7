package dev.interlock.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.CallScope;
import dev.interlock.execution.ToolBody;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.temporal.failure.CanceledFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TemporalRoundsTest {

    /** Time for interrupted tools to end, on a busy machine too. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    @Test
    void each_call_has_one_result_in_call_order_whatever_others_come_to() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of(
                        "read", Effects.reads("a/{k}"), call -> call.arguments().path("k")),
                ToolDefinition.of("fail", Effects.writes("b"), call -> {
                    throw new IOException("no room on disk");
                }),
                ToolDefinition.of("map", Effects.reads("c"), call -> Map.of("x", List.of(1, 2))),
                ToolDefinition.of("nothing", Effects.pure(), call -> null));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).build())) {
            List<CallResult> results = rig.client.execute(
                    "one",
                    Rig.calls(
                            "read {'k':'v'}",
                            "fail {}",
                            "made_up {}",
                            "read no JSON",
                            "map {}",
                            "nothing {}",
                            "read {}"));

            assertThat(results).hasSize(7);
            assertThat(text(results.get(0))).isEqualTo("\"v\"");
            assertThat(results.get(1).outcome()).isInstanceOf(Outcome.Failed.class);
            assertThat(results.get(1).outcome().message()).isEqualTo("no room on disk");
            assertThat(results.get(2).outcome().message()).contains("no tool named 'made_up'", "fail");
            assertThat(results.get(3).call().arguments().isMissingNode()).isTrue();
            assertThat(text(results.get(4))).isEqualTo("{\"x\":[1,2]}");
            assertThat(results.get(5).outcome()).isEqualTo(new Outcome.Succeeded(null));
            assertThat(results.get(6).attempts()).isEqualTo(1);
        }
    }

    @Test
    void an_empty_round_ends_at_once() {
        try (Rig rig = Rig.of(TemporalRounds.builder(ToolSet.of()).build())) {
            assertThat(rig.client.execute("empty", List.of())).isEmpty();
        }
    }

    @Test
    void independent_calls_overlap_and_conflicting_ones_keep_their_order() {
        CyclicBarrier both = new CyclicBarrier(2);
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("meet", Effects.writes("m/{k}"), call -> both.await(20, SECONDS)),
                ToolDefinition.of("append", Effects.writes("list"), call -> log.add(text(call, "k"))));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).build())) {
            List<CallResult> results = rig.client.execute(
                    "order",
                    Rig.calls(
                            "append {'k':'1'}",
                            "meet {'k':'a'}",
                            "append {'k':'2'}",
                            "meet {'k':'b'}",
                            "append {'k':'3'}"));

            assertThat(results).allMatch(CallResult::isSuccess);
            assertThat(log).containsExactly("1", "2", "3");
        }
    }

    @Test
    void no_more_calls_run_at_once_than_are_allowed() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier both = new CyclicBarrier(2);
        ToolSet tools = ToolSet.of(ToolDefinition.of("count", Effects.pure(), call -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            both.await(20, SECONDS);
            return now.decrementAndGet();
        }));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).maxConcurrency(2).build())) {
            List<CallResult> results = rig.client.execute(
                    "cap", Rig.calls("count {}", "count {}", "count {}", "count {}", "count {}", "count {}"));

            assertThat(results).allMatch(CallResult::isSuccess);
            assertThat(most).hasValue(2);
        }
    }

    @Test
    void a_read_is_tried_again_as_its_policy_says_and_a_write_is_not() {
        RetryPolicy retry = RetryPolicy.builder()
                .maxAttempts(3)
                .initialDelay(Duration.ofHours(5))
                .maxDelay(Duration.ofDays(1))
                .build();
        AtomicInteger reads = new AtomicInteger();
        AtomicInteger writes = new AtomicInteger();
        List<String> keys = Collections.synchronizedList(new ArrayList<>());
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("read", call -> {
                            keys.add(Objects.requireNonNull(TemporalCall.current())
                                    .idempotencyKey());
                            keys.add(CallScope.current().orElseThrow().idempotencyKey());
                            if (reads.incrementAndGet() < 3) {
                                throw new IOException("not yet");
                            }
                            return "there";
                        })
                        .effects(Effects.reads("a"))
                        .policy(ToolPolicy.builder().retry(retry).build())
                        .build(),
                ToolDefinition.builder("write", call -> {
                            writes.incrementAndGet();
                            throw new IOException("no");
                        })
                        .effects(Effects.writes("b"))
                        .policy(ToolPolicy.builder().retry(retry).build())
                        .build());
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).build())) {
            List<CallResult> results = rig.client.execute("retry", Rig.calls("write {}", "read {}"));

            assertThat(writes).hasValue(1);
            assertThat(results.get(0).outcome().message()).isEqualTo("no");
            assertThat(results.get(1).outcome()).isEqualTo(new Outcome.Succeeded("there"));
            assertThat(results.get(1).attempts()).isEqualTo(3);
            assertThat(keys).hasSize(6).containsOnly(keys.getFirst());
            assertThat(keys.getFirst()).matches("[0-9A-Za-z-]+-2");
        }
    }

    @Test
    void after_its_last_attempt_a_call_has_the_failure_of_its_tool() {
        ToolSet tools = ToolSet.of(ToolDefinition.builder("read", call -> {
                    log.add("read");
                    throw new IOException("gone");
                })
                .effects(Effects.reads("a"))
                .policy(ToolPolicy.builder()
                        .retry(RetryPolicy.builder().maxAttempts(2).build())
                        .build())
                .build());
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).build())) {
            CallResult result =
                    rig.client.execute("retries", Rig.calls("read {}")).getFirst();

            assertThat(result.outcome().message()).isEqualTo("gone");
            assertThat(result.attempts()).isEqualTo(2);
            assertThat(log).hasSize(2);
        }
    }

    @Test
    void the_limit_of_an_attempt_interrupts_the_tool_before_what_conflicts_with_it_starts() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("slow", call -> {
                            try {
                                new CountDownLatch(1).await();
                            } finally {
                                log.add("slow is over");
                            }
                            return null;
                        })
                        .effects(Effects.writes("a"))
                        .policy(ToolPolicy.builder()
                                .timeout(Duration.ofMillis(200))
                                .build())
                        .build(),
                ToolDefinition.of("next", Effects.writes("a"), call -> log.add("next")));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).build())) {
            List<CallResult> results = rig.client.execute("limit", Rig.calls("slow {}", "next {}"));

            assertThat(results.get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
            assertThat(results.get(0).outcome().message()).contains("exceeded 200 ms", "may still take effect");
            assertThat(log).containsExactly("slow is over", "next");
        }
    }

    @Test
    void the_limit_of_a_call_counts_its_waits_and_interrupts_it() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("slow", Effects.writes("a"), call -> {
                    new CountDownLatch(1).await();
                    return null;
                }),
                ToolDefinition.of("next", Effects.writes("a"), call -> log.add("next")));
        try (Rig rig = Rig.of(
                TemporalRounds.builder(tools).callTimeout(Duration.ofSeconds(3)).build())) {
            List<CallResult> results = rig.client.execute("limit", Rig.calls("slow {}", "next {}"));

            assertThat(results.get(0).outcome().message())
                    .contains("the call exceeded 3000 ms", "may still take effect");
            assertThat(results.get(1).outcome().message()).contains("exceeded 3000 ms before the tool could start");
            assertThat(log).isEmpty();
        }
    }

    @Test
    void the_limit_of_a_round_turns_what_is_unfinished_into_results() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("slow", Effects.reads("a"), call -> {
                    new CountDownLatch(1).await();
                    return null;
                }),
                ToolDefinition.of("quick", Effects.reads("a"), call -> "done"),
                ToolDefinition.of("next", Effects.writes("a"), call -> log.add("next")));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools)
                .roundTimeout(Duration.ofSeconds(3))
                .build())) {
            List<CallResult> results = rig.client.execute("limit", Rig.calls("slow {}", "quick {}", "next {}"));

            assertThat(results.get(0).outcome().message()).contains("the round exceeded 3000 ms");
            assertThat(results.get(1).outcome()).isEqualTo(new Outcome.Succeeded("done"));
            assertThat(results.get(2).outcome().message()).contains("before the tool could start");
            assertThat(log).isEmpty();
        }
    }

    @Test
    void after_the_first_failure_nothing_starts_in_a_round_that_fails_fast() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("fail", Effects.writes("a"), call -> {
                    throw new IOException("no");
                }),
                ToolDefinition.of("next", Effects.writes("a"), call -> log.add("next")));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).failFast(true).build())) {
            List<CallResult> results = rig.client.execute("fast", Rig.calls("fail {}", "next {}"));

            assertThat(results.get(1).outcome()).isInstanceOf(Outcome.Cancelled.class);
            assertThat(results.get(1).outcome().message()).contains("call 1", "fails fast");
            assertThat(log).isEmpty();
        }
    }

    /** A tool about which nothing is known runs on the worker's own thread, any other on one of the engine. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_cancel_reaches_the_tool_and_every_call_still_has_its_result(boolean known) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                tool("slow", known ? Effects.writes("a") : null, call -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                    return null;
                }),
                ToolDefinition.of("next", Effects.writes("a"), call -> log.add("next")));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools)
                .heartbeatTimeout(Duration.ofSeconds(2))
                .gracePeriod(PATIENCE)
                .build())) {
            rig.client.start("cancel", Rig.calls("slow {}", "next {}"));
            assertThat(begun.await(20, SECONDS)).isTrue();
            rig.client.cancel("cancel", "the user pressed stop");
            List<CallResult> results = rig.client.await("cancel");

            assertThat(interrupted.getCount()).isZero();
            assertThat(results.get(0).outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Cancelled.class,
                            cancelled ->
                                    assertThat(cancelled.mayHaveTakenEffect()).isTrue());
            assertThat(results.get(1).outcome().message()).contains("was not started: the user pressed stop");
            assertThat(log).isEmpty();
        }
    }

    @Test
    void a_workflow_that_is_cancelled_as_such_interrupts_the_tool_and_starts_nothing() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("slow", Effects.writes("a"), call -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        log.add("slow is over");
                    }
                    return null;
                }),
                ToolDefinition.of("next", Effects.writes("a"), call -> log.add("next")));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools)
                .heartbeatTimeout(Duration.ofSeconds(2))
                .gracePeriod(PATIENCE)
                .build())) {
            rig.client.start("cancel", Rig.calls("slow {}", "next {}"));
            assertThat(begun.await(20, SECONDS)).isTrue();
            rig.env.getWorkflowClient().newUntypedWorkflowStub("cancel").cancel();

            assertThatThrownBy(() -> rig.client.await("cancel")).hasRootCauseInstanceOf(CanceledFailure.class);
            assertThat(log).containsExactly("slow is over");
            assertThat(rig.client.progress("cancel").get(0).why()).contains("the workflow was cancelled");
        }
    }

    @Test
    void what_conflicts_with_a_tool_that_ignores_its_interrupt_is_not_started() {
        CountDownLatch end = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("deaf", call -> {
                            Rig.awaitStubbornly(end, log);
                            return null;
                        })
                        .effects(Effects.writes("a"))
                        .policy(ToolPolicy.builder()
                                .timeout(Duration.ofMillis(100))
                                .build())
                        .build(),
                ToolDefinition.of("next", Effects.writes("a"), call -> log.add("next")),
                ToolDefinition.of("other", Effects.writes("b"), call -> "done"));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools)
                .gracePeriod(Duration.ofMillis(50))
                .heldResourceTimeout(Duration.ofMillis(200))
                .build())) {
            List<CallResult> results = rig.client.execute("deaf", Rig.calls("deaf {}", "next {}", "other {}"));

            assertThat(results.get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
            assertThat(results.get(1).outcome().message())
                    .contains("call 1", "'deaf'", "was abandoned", "holds what it needs");
            assertThat(results.get(2).isSuccess()).isTrue();
            assertThat(log).contains("ignored").doesNotContain("next");
        } finally {
            end.countDown();
        }
    }

    @Test
    void a_round_that_is_asked_for_again_runs_nothing_again() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("append", Effects.writes("list"), call -> {
            log.add("append");
            return log.size();
        }));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).build())) {
            List<CallResult> first = rig.client.execute("again", Rig.calls("append {}"));
            List<CallResult> second = rig.client.execute("again", Rig.calls("append {}"));

            assertThat(second).isEqualTo(first);
            assertThat(log).hasSize(1);
        }
    }

    private static ToolDefinition tool(String name, @Nullable Effects effects, ToolBody body) {
        return effects == null ? ToolDefinition.of(name, body) : ToolDefinition.of(name, effects, body);
    }

    private static String text(ToolCall call, String argument) {
        return call.arguments().path(argument).asText();
    }

    private static String text(CallResult result) {
        return result.outcome() instanceof Outcome.Succeeded(Object value) && value != null
                ? value instanceof String ? "\"" + value + "\"" : value.toString()
                : result.outcome().toString();
    }
}
