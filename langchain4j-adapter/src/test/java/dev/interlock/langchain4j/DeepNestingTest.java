package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A tool that calls an AI service never deadlocks, at any cap: a tool calls a service whose tool calls a service, five
 * levels deep. The limit of concurrency is a round's own, so a round never waits for a permit that a call around it
 * holds, and its owner can always run calls itself.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeepNestingTest {

    private static final int LEVELS = 5;
    private static final List<Integer> CAPS = List.of(1, 2, 5, ParallelTools.UNLIMITED);

    /** The service of one level: its model asks for some calls at a time and answers with their results. */
    private static final class Tower {
        private final Function<Class<Assistant>, AiServices<Assistant>> builder;
        private final int width;
        private final CodedTool.Body innermost;
        private ExecutorService pool;

        Tower(ParallelTools parallel, int width, CodedTool.Body innermost) {
            this(parallel::aiServices, width, innermost);
        }

        Tower(Function<Class<Assistant>, AiServices<Assistant>> builder, int width, CodedTool.Body innermost) {
            this.builder = builder;
            this.width = width;
            this.innermost = innermost;
        }

        Tower on(ExecutorService executor) {
            pool = executor;
            return this;
        }

        String climb() {
            return service(LEVELS).chat("go");
        }

        private Assistant service(int levels) {
            CodedTool.Body ask = levels == 1
                    ? innermost
                    : request -> request.id() + service(levels - 1).chat("go");
            List<AiServiceTool> tools = List.of(tool("ask", ask));
            AiServices<Assistant> services = builder.apply(Assistant.class)
                    .chatModel(new ConcatenatingModel(calls(width)))
                    .tools(tools);
            return (pool == null ? services : services.executeToolsConcurrently(pool)).build();
        }
    }

    /** Calls named 1, 2, … */
    private static ToolExecutionRequest[] calls(int width) {
        return IntStream.rangeClosed(1, width)
                .mapToObj(i -> call(String.valueOf(i), "ask", "{}"))
                .toArray(ToolExecutionRequest[]::new);
    }

    private static String expected(int width, int levels) {
        String below = levels == 1 ? "" : expected(width, levels - 1);
        return "("
                + String.join(
                        " ",
                        IntStream.rangeClosed(1, width).mapToObj(i -> i + below).toList())
                + ")";
    }

    private static ParallelTools.Builder parallel(int cap) {
        return ParallelTools.builder().maxConcurrency(cap).undeclared(Undeclared.PARALLEL);
    }

    @ParameterizedTest(name = "cap {0}, {1} calls a level")
    @CsvSource({"1, 1", "2, 1", "5, 1", "2147483647, 1", "1, 2", "2, 2", "5, 2", "2147483647, 2", "1, 3", "2, 3"})
    void five_levels(int cap, int width) {
        Tower tower = new Tower(parallel(cap).build(), width, ToolExecutionRequest::id);

        assertThat(tower.climb()).isEqualTo(expected(width, LEVELS));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, ParallelTools.UNLIMITED})
    void five_levels_of_undeclared_serial_tools(int cap) {
        ParallelTools serial = ParallelTools.builder().maxConcurrency(cap).build();

        assertThat(new Tower(serial, 2, ToolExecutionRequest::id).climb()).isEqualTo(expected(2, LEVELS));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, ParallelTools.UNLIMITED})
    void five_levels_that_write_one_resource_each_in_its_own_round(int cap) {
        ParallelTools writing =
                parallel(cap).effects("ask", Effects.writes("db")).build();

        assertThat(new Tower(writing, 2, ToolExecutionRequest::id).climb()).isEqualTo(expected(2, LEVELS));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, ParallelTools.UNLIMITED})
    void all_innermost_calls_run_at_the_same_time_since_a_cap_is_a_rounds_own(int cap) {
        CyclicBarrier all = new CyclicBarrier(32);
        Tower tower = new Tower(parallel(cap).build(), 2, request -> {
            Waiting.meet(all);
            return request.id();
        });

        assertThat(tower.climb()).isEqualTo(expected(2, LEVELS));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, ParallelTools.UNLIMITED})
    void five_levels_with_limits_of_time_so_that_every_call_has_a_thread(int cap) {
        ParallelTools limited = parallel(cap)
                .timeout(Duration.ofMinutes(1))
                .callTimeout(Duration.ofMinutes(2))
                .roundTimeout(Duration.ofMinutes(2))
                .build();

        assertThat(new Tower(limited, 2, ToolExecutionRequest::id).climb()).isEqualTo(expected(2, LEVELS));
    }

    /** All at the same time, since each of the 31 rounds waits a while for a thread that does not come. */
    @Test
    void five_levels_that_share_a_users_bounded_pool() throws Exception {
        List<ExecutorService> pools = new ArrayList<>();
        Map<String, Future<String>> answers = new LinkedHashMap<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int threads : List.of(1, 2)) {
                for (int cap : threads == 1 ? CAPS : List.of(1, ParallelTools.UNLIMITED)) {
                    ExecutorService pool = Executors.newFixedThreadPool(threads);
                    pools.add(pool);
                    Tower tower = new Tower(parallel(cap).build(), 2, ToolExecutionRequest::id).on(pool);
                    answers.put("cap " + cap + ", " + threads + " threads", callers.submit(tower::climb));
                }
            }
            for (Map.Entry<String, Future<String>> answer : answers.entrySet()) {
                assertThat(answer.getValue().get()).as(answer.getKey()).isEqualTo(expected(2, LEVELS));
            }
        } finally {
            pools.forEach(ExecutorService::shutdownNow);
        }
        assertThat(answers).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, ParallelTools.UNLIMITED})
    void five_levels_on_a_pool_that_rejects_what_does_not_fit(int cap) {
        ExecutorService pool = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1));
        try {
            Tower tower = new Tower(parallel(cap).build(), 2, ToolExecutionRequest::id).on(pool);

            assertThat(tower.climb()).isEqualTo(expected(2, LEVELS));
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void five_levels_called_from_the_pool_of_one_thread_that_carries_the_calls() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(1);
        try {
            Tower tower = new Tower(parallel(5).build(), 2, ToolExecutionRequest::id).on(pool);

            assertThat(pool.submit(tower::climb).get()).isEqualTo(expected(2, LEVELS));
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, ParallelTools.UNLIMITED})
    void five_levels_of_services_built_by_langchain4j_after_a_global_install(int cap) throws Exception {
        Rounds rounds = new Rounds();
        try (AutoCloseable installed =
                ParallelTools.installGlobally(parallel(cap).listener(rounds).build())) {
            assertThat(installed).isNotNull();
            Tower tower = new Tower(AiServices::builder, 2, ToolExecutionRequest::id);

            assertThat(tower.climb()).isEqualTo(expected(2, LEVELS));
        }
        assertThat(rounds.reports()).hasSize(31);
    }
}
