package dev.interlock.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.temporal.worker.WorkerFactory;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was decided of a call before its round is stopped counts, also if the workflow gets both in one task. */
@Timeout(60)
class LastDecisionsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("print", Effects.writes("printer"), call -> {
                throw new CallPendingException("job 4711");
            }),
            ToolDefinition.of("pay", Effects.writes("account/{to}"), call -> "paid"));

    private TemporalRounds.Builder rounds() {
        return TemporalRounds.builder(tools).needsApproval(call -> call.tool().equals("pay"));
    }

    /** While no worker runs, signals gather, so that the next task of the workflow has all of them. */
    private static List<CallResult> run(TemporalRounds rounds, Consumer<Rig> meanwhile) {
        try (Rig rig = new Rig()) {
            WorkerFactory first = rig.newWorker(rounds);
            rig.client.start("round", Rig.calls("print {}", "pay {'to':'1'}"));
            await().until(() -> rig.client.progress("round").stream().allMatch(call -> call.pending() != null));
            Rig.stop(first);
            meanwhile.accept(rig);
            rig.newWorker(rounds);
            return rig.client.await("round");
        }
    }

    private static void cancel(Rig rig) {
        rig.client.cancel("round", "the user has left");
    }

    @Test
    void the_result_of_a_job_stays_though_a_cancel_follows() {
        List<CallResult> results = run(rounds().build(), rig -> {
            rig.client.decide("round", 0, Decision.completed("12 pages"));
            cancel(rig);
        });

        assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded("12 pages"));
        assertThat(results.get(0).attempts()).isEqualTo(1);
        assertThat(results.get(1).outcome())
                .isEqualTo(new Outcome.Cancelled("tool 'pay' was not started: the user has left", false));
    }

    @Test
    void a_refusal_stays_though_a_cancel_follows() {
        List<CallResult> results = run(rounds().build(), rig -> {
            rig.client.decide("round", 1, Decision.refused("too much"));
            cancel(rig);
        });

        assertThat(results.get(0).outcome().message()).contains("the user has left");
        assertThat(results.get(1).outcome().message()).isEqualTo("tool 'pay' was not approved: too much");
    }

    @Test
    void an_approval_has_no_effect_before_a_cancel_and_other_arguments_are_not_planned() throws Exception {
        var to2 = JSON.readTree("{\"to\":\"2\"}");
        List<CallResult> results = run(rounds().build(), rig -> {
            rig.client.decide("round", 1, Decision.approvedWith(to2));
            cancel(rig);
        });

        assertThat(results.get(1).outcome())
                .isEqualTo(new Outcome.Cancelled("tool 'pay' was not started: the user has left", false));
        assertThat(results.get(1).call().arguments()).isEqualTo(to2);
        assertThat(results.get(1).attempts()).isZero();
    }

    @Test
    void a_call_that_was_to_run_again_before_a_cancel_says_that_it_may_have_taken_effect() {
        List<CallResult> results = run(rounds().build(), rig -> {
            rig.client.decide("round", 0, Decision.runAgain());
            cancel(rig);
        });

        assertThat(results.get(0).outcome())
                .isEqualTo(new Outcome.Cancelled(
                        "tool 'print' was not started again: the user has left; "
                                + "it was started before, and may have taken effect",
                        true));
        assertThat(results.get(0).attempts()).isEqualTo(1);
    }

    @Test
    void the_result_of_a_job_stays_though_a_refusal_has_the_round_fail_fast() {
        List<CallResult> results = run(rounds().failFast(true).build(), rig -> {
            rig.client.decide("round", 1, Decision.refused("too much"));
            rig.client.decide("round", 0, Decision.completed("12 pages"));
        });

        assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded("12 pages"));
        assertThat(results.get(1).outcome().message()).isEqualTo("tool 'pay' was not approved: too much");
    }

    @Test
    void a_decision_after_the_cancel_has_no_effect() {
        List<CallResult> results = run(rounds().build(), rig -> {
            cancel(rig);
            rig.client.decide("round", 0, Decision.completed("12 pages"));
        });

        assertThat(results.get(0).outcome())
                .isEqualTo(new Outcome.Cancelled(
                        "tool 'print' was interrupted: the user has left; it may have taken effect", true));
    }

    @Test
    void of_two_cancels_before_the_round_is_planned_the_first_says_why() {
        try (Rig rig = new Rig()) {
            rig.client.start("round", Rig.calls("print {}"));
            rig.client.cancel("round", "the first reason");
            rig.client.cancel("round", "the second reason");
            rig.newWorker(rounds().build());

            assertThat(rig.client.await("round").getFirst().outcome())
                    .isEqualTo(new Outcome.Cancelled("tool 'print' was not started: the first reason", false));
        }
    }
}
