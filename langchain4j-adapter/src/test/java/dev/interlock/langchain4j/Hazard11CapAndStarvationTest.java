package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolService;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No cap, no time-out; and nested services that share a bounded pool wait for each other's threads. */
@Timeout(60)
class Hazard11CapAndStarvationTest {

    private static final int THREADS = 2;
    private static final int CALLS = 12;

    private final List<Thread> pooled = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), body -> {
                Thread thread = Thread.ofPlatform().daemon().unstarted(body);
                pooled.add(thread);
                return thread;
            });

    @AfterEach
    void shutDown() {
        pool.shutdownNow();
    }

    private static AiServices<Assistant> plain() {
        return AiServices.builder(Assistant.class);
    }

    private static AiServices<Assistant> interlock() {
        return ParallelTools.builder().build().aiServices(Assistant.class);
    }

    // Starvation.

    static class Inner {
        private final AtomicInteger computed = new AtomicInteger();

        @Tool
        @Pure
        String compute() {
            computed.incrementAndGet();
            return "computed";
        }
    }

    /** Its two calls run at the same time, and then each asks a service that has two calls as well. */
    static class Outer {
        private final CountDownLatch bothAsk = new CountDownLatch(THREADS);
        private final Supplier<Assistant> inner;

        Outer(Supplier<Assistant> inner) {
            this.inner = inner;
        }

        @Tool
        @Pure
        String ask() throws InterruptedException {
            bothAsk.countDown();
            Waiting.await(bothAsk);
            return inner.get().chat("go");
        }
    }

    private Assistant nested(Supplier<AiServices<Assistant>> services, Inner inner) {
        return services.get()
                .chatModel(ScriptedChatModel.asking(call("1", "ask", "{}"), call("2", "ask", "{}")))
                .tools(new Outer(() -> services.get()
                        .chatModel(ScriptedChatModel.asking(call("1", "compute", "{}"), call("2", "compute", "{}")))
                        .tools(inner)
                        .executeToolsConcurrently(pool)
                        .build()))
                .executeToolsConcurrently(pool)
                .build();
    }

    @Test
    void nested_services_that_share_a_bounded_pool_finish() throws InterruptedException {
        Inner inner = new Inner();
        Assistant outer = nested(Hazard11CapAndStarvationTest::interlock, inner);

        Caller caller = Caller.of(() -> outer.chat("go")).join();

        assertThat(caller.returned()).isEqualTo(ScriptedChatModel.DONE);
        assertThat(inner.computed).hasValue(4);
    }

    @Test
    void plain_langchain4j_starves_when_nested_services_share_a_bounded_pool() throws InterruptedException {
        Inner inner = new Inner();
        Assistant outer = nested(Hazard11CapAndStarvationTest::plain, inner);

        Caller caller = Caller.of(() -> outer.chat("go"));

        // All of the pool's threads wait for what is in the pool's queue: nothing can move any more.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> pool.getQueue().size() == 2 * THREADS
                        && pooled.stream().allMatch(Hazard11CapAndStarvationTest::waitsForOtherCalls));
        assertThat(pooled).hasSize(THREADS);
        assertThat(pool.getCompletedTaskCount()).isZero();
        assertThat(inner.computed).hasValue(0);

        // A thread from elsewhere sets them free.
        for (Runnable waiting = pool.getQueue().poll();
                waiting != null;
                waiting = pool.getQueue().poll()) {
            waiting.run();
        }
        assertThat(caller.join().returned()).isEqualTo(ScriptedChatModel.DONE);
    }

    private static boolean waitsForOtherCalls(Thread thread) {
        return thread.getState() == Thread.State.WAITING
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(ToolService.class.getName())
                                && frame.getMethodName().equals("executeConcurrently"));
    }

    // The cap.

    /** The first of the calls wait for each other; more than these are counted, and get the time to come. */
    static class Crowd {
        private static final int YIELDS = 200;

        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final CountDownLatch expected;

        Crowd(int expected) {
            this.expected = new CountDownLatch(expected);
        }

        @Tool
        @Pure
        @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it but how surely a missing cap is seen
        String join() throws InterruptedException {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            expected.countDown();
            Waiting.await(expected);
            for (int i = 0; i < YIELDS; i++) {
                Thread.yield();
            }
            running.decrementAndGet();
            return "joined";
        }
    }

    private static int mostAtOnce(AiServices<Assistant> services, int expected) {
        Crowd crowd = new Crowd(expected);
        ToolExecutionRequest[] requests = IntStream.range(0, CALLS)
                .mapToObj(i -> call("call " + i, "join", "{}"))
                .toArray(ToolExecutionRequest[]::new);
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        services.chatModel(model).tools(crowd).build().chat("go");
        assertThat(model.resultTexts()).hasSize(CALLS).containsOnly("joined");
        return crowd.most.get();
    }

    @Test
    void five_calls_run_at_once_and_no_more() {
        assertThat(mostAtOnce(interlock(), 5)).isEqualTo(5);
    }

    @Test
    void plain_langchain4j_runs_any_number_of_calls_at_once() {
        assertThat(mostAtOnce(plain().executeToolsConcurrently(), CALLS)).isEqualTo(CALLS);
    }

    // Limits of time.

    static class Slow {
        final CountDownLatch hanging = new CountDownLatch(1);
        final CountDownLatch quickRan = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);

        @Tool
        @Pure
        String hang() throws InterruptedException {
            hanging.countDown();
            try {
                Waiting.await(mayEnd);
                return "at last";
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }

        @Tool
        @Pure
        String quick() {
            quickRan.countDown();
            return "quick";
        }
    }

    private static ScriptedChatModel hangs() {
        return ScriptedChatModel.asking(call("1", "hang", "{}"), call("2", "quick", "{}"));
    }

    /** Only of the tool that hangs, so that a busy machine does not fail the other. */
    private static ParallelTools limiting(String tool) {
        return Waiting.patientTools()
                .policy(
                        tool,
                        ToolPolicy.builder().timeout(Duration.ofMillis(100)).build())
                .build();
    }

    @Test
    void hanging_tool_is_ended_by_its_limit_and_the_loop_goes_on() {
        Slow slow = new Slow();
        ScriptedChatModel model = hangs();

        String answer = limiting("hang")
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(slow)
                .build()
                .chat("go");

        assertThat(answer).isEqualTo(ScriptedChatModel.DONE);
        assertThat(slow.interrupted.getCount()).isZero();
        assertThat(model.resultTexts()).containsExactly("tool 'hang' timed out: the attempt exceeded 100 ms", "quick");
    }

    @Test
    void limit_of_a_call_ends_what_hangs_in_the_service_that_it_asks() {
        Slow slow = new Slow();
        Supplier<Assistant> inner =
                () -> interlock().chatModel(hangs()).tools(slow).build();
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "ask", "{}"), call("2", "ask", "{}"));

        limiting("ask")
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(new Outer(inner))
                .build()
                .chat("go");

        assertThat(slow.interrupted.getCount()).isZero();
        assertThat(model.resultTexts()).hasSize(2).containsOnly("tool 'ask' timed out: the attempt exceeded 100 ms");
    }

    @Test
    void plain_langchain4j_waits_as_long_as_a_tool_likes() throws InterruptedException {
        Slow slow = new Slow();
        ScriptedChatModel model = hangs();
        Assistant assistant =
                plain().chatModel(model).tools(slow).executeToolsConcurrently().build();

        Caller caller = Caller.of(() -> assistant.chat("go"));
        Waiting.await(slow.hanging);
        Waiting.await(slow.quickRan);
        assertThat(model.requests()).as("the loop waits").hasSize(1);
        slow.mayEnd.countDown();

        assertThat(caller.join().returned()).isEqualTo(ScriptedChatModel.DONE);
        assertThat(slow.interrupted.getCount()).isEqualTo(1);
        assertThat(model.resultTexts()).containsExactly("at last", "quick");
    }
}
