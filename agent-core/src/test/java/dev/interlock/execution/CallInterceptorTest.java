package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What interceptors see and may do. */
@Timeout(60)
class CallInterceptorTest extends CallInterceptorFixture {

    @Test
    void the_first_one_added_is_the_outermost() throws Exception {
        Outcome outcome = outcome(with(logging("a"), logging("b"), logging("c")), call("quick"));
        assertThat(outcome).isEqualTo(new Outcome.Succeeded("ok"));
        assertThat(told).containsExactly("a before", "b before", "c before", "quick", "c after", "b after", "a after");
    }

    @Test
    void an_interceptor_sees_the_call_and_its_place_in_the_plan() throws Exception {
        ToolPolicy policy = ToolPolicy.builder().priority(3).build();
        Map<Integer, Long> rounds = new ConcurrentHashMap<>();
        run(
                with(call -> {
                            rounds.put(call.index(), call.round());
                            if (call.index() == 1) {
                                assertThat(call.call()).isEqualTo(call("read", "id", "7"));
                                assertThat(call.accesses()).containsExactly(Access.read("account/7"));
                                assertThat(call.onlyReads()).isTrue();
                                assertThat(call.policy()).isEqualTo(policy);
                                assertThat(call.plan().calls()).hasSize(3);
                                assertThat(call.plan().dependencies(1))
                                        .singleElement()
                                        .satisfies(dependency ->
                                                assertThat(dependency.earlier()).isZero());
                                told.add("seen");
                            } else {
                                assertThat(call.onlyReads()).isEqualTo(call.index() == 2);
                                told.add("seen");
                            }
                            return call.proceed();
                        })
                        .policy("read", policy),
                call("write", "id", "7"),
                call("read", "id", "7"),
                call("quick"));
        assertThat(told).filteredOn("seen"::equals).hasSize(3);
        assertThat(rounds).containsOnlyKeys(0, 1, 2);
        assertThat(rounds.values().stream().distinct()).hasSize(1);
    }

    @Test
    void changed_arguments_reach_the_interceptors_within_and_the_tool() throws Exception {
        Outcome outcome = outcome(
                with(call -> call.proceed(call("write", "id", "1", "amount", 2)), call -> {
                    told.add("sees " + call.call().arguments());
                    return call.proceed();
                }),
                call("write", "id", "1", "amount", 1));
        assertThat(outcome).isEqualTo(new Outcome.Succeeded("written"));
        assertThat(told).containsExactly("sees {\"id\":\"1\",\"amount\":2}", "write {\"id\":\"1\",\"amount\":2}");
    }

    @Test
    void changed_arguments_reach_every_attempt() throws Exception {
        ToolSet flaky = ToolSet.of(ToolDefinition.of("get", Effects.reads("a"), call -> {
            told.add(call.arguments().toString());
            if (attempts.incrementAndGet() < 2) {
                throw new IOException("reset");
            }
            return "got";
        }));
        start(
                        with(call -> call.proceed(call("get", "page", 2)))
                                .policy("get", retrying(Duration.ZERO))
                                .build(),
                        flaky,
                        call("get", "page", 1))
                .get();
        assertThat(told).containsExactly("{\"page\":2}", "{\"page\":2}");
    }

    @Test
    void changed_arguments_must_not_access_what_was_not_planned() throws Exception {
        Outcome outcome = outcome(with(call -> call.proceed(call("write", "id", "2"))), call("write", "id", "1"));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error()).isInstanceOf(IllegalArgumentException.class));
        assertThat(outcome.message())
                .startsWith("the changed arguments of tool 'write' would ")
                .contains("account/2", "which was not planned", "account/1");
        assertThat(told).isEmpty();
    }

    @Test
    void a_call_cannot_become_one_of_another_tool() throws Exception {
        Outcome outcome = outcome(with(call -> call.proceed(call("quick"))), call("write", "id", "1"));
        assertThat(outcome.message()).isEqualTo("a call of tool 'write' cannot become one of tool 'quick'");
        assertThat(told).isEmpty();
    }

    @Test
    void a_result_can_be_replaced() throws Exception {
        assertThat(outcome(with(call -> "[" + call.proceed() + "]"), call("quick")))
                .isEqualTo(new Outcome.Succeeded("[ok]"));
    }

    @Test
    void an_interceptor_that_never_proceeds_gives_the_result() throws Exception {
        CallResult result =
                run(with(call -> "from the cache"), call("write", "id", "1")).get(0);
        assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("from the cache"));
        assertThat(result.attempts()).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void a_result_may_be_null() throws Exception {
        assertThat(outcome(with(call -> null), call("quick"))).isEqualTo(new Outcome.Succeeded(null));
    }

    @Test
    void a_refused_call_fails_with_the_reason_and_is_not_tried_again() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CallResult result = run(
                        with(call -> {
                                    asked.incrementAndGet();
                                    throw new CallRefusedException("read-only mode is on: ask the user to end it");
                                })
                                .policy("read", retrying(Duration.ZERO)),
                        call("read", "id", "1"))
                .get(0);
        assertThat(result.outcome().message()).isEqualTo("read-only mode is on: ask the user to end it");
        assertThat(result.attempts()).isZero();
        assertThat(asked).hasValue(1);
        assertThat(told).isEmpty();
    }

    @Test
    void an_interceptor_that_throws_fails_its_call_only() throws Exception {
        IllegalStateException bug = new IllegalStateException("a bug");
        List<CallResult> results = run(
                with(call -> {
                    if (call.index() == 0) {
                        throw bug;
                    }
                    return call.proceed();
                }),
                call("write", "id", "1"),
                call("read", "id", "1"));
        assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Failed(bug));
        assertThat(results.get(1).isSuccess()).isTrue();
    }

    @Test
    void an_error_of_an_interceptor_is_the_calls_failure_too() throws Exception {
        AssertionError bug = new AssertionError("a bug");
        assertThat(outcome(
                        with(call -> {
                            throw bug;
                        }),
                        call("quick")))
                .isEqualTo(new Outcome.Failed(bug));
    }

    @Test
    void a_call_runs_once_however_often_an_interceptor_proceeds() throws Exception {
        Outcome outcome = outcome(
                with(logging("outer"), call -> {
                    call.proceed();
                    return call.proceed();
                }),
                call("quick"));
        assertThat(outcome.message()).isEqualTo("interceptor 2 has run tool 'quick' before: a call runs once");
        assertThat(told).containsExactly("outer before", "quick", "outer after");
    }

    @Test
    void an_interceptor_sees_what_the_tool_threw_and_may_make_a_result_of_it() throws Exception {
        assertThat(outcome(
                        with(call -> {
                            try {
                                return call.proceed();
                            } catch (IOException e) {
                                return "instead of " + e.getMessage();
                            }
                        }),
                        call("fail")))
                .isEqualTo(new Outcome.Succeeded("instead of broken"));
    }

    @Test
    void what_the_tool_threw_passes_unchanged() throws Exception {
        assertThat(outcome(with(logging("a"), logging("b")), call("fail")))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error())
                                .isExactlyInstanceOf(IOException.class)
                                .hasMessage("broken"));
    }

    @Test
    void an_audit_log_has_every_call_and_what_came_of_it() throws Exception {
        List<String> audit = new CopyOnWriteArrayList<>();
        CallInterceptor auditing = call -> {
            try {
                Object result = call.proceed();
                audit.add(call.index() + " " + call.call().tool() + " gave " + result);
                return result;
            } catch (Exception e) {
                audit.add(call.index() + " " + call.call().tool() + " threw " + e.getMessage());
                throw e;
            }
        };
        run(with(auditing), call("write", "id", "1"), call("read", "id", "1"), call("fail"), call("nonsense"));
        assertThat(audit)
                .containsExactlyInAnyOrder(
                        "0 write gave written",
                        "1 read gave balance",
                        "2 fail threw broken",
                        "3 nonsense threw there is no tool named 'nonsense'; the tools are "
                                + "[fail, flaky, hang, quick, read, write]");
    }

    @Test
    void a_cache_answers_what_it_knows_without_the_tool() throws Exception {
        Map<ToolCall, Object> cache = new ConcurrentHashMap<>();
        ToolCallExecutor executor = with(call -> {
                    Object known = call.onlyReads() ? cache.get(call.call()) : null;
                    if (known != null) {
                        return known;
                    }
                    Object result = call.proceed();
                    if (call.onlyReads() && result != null) {
                        cache.put(call.call(), result);
                    }
                    return result;
                })
                .build();
        for (int i = 0; i < 2; i++) {
            List<CallResult> results = start(executor, tools, call("read", "id", "1"), call("write", "id", "2"))
                    .get();
            assertThat(results)
                    .extracting(CallResult::outcome)
                    .containsExactly(new Outcome.Succeeded("balance"), new Outcome.Succeeded("written"));
        }
        assertThat(told).filteredOn(line -> line.startsWith("read")).hasSize(1);
        assertThat(told).filteredOn(line -> line.startsWith("write")).hasSize(2);
    }
}
