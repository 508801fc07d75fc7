package dev.interlock.execution;

import static dev.interlock.execution.EchoTools.chaining;
import static dev.interlock.execution.EchoTools.echo;
import static dev.interlock.execution.EchoTools.json;
import static dev.interlock.execution.EchoTools.outcomeOf;
import static dev.interlock.execution.EchoTools.outcomesOf;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Retries, coalescing and interceptors of calls that refer to others. */
@Timeout(60)
class ReferencesAndPoliciesTest {

    private final EchoTools given = new EchoTools();
    private final ToolSet tools = given.tools;
    private final AtomicInteger ran = given.ran;
    private final List<String> log = new CopyOnWriteArrayList<>();

    @Test
    void a_call_with_references_is_tried_again_with_the_same_results() {
        AtomicInteger produced = new AtomicInteger();
        ToolSet flaky = ToolSet.of(
                ToolDefinition.of("produce", Effects.reads("a"), call -> produced.incrementAndGet()),
                ToolDefinition.builder("flaky", call -> {
                            log.add(call.arguments().toString());
                            if (log.size() < 3) {
                                throw new IllegalStateException("not yet");
                            }
                            return "done";
                        })
                        .effects(Effects.reads("b"))
                        .policy(ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(3)
                                        .initialDelay(Duration.ofMillis(1))
                                        .build())
                                .build())
                        .build());
        List<CallResult> results =
                chaining().build().execute(List.of(call("produce"), call("flaky", "x", "${1}")), flaky);
        assertThat(outcomeOf(results.get(1))).isEqualTo("done");
        assertThat(results.get(1).attempts()).isEqualTo(3);
        assertThat(log).containsExactly("{\"x\":1}", "{\"x\":1}", "{\"x\":1}");
        assertThat(produced).hasValue(1);
    }

    @Test
    void a_reference_that_cannot_be_resolved_is_not_tried_again() {
        ToolCallExecutor executor = chaining()
                .policy(
                        "echo",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder().maxAttempts(3).build())
                                .build())
                .build();
        List<CallResult> results = executor.execute(List.of(echo("{'x': 1}"), echo("{'x': '${1.a}'}")), tools);
        assertThat(results.get(1).attempts()).isZero();
        assertThat(ran).hasValue(1);
    }

    @Test
    void equal_calls_with_equal_references_are_one() {
        List<CallResult> results = chaining()
                .coalescing(true)
                .build()
                .execute(
                        List.of(
                                echo("{'x': 1}"),
                                echo("{'x': ['${1}']}"),
                                echo("{'x': ['${1}']}"),
                                echo("{'x': '${3}'}"),
                                echo("{'x': '${3.a}'}"),
                                echo("{'x': '${3.a}'}")),
                        tools);
        assertThat(outcomesOf(results).subList(0, 4)).containsExactly(json("1"), json("[1]"), json("[1]"), json("[1]"));
        assertThat(results.get(5).outcome()).isEqualTo(results.get(4).outcome());
        assertThat(ran).hasValue(3);
    }

    @Test
    void interceptors_see_the_resolved_call_and_may_change_it() {
        ToolCallExecutor executor = chaining()
                .interceptor(intercepted -> {
                    log.add(intercepted.index() + " " + intercepted.call().arguments());
                    if (intercepted.index() != 1) {
                        return intercepted.proceed();
                    }
                    ObjectNode changed = intercepted.call().arguments().deepCopy();
                    return intercepted.proceed(new ToolCall(null, "echo", changed.put("x", "${1}!")));
                })
                .build();
        assertThat(outcomesOf(executor.execute(List.of(echo("{'x': 5}"), echo("{'x': '${1}'}")), tools)))
                .containsExactly(json("5"), "${1}!");
        assertThat(log).containsExactly("0 {\"x\":5}", "1 {\"x\":5}");
    }

    @Test
    void what_an_interceptor_gives_in_place_of_a_result_is_what_is_referred_to() {
        ToolCallExecutor executor = chaining()
                .interceptor(intercepted -> intercepted.index() == 0 ? "{\"a\": 8}" : intercepted.proceed())
                .build();
        assertThat(outcomeOf(executor.execute(List.of(echo("{'x': 5}"), echo("{'x': '${1.a}'}")), tools)
                        .get(1)))
                .isEqualTo(json("8"));
    }
}
