package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the journal of a round is told, and when. */
@Timeout(60)
class JournalTest {

    private final JournalInMemory journal = new JournalInMemory();

    private ToolCallExecutor.Builder builder() {
        return ToolCallExecutor.builder().journal(journal);
    }

    /** The ways of a round, by what its tools do. */
    @SuppressWarnings("ImmutableEnumChecker") // effects are
    enum Way {
        ALONE(Effects.exclusive(), "starts "),
        DISPATCHED(Effects.writes("thing/{x}"), "starts "),
        BRIEF(Effects.pure(), "starts repeatable "),
        READING(Effects.reads("thing/{x}"), "starts repeatable ");

        private final Effects effects;
        private final String starts;

        Way(Effects effects, String starts) {
            this.effects = effects;
            this.starts = starts;
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void the_start_of_a_call_is_there_before_its_tool_runs(Way way) {
        AtomicInteger missing = new AtomicInteger();
        ToolDefinition tool = ToolDefinition.of("t", way.effects, call -> {
            int number = call.arguments().path("x").intValue();
            missing.addAndGet(journal.hasStart(number) ? 0 : 1);
            return number;
        });

        List<CallResult> results =
                builder().build().execute(List.of(call("t", "x", 1), call("t", "x", 2)), ToolSet.of(tool));

        assertThat(results)
                .extracting(CallResult::outcome)
                .containsExactly(new Outcome.Succeeded(1), new Outcome.Succeeded(2));
        assertThat(missing).hasValue(0);
        assertThat(journal.inShort())
                .startsWith("began 2")
                .contains(way.starts + 1, way.starts + 2, "ended 1", "ended 2")
                .endsWith("over")
                .hasSize(way.starts.equals("starts ") ? 7 : 6);
        assertThat(journal.unfinished()).isEmpty();
    }

    @Test
    void the_end_of_a_call_is_there_before_one_that_waits_for_it_starts() {
        ToolDefinition tool = ToolDefinition.of("t", Effects.writes("same"), call -> 1);

        builder().build().execute(List.of(call("t"), call("t"), call("t")), ToolSet.of(tool));

        assertThat(journal.inShort())
                .containsExactly(
                        "began 3",
                        "starts 1",
                        "ended 1",
                        "starts 2",
                        "ended 2",
                        "starts 3",
                        "ended 3",
                        "settled",
                        "over");
    }

    @Test
    void attempts_of_a_call_are_one_start() {
        AtomicInteger runs = new AtomicInteger();
        ToolDefinition tool = ToolDefinition.builder("t", call -> {
                    if (runs.incrementAndGet() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                    return 1;
                })
                .effects(Effects.writes("a"))
                .policy(ToolPolicy.builder()
                        .idempotent(true)
                        .retry(RetryPolicy.builder().initialDelay(Duration.ZERO).build())
                        .build())
                .build();

        builder().build().execute(List.of(call("t")), ToolSet.of(tool));

        assertThat(runs).hasValue(3);
        assertThat(journal.inShort()).containsExactly("began 1", "starts repeatable 1", "ended 1", "settled", "over");
        assertThat(journal.last(JournalEntry.CallEnded.class).result().attempts())
                .isEqualTo(3);
    }

    @Test
    void equal_reads_have_their_outcome_in_it_before_what_waits_for_them_starts() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("read", Effects.reads("a"), call -> 1),
                ToolDefinition.of("write", Effects.writes("a"), call -> 2));

        builder().coalescing(true).build().execute(List.of(call("read"), call("read"), call("write")), tools);

        assertThat(journal.inShort())
                .containsExactly(
                        "began 3",
                        "starts repeatable 1",
                        "ended 1",
                        "ended 2",
                        "starts 3",
                        "ended 3",
                        "settled",
                        "over");
    }

    @Test
    void calls_that_do_not_start_have_their_outcome_in_it() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("fail", Effects.writes("a"), call -> {
                    throw new IllegalStateException("no");
                }),
                ToolDefinition.of("use", Effects.reads("b"), call -> 1));

        List<CallResult> results = builder()
                .chaining(true)
                .build()
                .execute(List.of(call("fail"), call("use", "x", "${1}"), call("none")), tools);

        assertThat(results.get(1).outcome()).isInstanceOf(Outcome.Skipped.class);
        assertThat(journal.inShort())
                .contains("starts 1", "ended 1", "ended 2", "ended 3")
                .doesNotContain("starts repeatable 2")
                .endsWith("over");
    }

    @Test
    void what_interceptors_have_changed_is_in_it() {
        ToolCall other = call("t", "x", 2);

        builder()
                .interceptor(call -> call.proceed(new ToolCall(call.call().id(), "t", other.arguments())))
                .build()
                .execute(
                        List.of(call("t", "x", 1)), ToolSet.of(ToolDefinition.of("t", Effects.writes("a"), call -> 1)));

        assertThat(journal.last(JournalEntry.CallStarts.class).changed()).isEqualTo(other);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_call_whose_start_cannot_be_written_does_not_start_and_none_does_after_it(Way way) {
        AtomicInteger runs = new AtomicInteger();
        journal.failFrom(JournalEntry.CallStarts.class);

        List<CallResult> results = builder()
                .build()
                .execute(
                        List.of(call("t", "x", 1), call("t", "x", 2)),
                        ToolSet.of(ToolDefinition.of("t", way.effects, call -> runs.incrementAndGet())));

        assertThat(runs).hasValue(0);
        assertThat(results)
                .extracting(result -> result.outcome().message())
                .allMatch(message -> message.startsWith(
                                "tool 't' was not started, since its start could not be written to the journal:")
                        && message.endsWith("the disk is full"));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void no_call_starts_of_a_round_whose_begin_could_not_be_written(Way way) {
        AtomicInteger runs = new AtomicInteger();
        journal.before(entry -> {
            if (entry instanceof JournalEntry.RoundBegan) {
                throw new IllegalStateException("away");
            }
        });

        List<CallResult> results = builder()
                .build()
                .execute(
                        List.of(call("t", "x", 1), call("t", "x", 2)),
                        ToolSet.of(ToolDefinition.of("t", way.effects, call -> runs.incrementAndGet())));

        assertThat(runs).hasValue(0);
        assertThat(results).noneMatch(CallResult::isSuccess);
        assertThat(results.getFirst().outcome().message()).endsWith("could not be written: away");
    }

    @Test
    void the_outcome_of_a_call_whose_end_cannot_be_written_stands_and_no_further_call_starts() {
        journal.failFrom(JournalEntry.CallEnded.class);
        ToolDefinition tool = ToolDefinition.of("t", Effects.writes("same"), call -> 1);

        List<CallResult> results = builder().build().execute(List.of(call("t"), call("t")), ToolSet.of(tool));

        assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded(1));
        assertThat(results.get(1).outcome().message()).contains("an earlier entry of its round could not be written");
        assertThat(journal.unfinished().getFirst().pending()).containsExactly(0);
    }

    @Test
    void a_call_that_is_cancelled_while_its_start_is_written_does_not_start() throws Exception {
        AtomicBoolean ran = new AtomicBoolean();
        CountDownLatch writing = new CountDownLatch(1);
        journal.before(entry -> {
            if (entry instanceof JournalEntry.CallStarts) {
                writing.countDown();
                waitForInterrupt();
            }
        });
        for (Effects effects : List.of(Effects.writes("a"), Effects.exclusive())) {
            ToolDefinition tool = ToolDefinition.of("t", effects, call -> {
                ran.set(true);
                return 1;
            });
            Fixtures.Running running = Fixtures.start(builder().build(), ToolSet.of(tool), call("t"));
            await(writing);
            running.owner().interrupt();

            Outcome outcome = running.get().getFirst().outcome();

            assertThat(ran).isFalse();
            assertThat(outcome).isEqualTo(new Outcome.Cancelled(outcome.message(), false));
            assertThat(outcome.message()).contains("was not started");
        }
        assertThat(journal.inShort()).contains("ended 1").endsWith("over");
    }

    /** As a journal must: the flag is left as it is. */
    private static void waitForInterrupt() {
        try {
            blockUntilInterrupted();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void the_time_that_writing_takes_is_not_the_tools() throws Exception {
        FakeTime time = new FakeTime();
        journal.before(entry -> {
            if (entry instanceof JournalEntry.CallStarts) {
                time.advance(Duration.ofSeconds(5));
            }
        });
        ToolDefinition tool = ToolDefinition.of("t", Effects.writes("a"), call -> 1);

        List<CallResult> results = builder()
                .time(time)
                .timeout(Duration.ofSeconds(1))
                .build()
                .execute(List.of(call("t")), ToolSet.of(tool));

        assertThat(results.getFirst().outcome()).isEqualTo(new Outcome.Succeeded(1));
        assertThat(results.getFirst().duration()).isZero();
    }

    @Test
    void an_abandoned_call_has_its_outcome_in_it_when_the_round_is_over() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        FakeTime time = new FakeTime();
        CountDownLatch started = new CountDownLatch(1);
        ToolDefinition tool = ToolDefinition.of("t", Effects.writes("a"), call -> {
            started.countDown();
            awaitStubbornly(release);
            return 1;
        });
        Fixtures.Running running = Fixtures.start(
                builder().time(time).timeout(Duration.ofSeconds(1)).build(), ToolSet.of(tool), call("t"));
        await(started);
        time.awaitParkedUntil(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        time.awaitParkedUntil(Duration.ofMillis(1_250));
        time.advance(Duration.ofMillis(250));

        assertThat(running.get().getFirst().outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(journal.inShort()).containsExactly("began 1", "starts 1", "ended 1", "settled", "over");
        assertThat(journal.last(JournalEntry.CallEnded.class).result().outcome())
                .isInstanceOf(Outcome.TimedOut.class);
        release.countDown();
    }

    @Test
    void calls_of_a_stream_are_told_one_at_a_time() throws Exception {
        ToolCallExecutor executor = builder().undeclared(Undeclared.SERIAL).build();
        ToolDefinition tool = ToolDefinition.of("t", Effects.writes("a"), call -> 1);
        StreamedRound round = streamedRound(executor);
        round.admit(new BodyCall(call("t"), tool, executor.rounds().bind(tool), ToolSet.of(tool)));
        round.admit(new BodyCall(call("t"), tool, executor.rounds().bind(tool), ToolSet.of(tool)));
        round.await();

        List<String> all = journal.inShort();
        assertThat(all).startsWith("began 0", "came 1").endsWith("ended 2", "settled", "over");
        assertThat(all.indexOf("came 2")).isLessThan(all.indexOf("starts 2"));
        assertThat(all.indexOf("ended 1")).isLessThan(all.indexOf("starts 2"));
        assertThat(journal.unfinished()).isEmpty();
    }

    @Test
    void a_round_within_a_call_has_entries_of_its_own() {
        ConcurrentLinkedQueue<String> rounds = new ConcurrentLinkedQueue<>();
        ToolCallExecutor executor = builder().build();
        ToolSet inner = ToolSet.of(ToolDefinition.of("inner", Effects.writes("b"), call -> {
            rounds.add(CallScope.current().orElseThrow().round());
            return 1;
        }));
        ToolSet outer = ToolSet.of(ToolDefinition.of("outer", Effects.writes("a"), call -> {
            rounds.add(CallScope.current().orElseThrow().round());
            return executor.execute(List.of(call("inner")), inner).size();
        }));

        executor.execute(List.of(call("outer")), outer);

        assertThat(rounds).doesNotHaveDuplicates().hasSize(2);
        assertThat(journal.inShort())
                .containsExactly(
                        "began 1",
                        "starts 1",
                        "began 1",
                        "starts 1",
                        "ended 1",
                        "settled",
                        "over",
                        "ended 1",
                        "settled",
                        "over");
    }
}
