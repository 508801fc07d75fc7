package dev.interlock.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call that has begun and is to run again, but does not, may have taken effect all the same. */
@Timeout(60)
class RunAgainTest {

    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    /** The first run of {@code print} begins a job outside; meanwhile {@code block} takes the only place. */
    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("print", Effects.writes("printer"), call -> {
                if (runs.incrementAndGet() == 1) {
                    throw new CallPendingException("job 4711");
                }
                return "12 pages";
            }),
            ToolDefinition.of("block", Effects.reads("a"), call -> {
                busy.countDown();
                return free.await(20, SECONDS);
            }));

    private TemporalRounds.Builder rounds() {
        return TemporalRounds.builder(tools).maxConcurrency(1);
    }

    /** Has {@code print} wait for another turn. */
    private void printAgain(Rig rig) throws InterruptedException {
        rig.client.start("again", Rig.calls("print {}", "block {}"));
        assertThat(busy.await(20, SECONDS)).isTrue();
        await().until(() -> rig.client.progress("again").getFirst().pending() == PendingKind.EXTERNAL);
        rig.client.decide("again", 0, Decision.runAgain());
    }

    /** Only the cancel ends {@code block}; see {@link CrossingCancelTest}. */
    @Test
    void a_cancel_before_the_next_turn_says_that_it_may_have_taken_effect() throws Exception {
        TemporalRounds patient = rounds().heartbeatTimeout(Duration.ofSeconds(2))
                .gracePeriod(Duration.ofSeconds(20))
                .build();
        try (Rig rig = Rig.of(patient)) {
            printAgain(rig);
            rig.client.cancel("again", "the user has left");

            CallResult print = rig.client.await("again").getFirst();
            assertThat(print.outcome())
                    .isEqualTo(new Outcome.Cancelled(
                            "tool 'print' was not started again: the user has left; "
                                    + "it was started before, and may have taken effect",
                            true));
            assertThat(print.attempts()).isEqualTo(1);
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void a_limit_that_passes_before_the_next_turn_says_so_too() throws Exception {
        ToolPolicy limited =
                ToolPolicy.builder().callTimeout(Duration.ofSeconds(3)).build();
        try (Rig rig = Rig.of(rounds().policy("print", limited).build())) {
            printAgain(rig);
            await().until(() -> rig.client.progress("again").getFirst().state() == CallProgress.State.ENDED);
            free.countDown();

            CallResult print = rig.client.await("again").getFirst();
            assertThat(print.outcome())
                    .isEqualTo(new Outcome.TimedOut(
                            "tool 'print' timed out: the call exceeded 3000 ms before the tool could start; "
                                    + "it was started before, and may have taken effect",
                            Duration.ofSeconds(3),
                            true));
            assertThat(print.attempts()).isEqualTo(1);
        }
    }

    @Test
    void one_that_does_run_again_has_the_outcome_of_that_run() throws Exception {
        try (Rig rig = Rig.of(rounds().build())) {
            printAgain(rig);
            free.countDown();

            List<CallResult> results = rig.client.await("again");
            assertThat(results.getFirst().outcome()).isEqualTo(new Outcome.Succeeded("12 pages"));
            assertThat(results.getFirst().attempts()).isEqualTo(2);
        }
    }

    @Test
    void a_report_of_the_job_before_the_next_turn_is_the_result_and_the_tool_does_not_run_again() throws Exception {
        try (Rig rig = Rig.of(rounds().build())) {
            printAgain(rig);
            rig.client.decide("again", 0, Decision.completed("11 pages"));
            await().until(() -> rig.client.progress("again").getFirst().state() == CallProgress.State.ENDED);
            free.countDown();

            CallResult print = rig.client.await("again").getFirst();
            assertThat(print.outcome()).isEqualTo(new Outcome.Succeeded("11 pages"));
            assertThat(print.attempts()).isEqualTo(1);
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void a_report_while_the_next_attempt_waits_to_begin_stays_though_its_worker_is_stopped() throws Exception {
        CountDownLatch about = new CountDownLatch(1);
        TemporalRounds rounds = rounds().interceptor(call -> {
                    if (runs.get() == 1) {
                        about.countDown();
                        new CountDownLatch(1).await();
                    }
                    return call.proceed();
                })
                .build();
        try (Rig rig = new Rig()) {
            WorkerFactory first = rig.newWorker(rounds);
            rig.client.start("again", Rig.calls("print {}"));
            await().until(() ->
                    rig.client.progress("again").stream().anyMatch(call -> call.pending() == PendingKind.EXTERNAL));
            rig.client.decide("again", 0, Decision.runAgain());
            assertThat(about.await(20, SECONDS)).isTrue();
            rig.client.decide("again", 0, Decision.completed("11 pages"));
            Rig.awaitHeard(rig, "again");
            Rig.stop(first);
            rig.newWorker(rounds);

            CallResult print = rig.client.await("again").getFirst();
            assertThat(print.outcome()).isEqualTo(new Outcome.Succeeded("11 pages"));
            assertThat(print.attempts()).isEqualTo(1);
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void each_outcome_that_is_no_success_says_so() {
        Outcome failed = Words.begunBefore(Words.failed("not approved"));
        assertThat(failed).isInstanceOf(Outcome.Failed.class);
        assertThat(failed.message()).isEqualTo("not approved; it was started before, and may have taken effect");
        assertThat(Words.begunBefore(new Outcome.Skipped("skipped")))
                .isEqualTo(new Outcome.Cancelled("skipped; it was started before, and may have taken effect", true));
        assertThat(Words.begunBefore(failed)).isSameAs(failed);
        assertThat(Words.begunBefore(new Outcome.Succeeded("x"))).isEqualTo(new Outcome.Succeeded("x"));
    }
}
