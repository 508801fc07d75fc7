package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that are tried again, or run in chunks, while an abandoned call of their conversation still runs. */
@Timeout(30)
class AbandonedAndRetriedTest {

    private final FakeTime time = new FakeTime();
    private final AtomicInteger stubborn = new AtomicInteger(1);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicBoolean overlapped = new AtomicBoolean();
    private final Semaphore began = new Semaphore(0);
    private final CountDownLatch release = new CountDownLatch(1);

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.builder("write", c -> write())
                    .effects(Effects.writes("a"))
                    .policy(timeout(Duration.ofMillis(300)))
                    .build(),
            ToolDefinition.of("other", Effects.writes("a"), c -> {
                overlapped.compareAndSet(false, running.get() > 0);
                return "ok";
            }));

    private final ToolCallExecutor executor = ToolCallExecutor.builder()
            .time(time)
            .heldResourceTimeout(Duration.ofSeconds(2))
            .build();

    /** The first ones ignore their interrupt until the test ends them. */
    private Object write() {
        overlapped.compareAndSet(false, running.getAndIncrement() > 0);
        began.release();
        if (stubborn.getAndDecrement() > 0) {
            awaitStubbornly(release);
        }
        running.decrementAndGet();
        return "ok";
    }

    @AfterEach
    void end() {
        release.countDown();
    }

    private static <T> CompletableFuture<T> start(Supplier<T> batch) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                result.complete(batch.get());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Executes the call in a conversation, whose thread goes on; this takes 550 ms. */
    private List<CallResult> abandoned(ToolCall call, String conversation) throws Exception {
        Duration begin = Duration.between(FakeTime.ORIGIN, time.instant());
        var batch = start(() -> executor.execute(List.of(call), tools, conversation));
        assertThat(began.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        time.awaitParkedUntil(begin.plusMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitParkedUntil(begin.plusMillis(550));
        time.advance(Duration.ofMillis(250));
        List<CallResult> results = batch.get(20, TimeUnit.SECONDS);
        assertThat(results.get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        return results;
    }

    /** The batch waits for what the abandoned call holds, and goes on when that ends. */
    private void assertWaits(Supplier<List<CallResult>> batch) throws Exception {
        var again = start(batch);
        time.awaitParkedUntil(Duration.ofMillis(2550));
        release.countDown();
        assertThat(again.get(20, TimeUnit.SECONDS)).allMatch(CallResult::isSuccess);
        assertThat(overlapped).isFalse();
    }

    @Test
    void a_call_that_is_tried_again_waits_for_its_own_first_attempt() throws Exception {
        List<CallResult> results = abandoned(call("write"), "c");
        assertWaits(() -> executor.retryFailed(results, tools));
    }

    @Test
    void a_call_that_was_tried_again_in_vain_waits_for_its_first_attempt_once_more() throws Exception {
        List<CallResult> results = abandoned(call("write"), "c");
        var again = start(() -> executor.retryFailed(results, tools));
        time.awaitParkedUntil(Duration.ofMillis(2550));
        time.advance(Duration.ofSeconds(2));
        List<CallResult> held = again.get(20, TimeUnit.SECONDS);
        assertThat(held.get(0).outcome().message()).contains("gave up after waiting 2000 ms for a resource held by");
        var third = start(() -> executor.retryFailed(held, tools));
        time.awaitParkedUntil(Duration.ofMillis(4550));
        release.countDown();
        assertThat(third.get(20, TimeUnit.SECONDS)).allMatch(CallResult::isSuccess);
        assertThat(overlapped).isFalse();
    }

    @Test
    void a_batch_in_which_another_call_is_tried_again_waits_as_well() throws Exception {
        List<CallResult> first = abandoned(call("write"), "c");
        List<CallResult> results = List.of(first.get(0), failed(call("other")));
        var again = start(() -> executor.retryFailed(
                results, tools, result -> result.call().tool().equals("other")));
        time.awaitParkedUntil(Duration.ofMillis(2550));
        release.countDown();
        assertThat(again.get(20, TimeUnit.SECONDS).get(1).isSuccess()).isTrue();
        assertThat(overlapped).isFalse();
    }

    @Test
    void a_call_that_is_tried_again_in_a_named_conversation_waits_for_its_abandoned_calls() throws Exception {
        abandoned(call("write"), "c");
        assertWaits(() -> executor.retryFailed(List.of(failed(call("other"))), tools, result -> true, "c"));
    }

    @Test
    void chunks_of_a_conversation_wait_for_its_abandoned_calls() throws Exception {
        abandoned(call("write"), "c");
        assertWaits(() -> executor.executeInChunks(List.of(call("other"), call("write")), tools, 1, "c"));
    }

    @Test
    void a_chunk_waits_for_a_call_that_an_earlier_chunk_abandoned() throws Exception {
        var chunks = start(() -> executor.executeInChunks(List.of(call("write"), call("other")), tools, 1, "c"));
        assertThat(began.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitParkedUntil(Duration.ofMillis(550));
        time.advance(Duration.ofMillis(250));
        time.awaitParkedUntil(Duration.ofMillis(2550));
        assertThat(executor.abandoned().get(0).conversation()).isEqualTo("c");
        release.countDown();
        assertThat(chunks.get(20, TimeUnit.SECONDS).get(1).isSuccess()).isTrue();
    }

    @Test
    void equal_calls_of_two_conversations_are_tried_again_each_in_its_own() throws Exception {
        stubborn.set(2);
        List<CallResult> one = abandoned(call("write"), "one");
        List<CallResult> two = abandoned(call("write"), "two");
        executor.abandoned().stream()
                .filter(call -> "two".equals(call.conversation()))
                .forEach(call -> executor.release(call.id()));
        assertThat(executor.retryFailed(two, tools)).allMatch(CallResult::isSuccess);
        var again = start(() -> executor.retryFailed(one, tools));
        time.awaitParkedUntil(Duration.ofMillis(3100));
        release.countDown();
        assertThat(again.get(20, TimeUnit.SECONDS)).allMatch(CallResult::isSuccess);
    }

    @Test
    void a_call_whose_first_attempt_has_ended_is_tried_again_at_once() throws Exception {
        List<CallResult> results = abandoned(call("write"), "c");
        release.countDown();
        assertThat(executor.retryFailed(results, tools, result -> true, "c")).allMatch(CallResult::isSuccess);
        assertThat(executor.retryFailed(results, tools)).allMatch(CallResult::isSuccess);
    }

    @Test
    void a_conversation_must_not_be_null_and_chunks_must_not_be_empty() {
        List<CallResult> results = List.of(failed(call("other")));
        Object none = none();
        assertThatThrownBy(() -> executor.retryFailed(results, tools, result -> true, none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("conversation");
        assertThatThrownBy(() -> executor.executeInChunks(List.of(), tools, 1, none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("conversation");
        assertThatThrownBy(() -> executor.executeInChunks(List.of(), tools, 0, "c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("size must be >= 1, was 0");
    }

    @SuppressWarnings("NullAway") // what a caller without nullness checks may pass
    private static Object none() {
        return null;
    }

    private static CallResult failed(ToolCall call) {
        Instant at = Instant.EPOCH;
        return new CallResult(
                call,
                new Outcome.Failed(new IllegalStateException("no luck")),
                1,
                at,
                at,
                CallResult.ThreadKind.VIRTUAL);
    }
}
