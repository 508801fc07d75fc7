package dev.interlock.execution;

import static dev.interlock.execution.EchoTools.chaining;
import static dev.interlock.execution.EchoTools.echo;
import static dev.interlock.execution.EchoTools.json;
import static dev.interlock.execution.EchoTools.outcomeOf;
import static dev.interlock.execution.EchoTools.outcomesOf;
import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.callTimeout;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.Dependency;
import dev.interlock.plan.DependencyReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order calls run that refer to others, and what those wait for that do. */
@Timeout(60)
class ReferenceOrderTest {

    private final EchoTools given = new EchoTools();
    private final ToolDefinition echo = given.echo;
    private final ToolSet tools = given.tools;
    private final AtomicInteger ran = given.ran;
    private final FakeTime time = new FakeTime();
    private final CountDownLatch started = new CountDownLatch(1);

    @Test
    void fan_out_runs_at_once_and_fan_in_waits_for_all() throws Exception {
        CyclicBarrier meet = new CyclicBarrier(3);
        ToolSet fan = ToolSet.of(echo, ToolDefinition.of("meet", Effects.pure(), call -> {
            meet.await(20, TimeUnit.SECONDS);
            return call.arguments().get("x").intValue()
                    + call.arguments().get("n").intValue();
        }));
        List<CallResult> results = chaining()
                .build()
                .execute(
                        List.of(
                                echo("{'x': 10}"),
                                new ToolCall(null, "meet", json("{'x': '${1}', 'n': 1}")),
                                new ToolCall(null, "meet", json("{'x': '${1}', 'n': 2}")),
                                new ToolCall(null, "meet", json("{'x': '${1}', 'n': 3}")),
                                echo("{'x': ['${2}', '${3}', '${4}', '${1}']}")),
                        fan);
        assertThat(outcomeOf(results.get(4))).isEqualTo(json("[11, 12, 13, 10]"));
    }

    @Test
    void a_value_is_handed_on_through_four_calls() {
        assertThat(given.run(
                        echo("{'x': 'a'}"), echo("{'x': '${1}b'}"), echo("{'x': '${2}c'}"), echo("{'x': '${3}d'}")))
                .containsExactly("a", "ab", "abc", "abcd");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, Concurrency.UNLIMITED})
    void long_rows_of_references_run_at_any_concurrency(int concurrency) {
        List<ToolCall> calls = new ArrayList<>();
        calls.add(echo("{'x': 0}"));
        for (int i = 1; i < 500; i++) {
            calls.add(echo("{'x': '${" + Math.max(1, i - 2) + "}'}"));
        }
        assertThat(outcomesOf(chaining().maxConcurrency(concurrency).build().execute(calls, tools)))
                .hasSize(500)
                .containsOnly(json("0"));
    }

    @Test
    void conflicting_calls_keep_their_order_whatever_they_refer_to() {
        Map<String, Integer> accounts = new ConcurrentHashMap<>(Map.of("7", 100));
        ToolSet bank = ToolSet.of(
                echo,
                ToolDefinition.of(
                        "balance",
                        Effects.reads("account/{id}"),
                        call -> accounts.get(call.arguments().get("id").asText())),
                ToolDefinition.builder(
                                "charge",
                                call -> accounts.merge(
                                        call.arguments().get("id").asText(),
                                        -call.arguments().get("amount").intValue(),
                                        Integer::sum))
                        .effects(Effects.writes("account/{id}"))
                        .policy(ToolPolicy.builder().references(true).build())
                        .build());
        // The second charge is not yet known to be of account 7, and must not overtake the reads of any account.
        List<ToolCall> calls = List.of(
                echo("{'x': '7'}"),
                call("balance", "id", "7"),
                new ToolCall(null, "charge", json("{'id': '${1}', 'amount': 30}")),
                call("balance", "id", "7"),
                new ToolCall(null, "charge", json("{'id': '7', 'amount': '${4}'}")),
                call("balance", "id", "${1}"));
        for (int i = 0; i < 50; i++) {
            accounts.put("7", 100);
            assertThat(outcomesOf(chaining().build().execute(calls, bank))).containsExactly("7", 100, 70, 70, 0, 0);
        }
    }

    @Test
    void the_plan_shows_references_and_accesses_as_far_as_they_are_known() {
        ToolSet bank = ToolSet.of(
                echo,
                ToolDefinition.of("balance", Effects.reads("account/{id}/{part}"), call -> 1),
                ToolDefinition.of("function", Effects.of(call -> List.of(Access.read("x"))), call -> 1),
                ToolDefinition.of("other", Effects.reads("other"), call -> 1));
        ToolCallExecutor executor = chaining()
                .policy("function", ToolPolicy.builder().references(true).build())
                .build();
        CallPlan plan = executor.plan(
                List.of(
                        echo("{'x': '7'}"),
                        call("balance", "id", "7", "part", "${1}"),
                        call("balance", "id", "a${1}", "part", "b"),
                        call("balance", "id", "$${1}", "part", "c"),
                        call("function", "x", "${1}"),
                        call("other", "x", "${9}")),
                bank);
        assertThat(plan.calls().get(1).accesses()).containsExactly(Access.read("account/7"));
        assertThat(plan.calls().get(2).accesses()).containsExactly(Access.read("account"));
        assertThat(plan.calls().get(3).accesses()).containsExactly(Access.read("account/${1}/c"));
        assertThat(plan.calls().get(4).accesses()).containsExactly(Access.write("/"));
        assertThat(plan.calls().get(4).barrierReason())
                .isEqualTo("its effects are computed from results that do not exist yet");
        assertThat(plan.calls())
                .extracting(planned -> planned.call().arguments().toString())
                .contains("{\"id\":\"7\",\"part\":\"${1}\"}");
        assertThat(plan.dependencies(1)).containsExactly(new Dependency(0, 1, new DependencyReason.Reference()));
        assertThat(plan.dependencies(3)).isEmpty();
        assertThat(plan.dependencies(4)).extracting(Dependency::earlier).containsExactly(1, 2, 3);
        assertThat(plan.dependencies(5)).extracting(Dependency::earlier).containsExactly(4);
    }

    @Test
    void the_report_of_a_round_has_the_same_plan() {
        List<CallPlan> plans = new CopyOnWriteArrayList<>();
        ToolCallExecutor executor = chaining()
                .listener(event -> {
                    if (event instanceof RoundEvent.RoundEnded ended) {
                        plans.add(ended.report().plan());
                    }
                })
                .build();
        List<ToolCall> calls = List.of(echo("{'x': 1}"), echo("{'x': '${1}'}"));
        List<CallResult> results = executor.execute(calls, tools);
        assertThat(plans)
                .singleElement()
                .satisfies(plan -> assertThat(plan.dependencies())
                        .containsExactly(new Dependency(0, 1, new DependencyReason.Reference())));
        assertThat(results).extracting(CallResult::call).isEqualTo(calls);
    }

    // Limits and cancellation.

    private final ToolSet slow = ToolSet.of(echo, ToolDefinition.of("slow", Effects.reads("a"), call -> {
        started.countDown();
        blockUntilInterrupted();
        return null;
    }));

    @Test
    void a_call_that_refers_to_one_that_timed_out_is_skipped() throws Exception {
        var running = start(
                chaining().time(time).timeout(Duration.ofMillis(300)).build(),
                slow,
                call("slow"),
                echo("{'x': '${1}'}"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        assertThat(outcomesOf(running.get()).get(1))
                .isEqualTo("tool 'echo' was not started: it uses the result of call 1 (tool 'slow'), which did not"
                        + " succeed: tool 'slow' timed out: the attempt exceeded 300 ms");
    }

    @Test
    void the_limit_of_a_call_counts_while_it_waits_for_what_it_refers_to() throws Exception {
        var running = start(
                chaining()
                        .time(time)
                        .policy("echo", callTimeout(Duration.ofMillis(200)))
                        .timeout(Duration.ofMillis(300))
                        .build(),
                slow,
                call("slow"),
                echo("{'x': '${1}'}"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(200));
        time.advance(Duration.ofMillis(200));
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(100));
        assertThat(outcomesOf(running.get()).get(1))
                .isEqualTo("tool 'echo' timed out: the call exceeded 200 ms before the tool could start");
    }

    @Test
    void a_cancelled_round_does_not_start_what_waits_for_a_result() throws Exception {
        var running = start(chaining().build(), slow, call("slow"), echo("{'x': '${1}'}"));
        await(started);
        running.owner().interrupt();
        assertThat(running.get()).extracting(CallResult::outcome).allMatch(Outcome.Cancelled.class::isInstance);
        assertThat(ran).hasValue(0);
        assertThat(running.flag().get()).isTrue();
    }
}
