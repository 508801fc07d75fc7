package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a round in which a call fails, hangs, or has to end while calls announce themselves. */
@Timeout(60)
class FailedAnnouncementTest extends AnnouncementFixture {

    @Test
    void call_that_fails_before_it_is_announced_has_started_nothing_after_it() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        CountDownLatch first = new CountDownLatch(1);

        Round round = executed(
                executor,
                call(executor, "ok", Part.NOTHING, () -> {
                    first.countDown();
                    blockUntilInterrupted();
                }),
                call(
                        executor,
                        "vetoed",
                        () -> {
                            await(first);
                            throw veto();
                        },
                        Part.NOTHING),
                call(executor, "late", Part.NOTHING, Part.NOTHING),
                new AnnouncingCall(executor, "write", Effects.writes("elsewhere"), Part.NOTHING, Part.NOTHING));

        assertThat(round.failure()).isInstanceOf(SecurityException.class);
        assertThat(log).containsExactlyInAnyOrder("announce ok", "run ok", "announce vetoed");
        assertThat(messages(round).subList(1, 4))
                .containsExactly(
                        "no",
                        "tool 'late' was not started: the failure of another call ended the round",
                        "tool 'write' was not started: the failure of another call ended the round");
    }

    @Test
    void round_that_comes_one_call_at_a_time_is_announced_in_order_too() throws InterruptedException {
        ToolCallExecutor executor = executor().build();
        CountDownLatch mayAnnounce = new CountDownLatch(1);
        CountDownLatch began = new CountDownLatch(1);
        StreamedRound round = streamedRound(executor);
        round.admit(call(
                executor,
                "first",
                () -> {
                    began.countDown();
                    await(mayAnnounce);
                    throw veto();
                },
                Part.NOTHING));
        await(began);
        round.admit(call(executor, "second", Part.NOTHING, Part.NOTHING));
        mayAnnounce.countDown();
        round.await();

        assertThat(log).containsExactly("announce first");
        assertThat(round.failure()).isInstanceOf(SecurityException.class);
    }

    @Test
    void call_that_hangs_before_it_is_announced_lets_others_go_on_once_it_is_abandoned() throws Exception {
        ToolCallExecutor executor = executor()
                .timeout(Duration.ofMillis(300))
                .gracePeriod(Duration.ofMillis(100))
                .build();
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        AtomicInteger abandoned = new AtomicInteger();
        AnnouncingCall hanging =
                new AnnouncingCall(
                        executor,
                        "hangs",
                        Effects.reads("place"),
                        () -> {
                            hangs.countDown();
                            awaitStubbornly(never);
                        },
                        Part.NOTHING) {
                    @Override
                    protected void onAbandoned() {
                        abandoned.incrementAndGet();
                    }
                };
        Round round = executor.rounds().round(List.of(hanging, call(executor, "next", Part.NOTHING, Part.NOTHING)));
        Thread owner = Thread.ofPlatform().start(round::execute);
        await(hangs);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitParkedUntil(Duration.ofMillis(400));
        time.advance(Duration.ofMillis(100));
        owner.join();

        assertThat(messages(round))
                .containsExactly(
                        "tool 'hangs' timed out: the attempt exceeded 300 ms before the tool could start", "ran");
        assertThat(abandoned).hasValue(1);
        never.countDown();
        Awaitility.await().until(() -> executor.abandoned().isEmpty());
        assertThat(log).as("nobody waits for its tool any more").doesNotContain("run hangs");
    }

    @Test
    void call_that_is_condemned_before_it_is_announced_does_not_start_its_tool() throws Exception {
        ToolCallExecutor executor = executor().build();
        Cancellation cancellation = new Cancellation();

        Round round = cancellation.call(() -> executed(
                executor,
                call(
                        executor,
                        "first",
                        () -> {
                            cancellation.cancel("enough");
                            Thread.interrupted();
                        },
                        Part.NOTHING),
                call(executor, "second", Part.NOTHING, Part.NOTHING)));

        assertThat(messages(round))
                .containsExactly("tool 'first' was not started: enough", "tool 'second' was not started: enough");
        assertThat(log).containsExactly("announce first");
    }

    @Test
    void write_that_is_being_announced_when_an_earlier_call_fails_does_not_start() throws Exception {
        ToolCallExecutor executor = executor().build();
        CountDownLatch announcingWrite = new CountDownLatch(1);
        CountDownLatch mayFail = new CountDownLatch(1);
        AnnouncingCall failing = call(executor, "fails", Part.NOTHING, () -> {
            await(announcingWrite);
            throw veto();
        });
        AnnouncingCall write = new AnnouncingCall(
                executor,
                "write",
                Effects.writes("b"),
                () -> {
                    announcingWrite.countDown();
                    try {
                        await(mayFail);
                    } catch (InterruptedException e) {
                        // As a hook that does not care.
                    }
                },
                Part.NOTHING);

        Round round = executed(executor, failing, write);

        assertThat(messages(round))
                .containsExactly("no", "tool 'write' was not started: the failure of another call ended the round");
        assertThat(log).doesNotContain("run write");
    }
}
