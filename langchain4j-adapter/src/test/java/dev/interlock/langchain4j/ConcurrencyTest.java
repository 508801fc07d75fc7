package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.execution.Concurrency;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many calls run at the same time, which do, and where. */
@Timeout(60)
class ConcurrencyTest {

    private static final int CALLS = 12;

    /**
     * The first {@code expected} calls wait for each other, so as many must run at once; more than that are counted.
     */
    @SuppressWarnings("ThreadPriorityCheck") // gives a call too many the time to show itself
    private static int mostAtOnce(ParallelTools.Builder builder, int expected) {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(expected);
        AiServiceTool work = tool("work", request -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            enough.countDown();
            Waiting.await(enough);
            for (int i = 0; i < 200; i++) {
                Thread.yield();
            }
            running.decrementAndGet();
            return request.id();
        });
        ToolExecutionRequest[] requests = IntStream.range(0, CALLS)
                .mapToObj(i -> call("call " + i, "work", "{}"))
                .toArray(ToolExecutionRequest[]::new);

        List<ToolExecutionResultMessage> results =
                OneRound.served(builder.effects("work", Effects.pure()).build(), List.of(work), requests);

        assertThat(results)
                .hasSameSizeAs(requests)
                .allMatch(result -> result.id().equals(result.text()));
        return most.get();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 11})
    void as_many_calls_run_at_once_as_are_allowed(int maxConcurrency) {
        assertThat(mostAtOnce(ParallelTools.builder().maxConcurrency(maxConcurrency), maxConcurrency))
                .isEqualTo(maxConcurrency);
        assertThat(mostAtOnce(ParallelTools.builder().concurrency(Concurrency.of(maxConcurrency)), maxConcurrency))
                .isEqualTo(maxConcurrency);
    }

    @Test
    void five_calls_run_at_once_by_default() {
        assertThat(mostAtOnce(ParallelTools.builder(), 5)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {CALLS, CALLS + 1, ParallelTools.UNLIMITED})
    void all_calls_run_at_once_where_the_limit_allows(int maxConcurrency) {
        assertThat(mostAtOnce(ParallelTools.builder().maxConcurrency(maxConcurrency), CALLS))
                .isEqualTo(CALLS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void limit_below_one_is_an_error(int maxConcurrency) {
        assertThatThrownBy(() -> ParallelTools.builder().maxConcurrency(maxConcurrency))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxConcurrency must be >= 1, was " + maxConcurrency);
    }

    @Test
    void limit_is_of_each_round_so_services_do_not_wait_for_each_other() throws InterruptedException {
        ParallelTools parallel = ParallelTools.builder().maxConcurrency(1).build();
        CyclicBarrier two = new CyclicBarrier(2);
        List<AiServiceTool> tools = List.of(tool("meet", request -> {
            Waiting.meet(two);
            return "met";
        }));

        Caller first = Caller.of(() -> OneRound.executed(parallel, tools, call("1", "meet", "{}")));
        Caller second = Caller.of(() -> OneRound.executed(parallel, tools, call("1", "meet", "{}")));

        for (Caller caller : List.of(first.join(), second.join())) {
            assertThat((List<?>) caller.returned())
                    .extracting(ToolExecutionResultMessage.class::cast)
                    .extracting(ToolExecutionResultMessage::text)
                    .containsExactly("met");
        }
    }

    @Test
    void undeclared_tools_run_on_the_callers_thread_in_order() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        List<String> ids = new CopyOnWriteArrayList<>();
        List<AiServiceTool> tools = List.of(tool("doSomething", request -> note(request, ids, threads)));

        OneRound.served(
                ParallelTools.builder().build(),
                tools,
                call("1", "doSomething", "{}"),
                call("2", "doSomething", "{}"),
                call("3", "doSomething", "{}"));

        assertThat(ids).containsExactly("1", "2", "3");
        assertThat(threads).containsOnly(Thread.currentThread());
    }

    @Test
    void undeclared_tool_is_a_barrier_between_parallel_ones() {
        List<String> ids = new CopyOnWriteArrayList<>();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        CyclicBarrier two = new CyclicBarrier(2);
        List<AiServiceTool> tools =
                List.of(tool("doSomething", request -> note(request, ids, threads)), tool("meet", request -> {
                    Waiting.meet(two);
                    return note(request, ids, threads);
                }));

        OneRound.served(
                ParallelTools.builder().effects("meet", Effects.reads("place")).build(),
                tools,
                call("1", "meet", "{}"),
                call("2", "meet", "{}"),
                call("3", "doSomething", "{}"),
                call("4", "meet", "{}"),
                call("5", "meet", "{}"));

        assertThat(ids.subList(0, 2)).containsExactlyInAnyOrder("1", "2");
        assertThat(ids.get(2)).isEqualTo("3");
        assertThat(ids.subList(3, 5)).containsExactlyInAnyOrder("4", "5");
        assertThat(threads.get(2)).isEqualTo(Thread.currentThread());
    }

    private static String note(ToolExecutionRequest request, List<String> ids, List<Thread> threads) {
        ids.add(request.id());
        threads.add(Thread.currentThread());
        return "done";
    }

    @Test
    void undeclared_tools_overlap_where_that_is_set() {
        assertThat(texts(ParallelTools.builder().undeclared(Undeclared.PARALLEL).build(), meeting("doSomething")))
                .containsExactly("met", "met");
    }

    @Test
    void tools_inferred_to_only_read_overlap() {
        assertThat(texts(ParallelTools.builder().build(), meeting("list_customers")))
                .containsExactly("met", "met");
    }

    @Test
    void writes_of_different_resources_overlap() {
        ParallelTools parallel = ParallelTools.builder()
                .effects("meet", Effects.writes("account/{id}"))
                .build();

        assertThat(texts(parallel, meeting("meet"))).containsExactly("met", "met");
    }

    @Test
    void writes_of_one_resource_do_not_overlap() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<String> ids = new CopyOnWriteArrayList<>();
        AiServiceTool write = tool("write", request -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            ids.add(request.id());
            running.decrementAndGet();
            return "written";
        });
        ToolExecutionRequest[] requests = IntStream.range(0, 100)
                .mapToObj(i -> call(String.valueOf(i), "write", "{\"id\": \"" + (i % 2 == 0 ? "a" : "a/b") + "\"}"))
                .toArray(ToolExecutionRequest[]::new);

        OneRound.served(
                ParallelTools.builder()
                        .effects("write", Effects.writes("file/{id}"))
                        .maxConcurrency(ParallelTools.UNLIMITED)
                        .build(),
                List.of(write),
                requests);

        assertThat(most).hasValue(1);
        assertThat(ids)
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(String::valueOf).toList());
    }

    @Test
    void limit_of_concurrency_does_not_hold_up_what_is_ready() {
        // Of the two that may run one waits for the last: if a waiting call took a place, that would never start.
        CountDownLatch last = new CountDownLatch(1);
        List<AiServiceTool> tools = List.of(
                tool("wait", request -> {
                    Waiting.await(last);
                    return "waited";
                }),
                tool("open", request -> {
                    last.countDown();
                    return "opened";
                }));
        ParallelTools parallel = ParallelTools.builder()
                .maxConcurrency(2)
                .effects("wait", Effects.writes("door"))
                .effects("open", Effects.writes("window"))
                .build();

        assertThat(OneRound.served(
                        parallel,
                        tools,
                        call("1", "wait", "{}"),
                        call("2", "wait", "{}"),
                        call("3", "wait", "{}"),
                        call("4", "open", "{}")))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("waited", "waited", "waited", "opened");
    }

    private static AiServiceTool meeting(String name) {
        CyclicBarrier two = new CyclicBarrier(2);
        return tool(name, request -> {
            Waiting.meet(two);
            return "met";
        });
    }

    private static List<String> texts(ParallelTools parallel, AiServiceTool tool) {
        return OneRound.served(
                        parallel,
                        List.of(tool),
                        call("1", tool.name(), "{\"id\": \"7\"}"),
                        call("2", tool.name(), "{\"id\": \"8\"}"))
                .stream()
                .map(ToolExecutionResultMessage::text)
                .toList();
    }
}
