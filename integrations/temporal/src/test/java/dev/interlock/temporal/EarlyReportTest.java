package dev.interlock.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolBody;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.temporal.api.enums.v1.EventType;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job outside may be over before the tool that has begun it. */
@Timeout(60)
class EarlyReportTest {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch reported = new CountDownLatch(1);

    /** The end of the tool once the report has come. */
    private ToolBody end = call -> {
        throw new CallPendingException("job 4711");
    };

    private final ToolSet tools = ToolSet.of(ToolDefinition.of("print", Effects.writes("printer"), call -> {
        begun.countDown();
        boolean over = false;
        while (!over) {
            try {
                over = reported.await(20, SECONDS);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }
        return end.run(call);
    }));

    /** Has the workflow hear of the decision while the tool runs. */
    private void decide(Rig rig, Decision decision) throws InterruptedException {
        rig.client.start("early", Rig.calls("print {}"));
        assertThat(begun.await(20, SECONDS)).isTrue();
        rig.client.decide("early", 0, decision);
        Rig.awaitHeard(rig, "early");
    }

    private static CallResult end(Rig rig) {
        await().until(() -> rig.client.progress("early").getFirst().state() == CallProgress.State.ENDED);
        return rig.client.await("early").getFirst();
    }

    /** The report is the outcome, and the tool was not started again. */
    private static void assertReportCounts(CallResult result) {
        assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("12 pages"));
        assertThat(result.attempts()).isEqualTo(1);
    }

    private static void cancel(Rig rig) {
        rig.client.cancel("early", "the user has left");
        await().until(() -> rig.hasAfterSignal("early", EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED));
    }

    private TemporalRounds.Builder rounds() {
        return TemporalRounds.builder(tools)
                .heartbeatTimeout(Duration.ofSeconds(2))
                .gracePeriod(Duration.ofSeconds(20));
    }

    private Rig rig() {
        return Rig.of(rounds().build());
    }

    @Test
    void a_result_that_comes_while_the_tool_runs_is_the_result_of_the_call() throws Exception {
        try (Rig rig = rig()) {
            decide(rig, Decision.completed("12 pages"));
            reported.countDown();

            assertReportCounts(end(rig));
        }
    }

    /** It may be the refusal of a question that was decided before. */
    @Test
    void a_failure_that_comes_while_the_tool_runs_has_no_effect() throws Exception {
        try (Rig rig = rig()) {
            decide(rig, Decision.refused("out of paper"));
            reported.countDown();

            await().until(() -> rig.client.progress("early").getFirst().pending() == PendingKind.EXTERNAL);
            rig.client.decide("early", 0, Decision.refused("out of paper"));
            assertThat(end(rig).outcome().message()).isEqualTo("out of paper");
        }
    }

    @Test
    void a_result_that_comes_while_the_tool_runs_stays_though_the_tool_then_fails() throws Exception {
        end = call -> {
            throw new IllegalStateException("the printer is offline");
        };
        try (Rig rig = rig()) {
            decide(rig, Decision.completed("12 pages"));
            reported.countDown();

            assertReportCounts(end(rig));
        }
    }

    @Test
    void a_success_of_the_tool_itself_outranks_the_report() throws Exception {
        end = call -> "printed";
        try (Rig rig = rig()) {
            decide(rig, Decision.completed("12 pages"));
            reported.countDown();

            assertThat(end(rig).outcome()).isEqualTo(new Outcome.Succeeded("printed"));
        }
    }

    @Test
    void of_two_reports_the_first_counts() throws Exception {
        try (Rig rig = rig()) {
            decide(rig, Decision.completed("12 pages"));
            rig.client.decide("early", 0, Decision.completed("13 pages"));
            Rig.awaitHeard(rig, "early");
            reported.countDown();

            assertThat(end(rig).outcome()).isEqualTo(new Outcome.Succeeded("12 pages"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_result_that_comes_while_the_tool_runs_stays_though_the_worker_is_stopped(boolean decideLost)
            throws Exception {
        end = call -> {
            throw new InterruptedException();
        };
        TemporalRounds rounds = rounds().decideLost(decideLost).build();
        try (Rig rig = new Rig()) {
            WorkerFactory first = rig.newWorker(rounds);
            decide(rig, Decision.completed("12 pages"));
            first.shutdownNow();
            assertThat(interrupted.await(20, SECONDS)).isTrue();
            reported.countDown();
            rig.newWorker(rounds);

            assertReportCounts(end(rig));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_result_that_comes_while_the_tool_runs_stays_though_the_worker_ends_before_the_tool(boolean decideLost)
            throws Exception {
        TemporalRounds rounds = rounds().decideLost(decideLost)
                .gracePeriod(Duration.ofMillis(50))
                .heldResourceTimeout(Duration.ofMillis(200))
                .build();
        try (Rig rig = new Rig()) {
            WorkerFactory first = rig.newWorker(rounds);
            decide(rig, Decision.completed("12 pages"));
            first.shutdownNow();
            rig.newWorker(rounds);

            CallResult result = end(rig);
            reported.countDown();
            assertReportCounts(result);
        }
    }

    @Test
    void a_result_that_comes_while_the_tool_runs_stays_though_a_cancel_follows() throws Exception {
        try (Rig rig = rig()) {
            decide(rig, Decision.completed("12 pages"));
            cancel(rig);
            reported.countDown();

            assertThat(end(rig).outcome()).isEqualTo(new Outcome.Succeeded("12 pages"));
        }
    }

    @Test
    void a_result_that_comes_while_the_tool_runs_stays_though_a_cancel_interrupts_the_tool() throws Exception {
        try (Rig rig = rig()) {
            decide(rig, Decision.completed("12 pages"));
            cancel(rig);
            assertThat(interrupted.await(20, SECONDS)).isTrue();
            reported.countDown();

            assertThat(end(rig).outcome()).isEqualTo(new Outcome.Succeeded("12 pages"));
        }
    }

    @Test
    void a_cancel_without_a_result_says_that_the_job_may_have_taken_effect() throws Exception {
        try (Rig rig = rig()) {
            rig.client.start("early", Rig.calls("print {}"));
            assertThat(begun.await(20, SECONDS)).isTrue();
            cancel(rig);
            assertThat(interrupted.await(20, SECONDS)).isTrue();
            reported.countDown();

            CallResult result = end(rig);
            assertThat(result.outcome())
                    .isEqualTo(new Outcome.Cancelled(
                            "tool 'print' was interrupted: the user has left; it may have taken effect", true));
            assertThat(result.attempts()).isEqualTo(1);
        }
    }

    /** It may be the repetition of a decision that has started this attempt. */
    @Test
    void a_decision_to_run_again_that_comes_while_the_tool_runs_has_no_effect() throws Exception {
        try (Rig rig = rig()) {
            decide(rig, Decision.runAgain());
            reported.countDown();

            await().until(() -> rig.client.progress("early").getFirst().pending() == PendingKind.EXTERNAL);
            rig.client.decide("early", 0, Decision.completed("12 pages"));
            assertThat(end(rig).attempts()).isEqualTo(1);
        }
    }
}
