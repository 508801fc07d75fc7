package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds within one another on one thread, of which several interrupt it: all share its one flag. */
@Timeout(60)
class NestedInterruptsTest {

    private static final Duration FIRST = Duration.ofMillis(10);
    private static final Duration SECOND = Duration.ofMillis(20);
    private static final Duration THIRD = Duration.ofMillis(30);

    private final FakeTime time = new FakeTime();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch innerEnded = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    /** Counts the interrupts by other threads. */
    private static final class Caller extends Thread {
        private final AtomicInteger interrupts = new AtomicInteger();

        Caller(Runnable body) {
            super(body);
        }

        @Override
        public void interrupt() {
            super.interrupt();
            if (!Thread.currentThread().equals(this)) {
                interrupts.incrementAndGet();
            }
        }

        void await(int count) {
            while (interrupts.get() < count) {
                Thread.onSpinWait();
            }
        }

        /** Waits on the caller itself, and leaves its flag alone. */
        static void awaitHere(int count) {
            ((Caller) Thread.currentThread()).await(count);
        }
    }

    private record Running(
            Caller caller, CompletableFuture<List<CallResult>> results, CompletableFuture<Boolean> flag) {

        List<CallResult> get() throws Exception {
            return results.get(20, TimeUnit.SECONDS);
        }
    }

    private static Running start(ToolCallExecutor executor, ToolSet tools, String tool) {
        CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Caller caller = new Caller(() -> {
            try {
                List<CallResult> all = executor.execute(List.of(call(tool)), tools);
                flag.complete(Thread.currentThread().isInterrupted());
                results.complete(all);
            } catch (Throwable e) {
                results.completeExceptionally(e);
            }
        });
        caller.setDaemon(true);
        caller.start();
        return new Running(caller, results, flag);
    }

    private ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder()
                .time(time)
                .gracePeriod(Duration.ofHours(1))
                .roundGuard(calls -> RoundGuard.Where.ON_OWNER);
    }

    private static ToolPolicy attempt(Duration limit, boolean retried) {
        ToolPolicy.Builder policy = ToolPolicy.builder().timeout(limit);
        return retried
                ? policy.retry(RetryPolicy.builder().maxAttempts(2).build()).build()
                : policy.build();
    }

    private static ToolPolicy whole(Duration limit) {
        return ToolPolicy.builder().callTimeout(limit).build();
    }

    /** Lets the next limit pass, and waits until its interrupt has come. */
    private void pass(Running round, int interrupts) {
        time.advance(FIRST);
        round.caller().await(interrupts);
    }

    private void assertTimedOutWithoutFlag(Running round) throws Exception {
        assertThat(round.get().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(round.flag().join()).isFalse();
    }

    /** A tool that has a tool run in a round, in which a tool runs; {@code inner} and {@code middle} are their ends. */
    private ToolSet threeLevels(ToolCallExecutor executor, Runnable inner, Runnable middle) {
        ToolSet third = ToolSet.of(ToolDefinition.of("inner", c -> {
            started.countDown();
            inner.run();
            return null;
        }));
        ToolSet second = ToolSet.of(ToolDefinition.of("middle", c -> {
            executor.execute(List.of(call("inner")), third);
            innerEnded.countDown();
            middle.run();
            return null;
        }));
        return ToolSet.of(ToolDefinition.of("outer", c -> {
            executor.execute(List.of(call("middle")), second);
            return null;
        }));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_middle_the_inner_and_the_outer_round_interrupt_and_nothing_stays(boolean retried) throws Exception {
        ToolCallExecutor executor = executor()
                .policy("middle", attempt(FIRST, retried))
                .policy("inner", attempt(SECOND, retried))
                .policy("outer", whole(THIRD))
                .build();
        Running round = start(executor, threeLevels(executor, () -> Caller.awaitHere(3), () -> {}), "outer");
        await(started);
        for (int i = 1; i <= 3; i++) {
            pass(round, i);
        }
        assertTimedOutWithoutFlag(round);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_outer_round_interrupts_after_an_inner_one_has_set_the_flag_again(boolean retried) throws Exception {
        ToolCallExecutor executor = executor()
                .policy("inner", attempt(FIRST, retried))
                .policy("middle", attempt(SECOND, retried))
                .policy("outer", whole(THIRD))
                .build();
        Running round =
                start(executor, threeLevels(executor, () -> Caller.awaitHere(2), () -> Caller.awaitHere(3)), "outer");
        await(started);
        pass(round, 1);
        pass(round, 2);
        await(innerEnded);
        pass(round, 3);
        assertTimedOutWithoutFlag(round);
    }

    @Test
    void the_outer_round_interrupts_after_a_cancel_of_the_inner_one_that_its_owner_runs_alone() throws Exception {
        ToolCallExecutor executor = executor().policy("outer", whole(FIRST)).build();
        ToolCallExecutor alone = ToolCallExecutor.builder().time(time).build();
        Cancellation cancellation = new Cancellation();
        ToolSet inner = ToolSet.of(ToolDefinition.of("inner", c -> {
            started.countDown();
            Caller.awaitHere(2);
            return null;
        }));
        ToolSet outer = ToolSet.of(ToolDefinition.of("outer", c -> {
            cancellation.run(() -> alone.execute(List.of(call("inner")), inner));
            return null;
        }));
        Running round = start(executor, outer, "outer");
        await(started);
        cancellation.cancel();
        round.caller().await(1);
        pass(round, 2);
        assertTimedOutWithoutFlag(round);
    }

    @Test
    void the_callers_interrupt_is_kept_while_the_inner_round_holds_it_and_the_outer_one_interrupts() throws Exception {
        ToolCallExecutor executor = executor().policy("outer", whole(FIRST)).build();
        ToolCallExecutor dispatching = ToolCallExecutor.builder()
                .time(time)
                .timeout(Duration.ofHours(1))
                .gracePeriod(Duration.ofHours(1))
                .build();
        CountDownLatch stopped = new CountDownLatch(1);
        ToolSet inner = ToolSet.of(ToolDefinition.of("inner", c -> {
            started.countDown();
            try {
                Fixtures.blockUntilInterrupted();
            } catch (InterruptedException e) {
                stopped.countDown();
                await(release);
            }
            return null;
        }));
        ToolSet outer = ToolSet.of(ToolDefinition.of("outer", c -> {
            dispatching.execute(List.of(call("inner")), inner);
            return null;
        }));
        Running round = start(executor, outer, "outer");
        await(started);
        round.caller().interrupt();
        // The inner round has taken the flag: it interrupts its call because of it.
        await(stopped);
        pass(round, 2);
        release.countDown();
        assertThat(round.get().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(round.flag().join()).isTrue();
    }

    @Test
    void the_outer_round_interrupts_after_an_interrupt_of_other_work_of_the_body() throws Exception {
        ToolCallExecutor executor = executor().policy("outer", whole(FIRST)).build();
        CompletableFuture<Interruptible> work = new CompletableFuture<>();
        ToolSet outer = ToolSet.of(ToolDefinition.of("outer", c -> {
            try (Interruptible begun = Interruptible.begin()) {
                work.complete(begun);
                Caller.awaitHere(2);
            }
            return Thread.currentThread().isInterrupted();
        }));
        Running round = start(executor, outer, "outer");
        work.get(20, TimeUnit.SECONDS).interrupt();
        pass(round, 2);
        assertTimedOutWithoutFlag(round);
    }

    @Test
    void the_interrupt_of_other_work_ends_with_it_and_those_of_the_caller_and_of_the_round_do_not() {
        Interruptible done = Interruptible.begin();
        done.interrupt();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        done.close();
        done.interrupt();
        assertThat(Thread.interrupted()).isFalse();
        try (Interruptible begun = Interruptible.begin()) {
            Thread.currentThread().interrupt();
            begun.interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
        Interruptible around = Interruptible.begin();
        try (Interruptible within = Interruptible.begin()) {
            within.interrupt();
            around.interrupt();
        }
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        around.close();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void the_caller_interrupts_after_a_cancel_that_a_pending_call_has_ignored() throws Exception {
        Cancellation cancellation = new Cancellation();
        ToolCallExecutor alone = ToolCallExecutor.builder().build();
        ToolSet inner = ToolSet.of(ToolDefinition.of("inner", c -> {
            started.countDown();
            Caller.awaitHere(1);
            assertThat(Thread.interrupted()).isTrue();
            throw new CallPendingException("job 1");
        }));
        ToolSet outer = ToolSet.of(ToolDefinition.of("outer", c -> {
            cancellation.run(() -> alone.execute(List.of(call("inner")), inner));
            innerEnded.countDown();
            Caller.awaitHere(3);
            return null;
        }));
        Running round = start(executor().policy("outer", whole(FIRST)).build(), outer, "outer");
        await(started);
        cancellation.cancel();
        await(innerEnded);
        round.caller().interrupt();
        pass(round, 3);
        assertThat(round.get().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(round.flag().join()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_call_waits_while_other_work_around_the_wait_is_interrupted(boolean confined) throws Exception {
        CompletableFuture<Interruptible> work = new CompletableFuture<>();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<String> answer = new CompletableFuture<>();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .roundGuard(calls -> confined ? RoundGuard.Where.ON_OWNER : RoundGuard.Where.ANYWHERE)
                .interceptor(intercepted -> {
                    if (!work.isDone()) {
                        try (Interruptible begun = Interruptible.begin()) {
                            thread.complete(Thread.currentThread());
                            work.complete(begun);
                            intercepted.await(answer, null);
                        }
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    }
                    return intercepted.proceed();
                })
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", c -> "done"));
        CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            results.complete(executor.execute(List.of(call("tool"), call("tool")), tools));
            flag.complete(Thread.currentThread().isInterrupted());
        });
        work.get(20, TimeUnit.SECONDS).interrupt();
        while (thread.join().isInterrupted()) {
            Thread.onSpinWait();
        }
        answer.complete("go on");
        assertThat(results.get(20, TimeUnit.SECONDS))
                .allMatch(result -> result.outcome().isSuccess());
        assertThat(flag.get(20, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void a_round_within_other_work_keeps_to_what_it_is_meant_for() {
        ToolCallExecutor alone = ToolCallExecutor.builder().build();
        CompletableFuture<Interruptible> work = new CompletableFuture<>();
        ToolSet tools = ToolSet.of(ToolDefinition.of("tool", c -> {
            work.join().interrupt();
            return null;
        }));
        try (Interruptible begun = Interruptible.begin()) {
            work.complete(begun);
            alone.execute(List.of(call("tool")), tools);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        }
        assertThat(Thread.interrupted()).isFalse();
    }
}
