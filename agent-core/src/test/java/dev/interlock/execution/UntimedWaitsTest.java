package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a call does that is not its tool's: that neither counts for the limit of the attempt, nor keeps caps from
 * others.
 */
@Timeout(60)
class UntimedWaitsTest {

    private interface Part {
        Part NOTHING = () -> {};

        void run() throws Exception;
    }

    private final FakeTime time = new FakeTime();

    private ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder().time(time);
    }

    private static List<CallResult> results(ToolCallExecutor executor, RoundCall... calls) {
        Round round = executor.rounds().round(Arrays.asList(calls));
        round.execute();
        return round.results();
    }

    private static List<String> messages(Round round) {
        return round.results().stream()
                .map(result -> result.isSuccess() ? "ran" : result.outcome().message())
                .toList();
    }

    private static final class Waits extends RoundCall {
        private final Part wait;
        private final Part body;

        Waits(ToolBinding binding, Part wait, Part body) {
            super(binding);
            this.wait = wait;
            this.body = body;
        }

        @Override
        protected ToolCall call() {
            return Fixtures.call("waits");
        }

        @Override
        protected @Nullable Object run() throws Exception {
            untimed(() -> {
                wait.run();
                return true;
            });
            body.run();
            return null;
        }
    }

    private static ToolBinding reading(ToolCallExecutor executor, String name) {
        return executor.rounds().bind(ToolDefinition.of(name, Effects.reads("place"), call -> null));
    }

    @Test
    void waits_for_others_do_not_count_for_the_limit_of_an_attempt() throws Exception {
        ToolCallExecutor executor = executor().timeout(Duration.ofMillis(300)).build();
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch waited = new CountDownLatch(1);
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Round round = executor.rounds()
                .round(List.of(new Waits(
                        reading(executor, "waits"),
                        () -> {
                            waits.countDown();
                            await(waited);
                        },
                        () -> {
                            runs.countDown();
                            await(mayEnd);
                        })));
        Thread owner = Thread.ofPlatform().start(round::execute);
        await(waits);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(500));
        waited.countDown();
        await(runs);
        time.awaitParkedUntil(Duration.ofMillis(800));
        time.advance(Duration.ofMillis(299));
        mayEnd.countDown();
        owner.join();

        assertThat(messages(round)).containsExactly("ran");
    }

    @Test
    void attempt_that_has_waited_still_has_its_limit() throws Exception {
        ToolCallExecutor executor = executor().timeout(Duration.ofMillis(300)).build();
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch waited = new CountDownLatch(1);
        Round round = executor.rounds()
                .round(List.of(new Waits(
                        reading(executor, "waits"),
                        () -> {
                            waits.countDown();
                            await(waited);
                        },
                        Fixtures::blockUntilInterrupted)));
        Thread owner = Thread.ofPlatform().start(round::execute);
        await(waits);
        time.advance(Duration.ofMillis(500));
        waited.countDown();
        time.awaitParkedUntil(Duration.ofMillis(800));
        time.advance(Duration.ofMillis(300));
        owner.join();

        assertThat(messages(round)).containsExactly("tool 'waits' timed out: the attempt exceeded 300 ms");
    }

    @Test
    void limit_of_the_call_ends_a_wait_for_others() throws Exception {
        ToolCallExecutor executor =
                executor().callTimeout(Duration.ofMillis(300)).build();
        CountDownLatch waits = new CountDownLatch(1);
        Round round = executor.rounds()
                .round(List.of(new Waits(
                        reading(executor, "waits"),
                        () -> {
                            waits.countDown();
                            blockUntilInterrupted();
                        },
                        Part.NOTHING)));
        Thread owner = Thread.ofPlatform().start(round::execute);
        await(waits);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        owner.join();

        assertThat(round.results().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
    }

    @Test
    void caps_that_are_lent_are_there_for_others_and_come_back() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .policy("capped", ToolPolicy.builder().maxConcurrency(1).build())
                .build();
        ToolBinding capped = reading(executor, "capped");
        CountDownLatch secondRan = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        class Capped extends RoundCall {
            private final boolean lendsCaps;

            Capped(boolean lendsCaps) {
                super(capped);
                this.lendsCaps = lendsCaps;
            }

            @Override
            protected ToolCall call() {
                return Fixtures.call("capped");
            }

            @Override
            protected @Nullable Object run() throws Exception {
                if (lendsCaps) {
                    lendingCaps(() -> {
                        await(secondRan);
                        return null;
                    });
                }
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                secondRan.countDown();
                running.decrementAndGet();
                if (!lendsCaps) {
                    giveCapsBack();
                }
                return null;
            }
        }

        assertThat(results(executor, new Capped(true), new Capped(false), new Capped(true)))
                .allMatch(CallResult::isSuccess);
        assertThat(results(executor, new Capped(false))).as("none is lost").allMatch(CallResult::isSuccess);
        assertThat(most).hasValue(1);
    }
}
