package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.TimeKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listeners are told that calls wait for, and how they end. */
@Timeout(60)
class ListenerWaitsTest {

    private final EventOrder order = new EventOrder();
    private final FakeTime time = new FakeTime();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder().listener(order);
    }

    /** Its first call takes 40 ms, in which the test looks; the others take none. */
    private ToolDefinition slow(String name, Effects effects) {
        AtomicInteger runs = new AtomicInteger();
        return ToolDefinition.of(name, effects, c -> {
            if (runs.getAndIncrement() == 0) {
                started.countDown();
                await(release);
            }
            return 1;
        });
    }

    private void pass40MillisAndRelease() throws InterruptedException {
        await(started);
        time.advance(Duration.ofMillis(40));
        release.countDown();
    }

    private void check() {
        assertThat(order.violated()).isNull();
    }

    @Test
    void a_call_that_conflicts_waits_for_the_earlier_one() throws Exception {
        ToolSet tools = ToolSet.of(slow("write", Effects.writes("a")), slow("read", Effects.reads("b")));
        Fixtures.Running running =
                start(executor().time(time).build(), tools, call("write"), call("write"), call("write"));
        pass40MillisAndRelease();
        running.get();
        check();
        assertThat(order.of(0)).containsExactly("planned", "ready", "started", "attemptended", "ended ok");
        assertThat(order.of(2))
                .containsExactly("planned", "waits for call 2", "ready", "started", "attemptended", "ended ok");
        assertThat(order.report().traces().get(1).time(TimeKind.DEPENDENCY)).isEqualTo(Duration.ofMillis(40));
        assertThat(order.report().traces().get(0).time(TimeKind.RUN)).isEqualTo(Duration.ofMillis(40));
    }

    @Test
    void a_call_for_which_no_permit_is_free_waits_for_one() throws Exception {
        ToolSet tools = ToolSet.of(slow("read", Effects.reads("a")));
        Fixtures.Running running = start(
                executor()
                        .time(time)
                        .maxConcurrency(1)
                        .inference(false)
                        .callTimeout(Duration.ofHours(1))
                        .build(),
                tools,
                call("read"),
                call("read"));
        pass40MillisAndRelease();
        running.get();
        check();
        assertThat(order.of(1))
                .containsExactly("planned", "waits for the one permit", "ready", "started", "attemptended", "ended ok");
        assertThat(order.report().traces().get(1).time(TimeKind.PERMIT)).isEqualTo(Duration.ofMillis(40));
        assertThat(order.report().maxConcurrency()).isEqualTo(1);
    }

    @Test
    void a_call_waits_for_a_permit_once_it_waits_for_no_call_any_more() throws Exception {
        CountDownLatch bothRun = new CountDownLatch(2);
        CountDownLatch endFirst = new CountDownLatch(1);
        CountDownLatch permitTold = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("first", Effects.writes("a"), c -> {
                    bothRun.countDown();
                    await(endFirst);
                    return 1;
                }),
                ToolDefinition.of("long", Effects.reads("b"), c -> {
                    bothRun.countDown();
                    await(release);
                    return 1;
                }),
                ToolDefinition.of("third", Effects.reads("c"), c -> {
                    await(release);
                    return 1;
                }),
                ToolDefinition.of("last", Effects.reads("a"), c -> 1));
        ToolCallExecutor executor = executor()
                .maxConcurrency(2)
                .listener(event -> {
                    if (event instanceof RoundEvent.CallWaiting waiting
                            && waiting.index() == 3
                            && waiting.waitsFor().kind() == TimeKind.PERMIT) {
                        permitTold.countDown();
                    }
                })
                .build();
        Fixtures.Running running = start(executor, tools, call("first"), call("long"), call("third"), call("last"));
        await(bothRun);
        endFirst.countDown();
        await(permitTold);
        release.countDown();
        running.get();
        check();
        assertThat(order.of(3))
                .containsExactly(
                        "planned",
                        "waits for call 1",
                        "waits for one of 2 permits",
                        "ready",
                        "started",
                        "attemptended",
                        "ended ok");
    }

    @Test
    void a_call_of_a_capped_tool_waits_for_the_cap() throws Exception {
        ToolSet tools = ToolSet.of(slow("read", Effects.reads("a")));
        ToolCallExecutor executor = executor()
                .time(time)
                .policy("read", ToolPolicy.builder().maxConcurrency(1).build())
                .build();
        Fixtures.Running running = start(executor, tools, call("read"), call("read"));
        pass40MillisAndRelease();
        running.get();
        check();
        assertThat(order.of(1)).contains("waits for the cap of tool 'read' (1)");
        assertThat(order.report().traces().get(1).time(TimeKind.CAP)).isEqualTo(Duration.ofMillis(40));
        assertThat(order.report().traces().get(1).settings().caps())
                .singleElement()
                .satisfies(cap -> assertThat(cap.limit()).isEqualTo(1));
    }

    @Test
    void calls_that_their_owner_runs_one_after_another_wait_for_each_other() {
        ToolSet tools =
                ToolSet.of(ToolDefinition.of("undeclared", c -> 1), ToolDefinition.of("pure", Effects.pure(), c -> 2));
        executor().build().execute(List.of(call("undeclared"), call("undeclared"), call("undeclared")), tools);
        check();
        assertThat(order.of(1))
                .containsExactly("planned", "waits for call 1", "ready", "started", "attemptended", "ended ok");
        assertThat(order.of(2))
                .containsExactly("planned", "waits for call 2", "ready", "started", "attemptended", "ended ok");
    }

    @Test
    void brief_calls_that_wait_for_no_other_wait_for_the_owner() {
        ToolSet tools = ToolSet.of(ToolDefinition.of("pure", Effects.pure(), c -> 2));
        ToolCallExecutor executor = executor().build();
        while (!order.of(1).contains("waits for the calling thread")) {
            // What the engine learns, it may learn in the round before.
            order.events.clear();
            executor.execute(List.of(call("pure"), call("pure")), tools);
        }
        check();
        assertThat(order.of(1))
                .containsExactly(
                        "planned", "waits for the calling thread", "ready", "started", "attemptended", "ended ok");
    }

    @Test
    void a_call_waits_for_its_approval_and_not_for_a_permit_meanwhile() throws Exception {
        CompletableFuture<Approval> answer = new CompletableFuture<>();
        ToolSet tools = ToolSet.of(ToolDefinition.of("write", Effects.writes("a"), c -> 1));
        ToolCallExecutor executor = executor()
                .time(time)
                .interceptor(ApprovalInterceptor.builder(c -> {
                            started.countDown();
                            return answer;
                        })
                        .build())
                .build();
        Fixtures.Running running = start(executor, tools, call("write"));
        await(started);
        while (!order.of(0).contains("waits for its approval")) {
            Thread.onSpinWait();
        }
        time.advance(Duration.ofSeconds(3));
        answer.complete(Approval.approved());
        running.get();
        check();
        assertThat(order.of(0))
                .containsExactly("planned", "waits for its approval", "ready", "started", "attemptended", "ended ok");
        assertThat(order.report().traces().get(0).time(TimeKind.APPROVAL)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void a_call_of_a_later_round_waits_for_what_an_abandoned_one_holds() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        ToolSet tools = ToolSet.of(ToolDefinition.of("write", Effects.writes("a"), c -> {
            boolean first = runs.getAndIncrement() == 0;
            started.countDown();
            if (first) {
                awaitStubbornly(hangs);
            }
            return 1;
        }));
        ToolCallExecutor executor = executor()
                .time(time)
                .timeout(Duration.ofMillis(100))
                .gracePeriod(Duration.ofMillis(50))
                .build();
        Fixtures.Running abandoned = start(executor, tools, call("write"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(150));
        time.advance(Duration.ofMillis(50));
        abandoned.get();
        assertThat(order.of(0)).containsExactly("planned", "ready", "started", "abandoned", "ended abandoned");
        order.events.clear();
        Fixtures.Running running = start(executor, tools, call("write"));
        while (order.of(0).stream().noneMatch(name -> name.contains("abandoned"))) {
            Thread.onSpinWait();
        }
        hangs.countDown();
        running.get();
        assertThat(order.of(0).get(1))
                .matches("waits for a resource of call 1 of round \\d+ \\(tool 'write'\\), which was abandoned");
        assertThat(order.of(0)).contains("released", "ready");
    }

    @Test
    void calls_say_how_they_ended() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("read", Effects.reads("a"), c -> 1),
                ToolDefinition.of("fail", Effects.reads("b"), c -> {
                    throw new IllegalStateException("no");
                }));
        executor()
                .coalescing(true)
                .chaining(true)
                .maxCallsPerBatch(4)
                .build()
                .execute(
                        List.of(
                                call("read"),
                                call("read"),
                                call("fail"),
                                call("fail", "x", "${3}"),
                                call("read", "over", 1)),
                        tools);
        check();
        assertThat(order.of(0)).endsWith("ended ok");
        assertThat(order.of(1)).containsExactly("planned", "coalesced", "ended coalesced");
        assertThat(order.of(2)).endsWith("ended failed");
        assertThat(order.of(3)).doesNotContain("started").endsWith("ended skipped");
        assertThat(order.of(4)).doesNotContain("started").endsWith("ended rejected");
        assertThat(order.events).last().isInstanceOf(RoundEvent.RoundEnded.class);
    }

    @Test
    void without_a_listener_nothing_is_worked_out_for_one() {
        AtomicInteger asked = new AtomicInteger();
        Effects computed = Effects.of(c -> {
            asked.incrementAndGet();
            return List.of(Access.write("a"));
        });
        ToolSet tools = ToolSet.of(ToolDefinition.of("write", computed, c -> 1));
        ToolCallExecutor.builder().build().execute(List.of(call("write"), call("write")), tools);
        assertThat(asked).hasValue(2);
    }
}
