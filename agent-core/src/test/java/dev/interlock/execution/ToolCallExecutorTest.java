package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ToolCallExecutorTest {

    private final ToolCallExecutor executor = ToolCallExecutor.builder().build();
    private final ToolCallExecutor unlimited =
            ToolCallExecutor.builder().concurrency(Concurrency.unlimited()).build();

    private static List<Object> values(List<CallResult> results) {
        List<Object> values = new ArrayList<>();
        for (CallResult result : results) {
            values.add(result.outcome() instanceof Outcome.Succeeded succeeded ? succeeded.value() : result.outcome());
        }
        return values;
    }

    @Test
    void results_come_in_call_order_although_calls_end_in_reverse() {
        CountDownLatch[] ended =
                IntStream.range(0, 4).mapToObj(i -> new CountDownLatch(1)).toArray(CountDownLatch[]::new);
        List<Integer> endings = new CopyOnWriteArrayList<>();
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            int i = c.arguments().get("i").asInt();
            if (i < 3) {
                await(ended[i + 1]);
            }
            endings.add(i);
            ended[i].countDown();
            return i;
        }));
        List<CallResult> results = executor.execute(
                List.of(call("t", "i", 0), call("t", "i", 1), call("t", "i", 2), call("t", "i", 3)), tools);
        assertThat(values(results)).containsExactly(0, 1, 2, 3);
        assertThat(endings).containsExactly(3, 2, 1, 0);
    }

    @Test
    void independent_calls_overlap() {
        CyclicBarrier all = new CyclicBarrier(3);
        ToolSet tools =
                ToolSet.of(ToolDefinition.of("read", Effects.reads("x/{i}"), c -> all.await(20, TimeUnit.SECONDS)));
        List<CallResult> results =
                executor.execute(List.of(call("read", "i", 0), call("read", "i", 0), call("read", "i", 1)), tools);
        assertThat(results).allMatch(CallResult::isSuccess).allMatch(r -> r.thread() == ThreadKind.VIRTUAL);
    }

    @Test
    void conflicting_calls_run_one_after_another_in_call_order() {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch otherAccount = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(ToolDefinition.of("charge", Effects.writes("account/{id}"), c -> {
            String id = c.arguments().get("id").asText();
            if (id.equals("7")) {
                otherAccount.countDown();
            } else {
                await(otherAccount);
            }
            log.add(id + "+" + c.arguments().get("n"));
            return null;
        }));
        executor.execute(
                List.of(
                        call("charge", "id", 42, "n", 1),
                        call("charge", "id", 42, "n", 2),
                        call("charge", "id", 7, "n", 3)),
                tools);
        assertThat(log).filteredOn(s -> s.startsWith("42")).containsExactly("42+1", "42+2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void no_more_calls_run_at_once_than_the_limit_and_as_many_do(int limit) {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(limit);
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            full.countDown();
            await(full);
            running.decrementAndGet();
            return null;
        }));
        ToolCallExecutor limited =
                ToolCallExecutor.builder().maxConcurrency(limit).build();
        limited.execute(Collections.nCopies(20, call("t")), tools);
        assertThat(most).hasValue(limit);
    }

    @Test
    void the_default_limit_is_5() {
        assertThat(Concurrency.DEFAULT.limit()).isEqualTo(5);
        assertThat(Concurrency.forCpu().limit()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(Concurrency.forIo().limit())
                .isBetween(1, 16 * Runtime.getRuntime().availableProcessors());
        assertThatThrownBy(() -> Concurrency.of(0)).hasMessage("maxConcurrency must be >= 1, was 0");
    }

    @Test
    void a_failing_call_fails_alone_whatever_it_throws() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> {
            return switch (c.arguments().get("i").asInt()) {
                case 1 -> throw new IllegalStateException("no luck");
                case 2 -> throw new StackOverflowError();
                case 3 -> throw new InterruptedException("of its own");
                default -> "ok";
            };
        }));
        List<CallResult> results = executor.execute(
                List.of(call("t", "i", 0), call("t", "i", 1), call("t", "i", 2), call("t", "i", 3), call("t", "i", 4)),
                tools);
        assertThat(results).extracting(CallResult::isSuccess).containsExactly(true, false, false, false, true);
        assertThat(results.get(1).outcome().message()).isEqualTo("no luck");
        assertThat(results.get(2).outcome().message()).isEqualTo("java.lang.StackOverflowError");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void an_unknown_tool_fails_and_is_a_barrier() {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        ToolSet tools = ToolSet.of(ToolDefinition.of("read", Effects.reads("x"), c -> log.add("read")));
        List<ToolCall> calls = List.of(call("read"), call("nope"), call("read"));
        List<CallResult> results = executor.execute(calls, tools);
        assertThat(results.get(1).outcome().message()).isEqualTo("there is no tool named 'nope'; the tools are [read]");
        assertThat(results).extracting(CallResult::isSuccess).containsExactly(true, false, true);
        assertThat(executor.plan(calls, tools).dependencies())
                .hasToString("[call 2 waits for call 1: there is no tool named 'nope', so call 2 runs alone, "
                        + "call 3 waits for call 2: there is no tool named 'nope', so call 2 runs alone]");
    }

    @Test
    void arguments_that_are_no_object_make_a_call_a_barrier() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("read", Effects.reads("x"), ToolCall::arguments));
        ToolCall odd = new ToolCall("1", "read", JsonNodeFactory.instance.arrayNode());
        ToolCall broken = ToolCall.parse("2", "read", "{\"a\":");
        assertThat(executor.plan(List.of(call("read"), odd, broken, call("read")), tools)
                        .waves())
                .containsExactly(List.of(0), List.of(1), List.of(2), List.of(3));
    }

    @Test
    void a_single_pure_call_and_undeclared_calls_run_on_the_callers_thread() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        ToolBody noteThread = c -> threads.add(Thread.currentThread());
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("pure", Effects.pure(), noteThread), ToolDefinition.of("frobnicate", noteThread));
        executor.execute(List.of(call("pure")), tools);
        executor.execute(List.of(call("frobnicate"), call("pure"), call("frobnicate")), tools);
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void undeclared_calls_overlap_where_the_user_says_so() {
        CyclicBarrier both = new CyclicBarrier(2);
        ToolCallExecutor parallel =
                ToolCallExecutor.builder().undeclared(Undeclared.PARALLEL).build();
        List<CallResult> results = parallel.execute(
                List.of(call("frobnicate"), call("frobnicate")),
                Map.of("frobnicate", c -> both.await(20, TimeUnit.SECONDS)));
        assertThat(results).allMatch(CallResult::isSuccess);
    }

    @Test
    void a_tool_that_executes_calls_itself_does_not_starve_at_limit_1_five_levels_deep() {
        ToolCallExecutor narrow = ToolCallExecutor.builder().maxConcurrency(1).build();
        ToolSet[] tools = new ToolSet[1];
        tools[0] = ToolSet.of(ToolDefinition.of("nest", Effects.pure(), c -> {
            int depth = c.arguments().get("depth").asInt();
            if (depth == 0) {
                return 1;
            }
            return narrow
                    .execute(List.of(call("nest", "depth", depth - 1), call("nest", "depth", depth - 1)), tools[0])
                    .stream()
                    .mapToInt(r -> (int) ((Outcome.Succeeded) r.outcome()).value())
                    .sum();
        }));
        assertThat(values(narrow.execute(List.of(call("nest", "depth", 5)), tools[0])))
                .containsExactly(32);
    }

    @Test
    void a_batch_of_100_000_calls_is_executed() {
        AtomicInteger ran = new AtomicInteger();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("read", Effects.reads("/"), c -> ran.incrementAndGet()),
                ToolDefinition.of("write", Effects.writes("x/{i}"), c -> ran.incrementAndGet()));
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            calls.add(i % 2_000 < 1_000 ? call("read") : call("write", "i", i));
        }
        assertThat(unlimited.execute(calls, tools)).allMatch(CallResult::isSuccess);
        assertThat(ran).hasValue(100_000);
    }

    @Test
    void an_empty_batch_has_no_results() {
        assertThat(executor.execute(List.of(), Map.of())).isEmpty();
    }

    @Test
    void ready_calls_start_by_priority_and_then_in_call_order() {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        ToolBody note = c -> log.add(c.tool() + c.arguments().get("i"));
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("low", note).effects(Effects.pure()).build(),
                ToolDefinition.builder("high", note)
                        .effects(Effects.pure())
                        .policy(ToolPolicy.builder().priority(9).build())
                        .build());
        ToolCallExecutor narrow = ToolCallExecutor.builder().maxConcurrency(1).build();
        narrow.execute(
                List.of(call("low", "i", 1), call("high", "i", 2), call("low", "i", 3), call("high", "i", 4)), tools);
        assertThat(log).containsExactly("high2", "high4", "low1", "low3");
    }

    @Test
    void a_thread_factory_that_fails_fails_the_calls_and_not_the_round() {
        AtomicInteger asked = new AtomicInteger();
        ToolCallExecutor odd = ToolCallExecutor.builder()
                .threadFactory(body -> switch (asked.incrementAndGet()) {
                    case 1 -> null;
                    case 2 -> throw new OutOfMemoryError("unable to create native thread");
                    default -> Thread.ofPlatform().unstarted(body);
                })
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> "ok"));
        List<CallResult> results = odd.execute(List.of(call("t"), call("t"), call("t"), call("t")), tools);
        assertThat(results).extracting(CallResult::isSuccess).containsExactly(false, false, true, true);
        assertThat(results.get(0).outcome().message()).isEqualTo("the thread factory gave no thread for tool 't'");
        assertThat(results.get(0).thread()).isEqualTo(ThreadKind.NONE);
        assertThat(results.get(2).thread()).isEqualTo(ThreadKind.PLATFORM);
    }

    @Test
    void context_travels_to_the_threads_of_calls_and_is_gone_afterwards() {
        ThreadLocal<String> local = new ThreadLocal<>();
        ToolCallExecutor propagating = ToolCallExecutor.builder()
                .contextPropagator(() -> {
                    String captured = local.get();
                    return new ContextPropagator.Captured() {
                        @Override
                        public <T> T call(java.util.concurrent.Callable<T> body) throws Exception {
                            String before = local.get();
                            local.set(captured);
                            try {
                                return body.call();
                            } finally {
                                local.set(before);
                            }
                        }
                    };
                })
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> local.get()));
        local.set("alice");
        assertThat(values(propagating.execute(List.of(call("t"), call("t"), call("t")), tools)))
                .containsOnly("alice");
        local.remove();
    }

    @Test
    void every_thread_has_ended_when_the_batch_returns() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", Effects.pure(), c -> threads.add(Thread.currentThread())));
        for (int i = 0; i < 50; i++) {
            unlimited.execute(Collections.nCopies(20, call("t")), tools);
            threads.remove(Thread.currentThread());
            assertThat(threads).noneMatch(Thread::isAlive);
        }
    }

    @Test
    void threads_are_named_after_round_place_and_tool() {
        CyclicBarrier both = new CyclicBarrier(2);
        ToolSet tools = ToolSet.of(ToolDefinition.of("search", Effects.pure(), c -> {
            both.await(20, TimeUnit.SECONDS);
            return Thread.currentThread().getName();
        }));
        List<Object> names = values(executor.execute(List.of(call("search"), call("search")), tools));
        assertThat((String) names.get(0)).matches("interlock-\\d+-1-search");
        assertThat((String) names.get(1)).matches("interlock-\\d+-2-search");
    }
}
