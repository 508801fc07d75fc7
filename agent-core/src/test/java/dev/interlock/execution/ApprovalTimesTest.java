package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.effect.Effects;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundReport;
import dev.interlock.event.TimeKind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a call's approval takes counts as a wait for its approval, whether the function that asks blocks or returns at
 * once. It is no part of the tool's time.
 */
@Timeout(60)
class ApprovalTimesTest extends ApprovalFixture {

    private static final Duration ANSWERING = Duration.ofMillis(500);

    private final EventOrder order = new EventOrder();

    private ToolCallExecutor.Builder blocking(Approval answer) {
        return answering(call -> {
                    time.advance(ANSWERING);
                    return completedFuture(answer);
                })
                .listener(order);
    }

    private CallTrace trace() {
        assertThat(order.violated()).isNull();
        return order.report().traces().get(0);
    }

    @Test
    void a_function_that_blocks_counts_as_a_wait_for_the_approval() throws Exception {
        CallResult result = start(blocking(Approval.approved()).build(), tools, call("pay", "id", "1"))
                .get()
                .get(0);

        assertThat(result.isSuccess()).isTrue();
        assertThat(result.duration()).isZero();
        assertThat(trace().times()).containsOnlyKeys(TimeKind.APPROVAL).containsEntry(TimeKind.APPROVAL, ANSWERING);
        assertThat(order.report().sequentialTime()).isZero();
        assertThat(order.of(0))
                .containsExactly("planned", "waits for its approval", "ready", "started", "attemptended", "ended ok");
    }

    @Test
    void a_refused_call_took_no_time_of_its_tool() throws Exception {
        CallResult result = start(blocking(Approval.refused("no")).build(), tools, call("pay", "id", "1"))
                .get()
                .get(0);

        assertThat(result.duration()).isZero();
        assertThat(trace().end()).isEqualTo(CallEnd.REJECTED);
        assertThat(trace().time(TimeKind.APPROVAL)).isEqualTo(ANSWERING);
        RoundReport report = order.report();
        assertThat(report.elapsed()).isEqualTo(ANSWERING);
        assertThat(report.sequentialTime()).isZero();
    }

    @Test
    void the_function_holds_no_permit_behind_an_interceptor_that_needs_the_turn() throws Exception {
        var running = start(
                ToolCallExecutor.builder()
                        .maxConcurrency(1)
                        .interceptor(InterceptedCall::proceed)
                        .interceptor(ApprovalInterceptor.builder(call -> {
                                    awaitRead();
                                    return completedFuture(Approval.approved());
                                })
                                .build())
                        .build(),
                tools,
                call("pay", "id", "1"),
                call("balance", "id", "2"));

        assertThat(running.get()).allMatch(CallResult::isSuccess);
        assertThat(ran).containsExactly("balance 2", "pay 1");
    }

    private void awaitRead() {
        try {
            await(readRan);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void an_interceptor_that_wraps_the_call_has_it_count_as_a_wait_too() throws Exception {
        start(
                        ToolCallExecutor.builder()
                                .time(time)
                                .listener(order)
                                .interceptor(call -> ApprovalInterceptor.builder(asked -> {
                                            time.advance(ANSWERING);
                                            return completedFuture(Approval.approved());
                                        })
                                        .build()
                                        .intercept(new WrappedCall(call)))
                                .build(),
                        tools,
                        call("pay", "id", "1"))
                .get();

        assertThat(trace().times()).containsOnlyKeys(TimeKind.INTERCEPTOR);
    }

    @Test
    void a_call_abandoned_after_its_approval_took_the_time_since_its_tool_started() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        ToolSet stubborn = ToolSet.of(ToolDefinition.of("pay", Effects.writes("account/{id}"), call -> {
            begun.countDown();
            awaitStubbornly(hangs);
            return "paid";
        }));
        var running = start(
                blocking(Approval.approved())
                        .timeout(Duration.ofMillis(100))
                        .gracePeriod(Duration.ofMillis(20))
                        .build(),
                stubborn,
                call("pay", "id", "1"));
        await(begun);
        time.awaitParkedUntil(Duration.ofMillis(600));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(620));
        time.advance(Duration.ofMillis(20));

        assertThat(running.get().get(0).duration()).isEqualTo(Duration.ofMillis(120));
        hangs.countDown();
    }

    @Test
    void the_functions_thread_is_interrupted_when_the_round_ends() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        var running = start(
                answering(call -> {
                            asked.countDown();
                            try {
                                Fixtures.blockUntilInterrupted();
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                            }
                            return completedFuture(Approval.approved());
                        })
                        .roundTimeout(Duration.ofSeconds(1))
                        .build(),
                tools,
                call("pay", "id", "1"));
        await(asked);
        time.awaitParkedUntil(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        await(interrupted);

        assertThat(running.get().get(0).outcome().message()).contains("exceeded 1000 ms");
        assertThat(running.get().get(0).duration()).isZero();
        assertThat(ran).isEmpty();
    }
}
