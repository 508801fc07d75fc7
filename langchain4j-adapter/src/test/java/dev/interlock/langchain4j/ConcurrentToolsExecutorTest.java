package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.tool.AiServiceTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The executor that a user gives to {@code executeToolsConcurrently} runs the calls. */
@Timeout(60)
class ConcurrentToolsExecutorTest {

    /** A call with a limit never runs on the caller, however brief calls are, or slow the JVM's first threads. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final ToolExecutionRequest[] TWO_MEET = {call("1", "meet", "{}"), call("2", "meet", "{}")};

    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final CyclicBarrier two = new CyclicBarrier(2);
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final List<AiServiceTool> tools = List.of(
            tool("meet", request -> {
                threads.add(Thread.currentThread());
                Waiting.meet(two);
                return "met";
            }),
            tool("run", request -> {
                threads.add(Thread.currentThread());
                return "ran";
            }),
            tool("hang", request -> {
                hanging.countDown();
                Waiting.forInterrupt();
                return "never";
            }));

    private static ParallelTools.Builder declaring() {
        return Waiting.patientTools()
                .effects("meet", Effects.reads("a"))
                .effects("run", Effects.reads("a"))
                .effects("hang", Effects.reads("a"));
    }

    private ScriptedChatModel chat(ParallelTools parallel, Executor executor, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        parallel.aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .executeToolsConcurrently(executor)
                .build()
                .chat("go");
        return model;
    }

    @Test
    void executor_runs_the_calls() {
        List<Thread> pooled = new CopyOnWriteArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(2, body -> {
            Thread thread = Thread.ofPlatform().name("pooled").unstarted(body);
            pooled.add(thread);
            return thread;
        });
        try {
            ScriptedChatModel model = chat(declaring().build(), pool, TWO_MEET);

            assertThat(model.resultTexts()).containsExactly("met", "met");
            assertThat(threads).hasSize(2).containsExactlyInAnyOrderElementsOf(pooled);
        } finally {
            pool.close();
        }
        assertThat(pooled)
                .as("threads have their names back")
                .extracting(Thread::getName)
                .containsOnly("pooled");
    }

    @Test
    void executor_runs_only_what_is_independent() {
        AtomicInteger given = new AtomicInteger();
        Executor executor = body -> {
            given.incrementAndGet();
            Thread.ofVirtual().start(body);
        };

        ScriptedChatModel model =
                chat(ParallelTools.builder().build(), executor, call("1", "run", "{}"), call("2", "run", "{}"));

        assertThat(model.resultTexts()).containsExactly("ran", "ran");
        assertThat(given).hasValue(0);
        assertThat(threads).containsOnly(Thread.currentThread());
    }

    @Test
    void without_an_executor_calls_run_on_virtual_threads_of_their_own() {
        ScriptedChatModel model = ScriptedChatModel.asking(TWO_MEET);
        declaring()
                .timeout(LIMIT)
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .executeToolsConcurrently()
                .build()
                .chat("go");

        assertThat(model.resultTexts()).containsExactly("met", "met");
        assertThat(threads)
                .allMatch(Thread::isVirtual)
                .allMatch(thread -> thread.getName().matches("interlock-\\d+-[12]-meet"))
                .allMatch(thread -> !thread.isAlive());
    }

    @Test
    void threads_can_come_from_a_factory() {
        ParallelTools parallel = declaring()
                .timeout(LIMIT)
                .threadFactory(Thread.ofPlatform().daemon().factory())
                .build();
        ScriptedChatModel model = ScriptedChatModel.asking(TWO_MEET);
        parallel.aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .build()
                .chat("go");

        assertThat(model.resultTexts()).containsExactly("met", "met");
        assertThat(threads)
                .noneMatch(Thread::isVirtual)
                .allMatch(thread -> thread.getName().matches("interlock-\\d+-[12]-meet"))
                .allMatch(thread -> !thread.isAlive());
    }

    @Test
    void rejected_calls_get_threads_of_their_own() {
        Executor rejecting = body -> {
            throw new RejectedExecutionException("full");
        };

        assertThat(chat(declaring().build(), rejecting, TWO_MEET).resultTexts()).containsExactly("met", "met");
    }

    @Test
    void calls_that_an_executor_never_runs_get_threads_of_their_own() {
        List<Runnable> left = new CopyOnWriteArrayList<>();

        assertThat(chat(declaring().build(), left::add, TWO_MEET).resultTexts()).containsExactly("met", "met");

        left.forEach(Runnable::run);
        assertThat(threads).as("what the executor runs after all does nothing").hasSize(2);
    }

    @Test
    void calls_that_a_shut_down_executor_drops_get_threads_of_their_own() {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        pool.shutdownNow();

        assertThat(chat(declaring().build(), pool, TWO_MEET).resultTexts()).containsExactly("met", "met");
    }

    @Test
    void failure_of_the_executor_is_the_failure_of_the_calls() {
        Executor broken = body -> {
            throw new IllegalStateException("broken executor");
        };

        assertThat(chat(declaring().build(), broken, call("1", "run", "{}"), call("2", "run", "{}"))
                        .resultTexts())
                .containsExactly("broken executor", "broken executor");
    }

    @Test
    void calls_that_the_executor_runs_on_the_caller_are_executed() {
        ScriptedChatModel model =
                chat(declaring().build(), Runnable::run, call("1", "run", "{}"), call("2", "run", "{}"));

        assertThat(model.resultTexts()).containsExactly("ran", "ran");
    }

    @Test
    void ten_thousand_calls_of_which_an_executor_runs_all_on_the_caller() throws InterruptedException {
        assertThatTenThousandCallsSucceed(Runnable::run);
    }

    @Test
    void ten_thousand_calls_of_which_an_executor_runs_some_on_the_thread_that_gives_them() throws InterruptedException {
        ExecutorService pool = new ThreadPoolExecutor(
                2, 2, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), new ThreadPoolExecutor.CallerRunsPolicy());
        try {
            assertThatTenThousandCallsSucceed(pool);
        } finally {
            pool.shutdownNow();
        }
    }

    /** On a thread of its own, which a test that fails leaves hanging. */
    private void assertThatTenThousandCallsSucceed(Executor executor) throws InterruptedException {
        ToolExecutionRequest[] requests = IntStream.range(0, 10_000)
                .mapToObj(i -> call(String.valueOf(i), "run", "{}"))
                .toArray(ToolExecutionRequest[]::new);

        Caller caller = Caller.of(
                        () -> chat(declaring().build(), executor, requests).resultTexts())
                .join();

        assertThat(caller.thrown()).isNull();
        assertThat(caller.returned()).isEqualTo(Collections.nCopies(10_000, "ran"));
    }

    @Test
    void interrupt_of_the_caller_reaches_what_the_executor_runs_on_the_caller() throws InterruptedException {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "hang", "{}"), call("2", "run", "{}"));
        Assistant assistant = declaring()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .executeToolsConcurrently(Runnable::run)
                .build();
        Caller caller = Caller.of(() -> assistant.chat("go"));
        Waiting.await(hanging);

        caller.interrupt();

        caller.join();
        assertThat(caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(caller.interruptFlag()).isTrue();
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void limit_of_time_holds_for_what_the_executor_runs_on_the_caller() {
        ParallelTools parallel = declaring()
                .policy(
                        "hang",
                        ToolPolicy.builder().timeout(Duration.ofMillis(300)).build())
                .build();

        ScriptedChatModel model = chat(parallel, Runnable::run, call("1", "hang", "{}"), call("2", "run", "{}"));

        assertThat(model.resultTexts()).containsExactly("tool 'hang' timed out: the attempt exceeded 300 ms", "ran");
    }

    @Test
    void interrupt_meant_for_a_call_does_not_stay_with_the_pools_thread() {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            ParallelTools parallel = declaring()
                    .policy(
                            "hang",
                            ToolPolicy.builder().timeout(Duration.ofMillis(300)).build())
                    .build();

            assertThat(chat(parallel, pool, call("1", "hang", "{}"), call("2", "hang", "{}"))
                            .resultTexts())
                    .hasSize(2)
                    .allMatch(text -> text.endsWith("exceeded 300 ms"));
            assertThat(chat(parallel, pool, TWO_MEET).resultTexts()).containsExactly("met", "met");
            assertThat(threads).noneMatch(Thread::isInterrupted);
        } finally {
            pool.shutdownNow();
        }
    }
}
