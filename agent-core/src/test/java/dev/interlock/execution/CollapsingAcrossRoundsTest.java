package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static dev.interlock.execution.Fixtures.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine itself fails in one round: other rounds lose nothing, and nothing stays held. */
@Timeout(60)
class CollapsingAcrossRoundsTest {

    private final FailingClock clock = new FailingClock();
    private final JournalInMemory journal = new JournalInMemory();
    private final CountDownLatch runs = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private static void assertCollapsed(Fixtures.Running running) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(running::get)
                .havingCause()
                .isInstanceOf(IllegalStateException.class)
                .withMessageEndingWith("ended by an internal error")
                .havingRootCause()
                .isInstanceOf(FailingClock.Broken.class);
    }

    @Test
    void a_round_that_cannot_hear_what_it_was_granted_ends_alone_and_gives_that_back() throws Exception {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("first", Effects.writes("a"), seen -> {
                    runs.countDown();
                    await(release);
                    return "ok";
                }),
                ToolDefinition.of("other", Effects.writes("b"), seen -> "ok"));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(clock)
                .journal(journal)
                .groupConcurrency(1, "first", "other")
                .build();
        var before = start(executor, tools, call("first"));
        await(runs);
        var behind = start(executor, tools, call("other"));
        await().until(() -> behind.owner().getState() == Thread.State.WAITING);
        journal.before(entry -> {
            if (entry instanceof JournalEntry.CallEnded) {
                // The thread tells its own round without reading the clock; then the other one, for which it reads it.
                clock.breakHere();
                journal.before(next -> {});
            }
        });
        release.countDown();

        assertThat(before.get()).allMatch(CallResult::isSuccess);
        assertCollapsed(behind);
        assertThat(start(executor, tools, call("other")).get()).allMatch(CallResult::isSuccess);
    }

    /** A call that goes on when its round has abandoned it. */
    private Object stubborn(ToolCall seen) {
        runs.countDown();
        awaitStubbornly(release);
        return "late";
    }

    @Test
    void an_abandoned_call_whose_end_fails_keeps_nothing() throws Exception {
        ToolSet tools = ToolSet.of(
                ToolDefinition.builder("stubborn", this::stubborn)
                        .effects(Effects.writes("a"))
                        .policy(timeout(Duration.ofMillis(10)))
                        .build(),
                ToolDefinition.of("write", Effects.writes("a"), seen -> "ok"));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(clock)
                .interceptor(seen -> {
                    try {
                        return seen.proceed();
                    } finally {
                        if (seen.call().tool().equals("stubborn")) {
                            clock.breakHere();
                        }
                    }
                })
                .build();
        assertThat(start(executor, tools, call("stubborn")).get().getFirst().outcome())
                .isInstanceOf(Outcome.TimedOut.class);
        assertThat(executor.abandoned()).hasSize(1);

        release.countDown();

        await().untilAsserted(() -> assertThat(executor.abandoned()).isEmpty());
        assertThat(start(executor, tools, call("write")).get()).allMatch(CallResult::isSuccess);
    }

    @Test
    void a_round_that_collapses_gives_back_what_it_shares() throws Exception {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("waits", Effects.writes("a"), seen -> {
                    runs.countDown();
                    blockUntilInterrupted();
                    return "never";
                }),
                ToolDefinition.of("breaks", Effects.writes("b"), seen -> {
                    await(runs);
                    clock.breakHere(2);
                    return "ok";
                }),
                ToolDefinition.of("next", Effects.writes("a"), seen -> "ok"));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(clock)
                .groupConcurrency(1, "waits", "next")
                .build();
        var broken = start(executor, tools, call("waits"), call("breaks"));
        await(runs);
        var behind = start(executor, tools, call("next"));

        assertCollapsed(broken);
        assertThat(behind.get()).allMatch(CallResult::isSuccess);
    }
}
