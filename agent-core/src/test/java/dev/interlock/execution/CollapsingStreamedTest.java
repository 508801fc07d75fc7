package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine itself fails in a round whose calls come one at a time. */
@Timeout(60)
class CollapsingStreamedTest {

    private final FailingClock clock = new FailingClock();
    private final CountDownLatch runs = new CountDownLatch(1);

    private static final ToolDefinition QUICK = ToolDefinition.of("quick", Effects.writes("b"), seen -> "ok");

    private final ToolDefinition slow = ToolDefinition.of("slow", Effects.writes("a"), seen -> {
        runs.countDown();
        blockUntilInterrupted();
        return "never";
    });

    private ToolCallExecutor.Builder builder() {
        return ToolCallExecutor.builder().time(clock);
    }

    private static List<CallResult> assertFails(StreamedRound round, Runnable await) throws Exception {
        CompletableFuture<Boolean> returned = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                await.run();
                returned.complete(true);
            } catch (Throwable e) {
                returned.completeExceptionally(e);
            }
        });
        assertThat(returned.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(round.failure()).isInstanceOf(FailingClock.Broken.class);
        return round.results();
    }

    @Test
    void while_it_admits_a_call_which_gets_its_outcome_nevertheless() throws Exception {
        ToolCallExecutor executor = builder().build();
        StreamedRound round = streamedRound(executor);
        round.admit(new ToolTask(executor, slow));
        await(runs);
        clock.breakHere();
        round.admit(new ToolTask(executor, QUICK));
        round.admit(new ToolTask(executor, QUICK));

        List<CallResult> results = assertFails(round, round::await);

        assertThat(results).hasSize(3).allMatch(result -> result.outcome() instanceof Outcome.Cancelled);
        assertThat(results.get(1).outcome().message()).contains("was not started");
    }

    @Test
    void when_its_owner_comes() throws Exception {
        ToolCallExecutor executor = builder().build();
        StreamedRound round = streamedRound(executor);
        round.admit(new ToolTask(executor, slow));
        await(runs);

        List<CallResult> results = assertFails(round, () -> {
            clock.breakHere();
            round.await();
        });

        assertThat(results).hasSize(1).allMatch(result -> result.outcome() instanceof Outcome.Cancelled);
    }

    @Test
    void when_its_last_calls_come() throws Exception {
        ToolCallExecutor executor =
                builder().roundGuard(calls -> RoundGuard.Where.ON_OWNER).build();
        StreamedRound round = streamedRound(executor);
        ToolTask first = new ToolTask(executor, slow);
        round.admit(first);
        await(runs);
        ToolTask rest = new ToolTask(executor, QUICK);

        List<CallResult> results = assertFails(round, () -> {
            clock.breakHere();
            round.await(List.of(rest), List.of(first, rest));
        });

        assertThat(results).hasSize(2).allMatch(result -> result.outcome() instanceof Outcome.Cancelled);
    }

    @Test
    void in_the_midst_of_a_call_that_comes_to_its_tool() throws Exception {
        // Nothing else watches the limit of the attempt: neither the alarm of the other call, nor the owner.
        CountDownLatch quickCame = new CountDownLatch(1);
        ToolCallExecutor executor = builder()
                .timeout(Duration.ofMinutes(10))
                .interceptor(seen -> {
                    if (!seen.call().tool().equals("quick")) {
                        Fixtures.await(quickCame);
                        return seen.proceed();
                    }
                    clock.breakNextAlarm();
                    try {
                        return seen.proceed();
                    } finally {
                        quickCame.countDown();
                    }
                })
                .build();
        StreamedRound round = streamedRound(executor);
        round.admit(new ToolTask(executor, QUICK));
        round.admit(new ToolTask(executor, slow));
        await(quickCame);

        List<CallResult> results = assertFails(round, round::await);

        assertThat(results).hasSize(2).allMatch(result -> result.outcome() instanceof Outcome.Cancelled);
    }

    @Test
    void when_it_is_cancelled() throws Exception {
        ToolCallExecutor executor = builder().build();
        StreamedRound round = streamedRound(executor);
        round.admit(new ToolTask(executor, slow));
        await(runs);
        clock.breakHere();
        round.cancel("enough");

        List<CallResult> results = assertFails(round, round::await);

        assertThat(results).hasSize(1).allMatch(result -> result.outcome() instanceof Outcome.Cancelled);
    }
}
