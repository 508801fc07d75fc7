package dev.interlock.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.EffectSource;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Wait;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TerminalProgressTest {

    private static final Instant AT = Instant.EPOCH;
    private static final String ERASE = "\r\u001b[2K";
    private static final TextStyle LIVE = new TextStyle(100, true, true);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long now;

    private TerminalProgress progress(TextStyle style) {
        return new TerminalProgress(out, style, () -> now, false);
    }

    private void after(Duration time) {
        now += time.toNanos();
    }

    /** What was written since this was asked for last. */
    private String written() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    private static ToolCall call(String tool) {
        return new ToolCall("1", tool, JsonNodeFactory.instance.objectNode().put("secret", "s3cr3t"));
    }

    private static RoundEvent started(long round, String... tools) {
        return new RoundEvent.RoundStarted(
                round, Stream.of(tools).map(TerminalProgressTest::call).toList(), AT);
    }

    private static RoundEvent runs(int index, String tool) {
        return new RoundEvent.CallStarted(7, index, call(tool), 1, AT);
    }

    private static RoundEvent waits(int index) {
        return new RoundEvent.CallWaiting(7, index, new Wait.ForPermit(2), AT);
    }

    private static RoundEvent ends(int index, Outcome outcome) {
        CallResult result = new CallResult(call("any"), outcome, 1, AT, AT, CallResult.ThreadKind.VIRTUAL);
        return new RoundEvent.CallEnded(7, index, result, outcome.isSuccess() ? CallEnd.OK : CallEnd.FAILED, AT);
    }

    private static RoundEvent over(long round) {
        return new RoundEvent.RoundEnded(new RoundReport(round, CallPlan.of(List.of(), List.of()), List.of(), AT, AT));
    }

    @Test
    void nothing_is_shown_of_a_quick_round() {
        TerminalProgress progress = progress(LIVE);
        progress.onEvent(started(7, "read"));
        after(Duration.ofMillis(299));
        progress.tick();
        progress.onEvent(over(7));

        assertThat(written()).isEmpty();
    }

    @Test
    void a_call_that_ended_before_its_round_was_resumed_is_not_waited_for() {
        TerminalProgress progress = progress(LIVE);
        progress.onEvent(started(7, "tell", "pay"));
        progress.onEvent(new RoundEvent.CallPlanned(
                7, 1, new PlannedCall(call("pay"), List.of(), EffectSource.ANNOTATION, null), AT));
        progress.onEvent(runs(1, "pay"));
        after(Duration.ofMillis(300));
        progress.tick();
        assertThat(written()).isEqualTo(ERASE + "⠋ round 7: 0 of 1 done, 1 run (pay), 0.3 s");
    }

    @Test
    void a_line_moves_on_a_terminal_and_is_gone_at_the_end() {
        TerminalProgress progress = progress(LIVE);
        progress.onEvent(started(7, "read", "search", "write", "write"));
        progress.onEvent(runs(0, "read"));
        progress.onEvent(runs(1, "search"));
        progress.onEvent(waits(2));
        progress.onEvent(waits(3));
        after(Duration.ofMillis(300));
        progress.tick();
        assertThat(written()).isEqualTo(ERASE + "⠋ round 7: 0 of 4 done, 2 run (read, search), 2 wait, 0.3 s");
        after(Duration.ofMillis(900));
        progress.onEvent(ends(1, new Outcome.Failed(new IllegalStateException("s3cr3t"))));
        assertThat(written()).isEqualTo(ERASE + "⠙ round 7: 1 of 4 done, 1 failed, 1 run (read), 2 wait, 1.2 s");
        progress.onEvent(over(7));
        assertThat(written()).isEqualTo(ERASE);
    }

    @Test
    void a_call_that_is_tried_again_is_shown_as_such() {
        TerminalProgress progress = progress(LIVE);
        progress.onEvent(started(7, "read", "search"));
        progress.onEvent(runs(0, "read"));
        progress.onEvent(runs(1, "search"));
        Outcome failed = new Outcome.Failed(new IllegalStateException("s3cr3t"));
        progress.onEvent(new RoundEvent.CallAttemptEnded(7, 1, 1, failed, AT, AT));
        progress.onEvent(new RoundEvent.CallRetrying(7, 1, 1, failed, Duration.ofSeconds(1), AT));
        after(Duration.ofMillis(300));
        progress.tick();
        assertThat(written()).isEqualTo(ERASE + "⠋ round 7: 0 of 2 done, 1 run (read), 1 to be tried again, 0.3 s");
        after(Duration.ofMillis(900));
        progress.onEvent(new RoundEvent.CallStarted(7, 1, call("search"), 2, AT));
        assertThat(written()).isEqualTo(ERASE + "⠙ round 7: 0 of 2 done, 2 run (read, search attempt 2), 1.2 s");
    }

    @Test
    void a_call_of_a_suspended_round_waits_and_has_not_failed() {
        TerminalProgress progress = progress(LIVE);
        progress.onEvent(started(7, "read", "pay"));
        progress.onEvent(ends(0, new Outcome.Succeeded("s3cr3t")));
        Outcome pending = new Outcome.Skipped("tool 'pay' has not ended when its round was suspended");
        progress.onEvent(new RoundEvent.CallEnded(
                7,
                1,
                new CallResult(call("pay"), pending, 0, AT, AT, CallResult.ThreadKind.NONE),
                CallEnd.SUSPENDED,
                AT));
        after(Duration.ofSeconds(1));
        progress.tick();

        assertThat(written()).isEqualTo(ERASE + "⠋ round 7: 1 of 2 done, 1 wait, 1.0 s");
    }

    @Test
    void it_writes_at_most_ten_times_a_second() {
        TerminalProgress progress = progress(LIVE);
        progress.onEvent(started(7, "read"));
        after(Duration.ofSeconds(1));
        for (int i = 0; i < 100; i++) {
            progress.onEvent(runs(0, "read"));
            after(Duration.ofMillis(10));
        }

        assertThat(written().split("round", -1)).hasSize(1 + 10);
    }

    @Test
    void where_there_is_no_terminal_it_is_a_plain_line_every_five_seconds() {
        TerminalProgress progress = progress(TextStyle.ASCII);
        progress.onEvent(started(7, "read"));
        progress.onEvent(runs(0, "read"));
        for (int i = 0; i < 12; i++) {
            after(Duration.ofSeconds(1));
            progress.tick();
        }
        progress.onEvent(over(7));

        assertThat(written().lines())
                .containsExactly(
                        "round 7: 0 of 1 done, 1 run (read), 5.0 s", "round 7: 0 of 1 done, 1 run (read), 10.0 s");
    }

    @Test
    void a_line_is_narrower_than_the_terminal_and_commands_nothing() {
        TerminalProgress progress = progress(new TextStyle(40, true, false));
        String evil = "\u001b[31mred\u202e\r\n" + "long".repeat(20);
        progress.onEvent(started(7, evil));
        progress.onEvent(runs(0, evil));
        after(Duration.ofSeconds(1));
        progress.tick();

        String line = written().substring(ERASE.length());
        assertThat(line).hasSizeLessThanOrEqualTo(39).matches("[\\x20-\\x7e]+");
    }

    @Test
    void of_rounds_at_the_same_time_the_first_is_shown_until_it_ends() {
        TerminalProgress progress = progress(LIVE);
        progress.onEvent(started(7, "read"));
        progress.onEvent(started(8, "read", "read"));
        after(Duration.ofSeconds(1));
        progress.tick();
        assertThat(written()).endsWith("round 7: 0 of 1 done, 1.0 s (and 1 other round)");
        progress.onEvent(over(7));
        after(Duration.ofSeconds(1));
        progress.tick();
        assertThat(written()).endsWith("round 8: 0 of 2 done, 2.0 s");
        progress.onEvent(over(8));
        assertThat(written()).isEqualTo(ERASE);
    }

    @Test
    void calls_of_a_streamed_response_are_counted_as_they_come() {
        TerminalProgress progress = progress(LIVE);
        progress.onEvent(started(7));
        for (int i = 0; i < 3; i++) {
            progress.onEvent(new RoundEvent.CallPlanned(
                    7, i, new PlannedCall(call("read"), List.of(), EffectSource.ANNOTATION, null), AT));
        }
        after(Duration.ofSeconds(1));
        progress.tick();

        assertThat(written()).contains("0 of 3 done");
    }

    @Test
    void a_terminal_that_hangs_holds_up_only_who_writes() throws InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        PrintStream hanging = new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public void print(String text) {
                writing.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        TerminalProgress progress = new TerminalProgress(hanging, LIVE, () -> now, false);
        progress.onEvent(started(7, "read"));
        after(Duration.ofSeconds(1));
        Thread writer = Thread.ofPlatform().daemon().start(progress::tick);
        assertThat(writing.await(20, TimeUnit.SECONDS)).isTrue();

        progress.onEvent(runs(0, "read"));
        progress.onEvent(ends(0, new Outcome.Succeeded(1)));
        release.countDown();
        writer.join();
    }

    @Test
    void nothing_is_shown_once_it_is_closed() {
        TerminalProgress progress = progress(LIVE);
        progress.onEvent(started(7, "read"));
        after(Duration.ofSeconds(1));
        progress.tick();
        assertThat(written()).isNotEmpty();
        progress.close();
        assertThat(written()).isEqualTo(ERASE);
        progress.onEvent(started(8, "read"));
        after(Duration.ofSeconds(1));
        progress.tick();
        assertThat(written()).isEmpty();
    }

    @Test
    void it_ticks_by_itself_while_a_round_runs_and_no_longer() throws InterruptedException {
        CountDownLatch moved = new CountDownLatch(3);
        PrintStream counting = new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public void print(String text) {
                moved.countDown();
            }
        };
        try (TerminalProgress progress = TerminalProgress.to(counting, LIVE)) {
            progress.onEvent(started(7, "read"));
            assertThat(moved.await(20, TimeUnit.SECONDS)).isTrue();
            Thread ticker = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("interlock-progress"))
                    .findFirst()
                    .orElseThrow();
            progress.onEvent(over(7));
            ticker.join(TimeUnit.SECONDS.toMillis(20));
            assertThat(ticker.isAlive()).isFalse();
        }
    }
}
