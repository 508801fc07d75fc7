package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.callTimeout;
import static dev.interlock.execution.Fixtures.start;
import static dev.interlock.execution.Fixtures.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an abandoned call holds in later rounds, on a clock that only the tests move. */
@Timeout(60)
class AbandonedCallsTest {

    private final FakeTime time = new FakeTime();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.builder("stubborn", c -> {
                        started.countDown();
                        awaitStubbornly(release);
                        return "late";
                    })
                    .effects(Effects.writes("a"))
                    .policy(timeout(Duration.ofMillis(300)))
                    .build(),
            ToolDefinition.of("write", Effects.writes("a/b"), c -> "written"),
            ToolDefinition.of("all", Effects.exclusive(), c -> "ok"),
            ToolDefinition.builder("patient", c -> "ok")
                    .effects(Effects.writes("c"))
                    .policy(callTimeout(Duration.ofHours(1)))
                    .build(),
            ToolDefinition.of("other", Effects.writes("c"), c -> "ok"));

    private final ToolCallExecutor executor = ToolCallExecutor.builder()
            .time(time)
            .heldResourceTimeout(Duration.ofSeconds(2))
            .build();

    @AfterEach
    void end() {
        release.countDown();
    }

    /** At 550 ms. */
    private void abandon() throws Exception {
        var running = start(executor, tools, call("stubborn"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitParkedUntil(Duration.ofMillis(550));
        time.advance(Duration.ofMillis(250));
        assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
    }

    @Test
    void a_later_round_finds_the_resource_held_and_fails_naming_holder_and_age() throws Exception {
        abandon();
        var running = start(executor, tools, call("write"), call("other"));
        time.awaitParkedUntil(Duration.ofMillis(2550));
        time.advance(Duration.ofSeconds(2));
        List<CallResult> results = running.get();
        assertThat(results.get(0).outcome().message())
                .matches("tool 'write' gave up after waiting 2000 ms for a resource held by call 1 of round"
                        + " \\d+ \\(tool 'stubborn'\\), which "
                        + "was abandoned 2000 ms ago and is still running");
        assertThat(results.get(1).isSuccess()).isTrue();
    }

    @Test
    void an_abandoned_call_of_a_chunk_has_its_place_in_its_round() throws Exception {
        var running = CompletableFuture.supplyAsync(
                () -> executor.executeInChunks(List.of(call("other"), call("stubborn")), tools, 1));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitParkedUntil(Duration.ofMillis(550));
        time.advance(Duration.ofMillis(250));
        assertThat(running.get().get(1).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(executor.abandoned()).extracting(AbandonedCall::index).containsExactly(0);
    }

    @Test
    void a_later_round_goes_on_when_the_abandoned_call_ends() throws Exception {
        abandon();
        var running = start(executor, tools, call("write"));
        time.awaitParkedUntil(Duration.ofMillis(2550));
        release.countDown();
        assertThat(running.get()).allMatch(CallResult::isSuccess);
        assertThat(executor.abandoned()).isEmpty();
    }

    @Test
    void a_call_that_waits_behind_one_that_waits_goes_on_with_it() throws Exception {
        abandon();
        var before = start(executor, tools, call("all"));
        time.awaitParkedUntil(Duration.ofMillis(2550));
        var behind = start(executor, tools, call("patient"));
        time.awaitParkedUntil(Duration.ofHours(1).plusMillis(550));
        release.countDown();
        assertThat(before.get()).allMatch(CallResult::isSuccess);
        assertThat(behind.get()).allMatch(CallResult::isSuccess);
    }

    @Test
    void a_later_round_goes_on_when_the_user_releases_the_abandoned_call() throws Exception {
        abandon();
        var running = start(executor, tools, call("write"));
        time.awaitParkedUntil(Duration.ofMillis(2550));
        AbandonedCall abandoned = executor.abandoned().get(0);
        assertThat(abandoned.call().tool()).isEqualTo("stubborn");
        assertThat(abandoned.index()).isZero();
        assertThat(executor.release(abandoned.id())).isTrue();
        assertThat(executor.release(abandoned.id())).isFalse();
        assertThat(running.get()).allMatch(CallResult::isSuccess);
        assertThat(executor.abandoned()).isEmpty();
    }

    @Test
    void a_calls_own_limit_comes_first() throws Exception {
        abandon();
        ToolSet limited = ToolSet.of(ToolDefinition.builder("write", c -> "written")
                .effects(Effects.writes("a"))
                .policy(callTimeout(Duration.ofMillis(100)))
                .build());
        var running = start(executor, limited, call("write"));
        time.awaitParkedUntil(Duration.ofMillis(650));
        time.advance(Duration.ofMillis(100));
        assertThat(running.get().get(0).outcome().message())
                .isEqualTo("tool 'write' timed out: the call exceeded 100 ms before the tool could start");
    }

    @Test
    void another_conversation_is_not_held_up() throws Exception {
        abandon();
        assertThat(executor.execute(List.of(call("write")), tools, "another conversation"))
                .allMatch(CallResult::isSuccess);
    }

    @Test
    void the_caller_can_be_interrupted_while_it_waits_for_a_held_resource() throws Exception {
        abandon();
        var running = start(executor, tools, call("write"));
        time.awaitParkedUntil(Duration.ofMillis(2550));
        running.owner().interrupt();
        assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(executor.abandoned()).hasSize(1);
    }

    @Test
    void nothing_stays_behind_when_the_abandoned_call_has_ended() throws Exception {
        abandon();
        release.countDown();
        await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(executor.abandoned()).isEmpty());
        assertThat(executor.execute(List.of(call("write"), call("other")), tools))
                .allMatch(CallResult::isSuccess);
    }

    @Test
    void with_exclusive_conversations_an_abandoned_call_holds_up_all_of_them() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        ToolCallExecutor exclusive = ToolCallExecutor.builder()
                .time(time)
                .exclusiveAcrossConversations(true)
                .heldResourceTimeout(Duration.ofSeconds(2))
                .build();
        CompletableFuture<List<CallResult>> first = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            began.countDown();
            first.complete(exclusive.execute(List.of(call("stubborn")), tools, "one"));
        });
        await(began);
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitParkedUntil(Duration.ofMillis(550));
        time.advance(Duration.ofMillis(250));
        first.get(20, TimeUnit.SECONDS);
        List<ToolCall> calls = List.of(call("write"));
        CompletableFuture<List<CallResult>> second = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> second.complete(exclusive.execute(calls, tools, "two")));
        time.awaitParkedUntil(Duration.ofMillis(2550));
        time.advance(Duration.ofSeconds(2));
        assertThat(second.get(20, TimeUnit.SECONDS).get(0).outcome().message()).contains("abandoned 2000 ms ago");
    }

    @Test
    void a_call_that_is_added_again_after_a_failure_is_known_by_its_last_number_only() {
        DrivenCall abandoned = new ToolTask(executor, Objects.requireNonNull(tools.find("write"))).driven();
        AbandonedCalls known = new AbandonedCalls();
        known.add(abandoned, null, Instant.EPOCH);
        long first = known.list().get(0).id();
        known.add(abandoned, null, Instant.EPOCH);
        long second = known.list().get(0).id();
        assertThat(known.list()).hasSize(1);
        assertThat(second).isNotEqualTo(first);
        known.remove(abandoned);
        assertThat(known.list()).isEmpty();
        assertThat(known.release(first)).isFalse();
        assertThat(known.release(second)).isFalse();
    }
}
