package dev.interlock.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.Outcome;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two persons answer one question. The second answer comes while the call runs, and answers no later question. */
@Timeout(60)
class LateAnswersTest {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final AtomicInteger runs = new AtomicInteger();

    private void awaitAnswer() throws InterruptedException {
        begun.countDown();
        assertThat(answered.await(30, SECONDS)).isTrue();
    }

    /** The first answer starts the attempt, and the second one comes while it runs. */
    private void answerTwice(Rig rig, Decision first, Decision second) throws InterruptedException {
        rig.client.start("late", Rig.calls("pay {}"));
        awaitQuestion(rig);
        rig.client.decide("late", 0, first);
        assertThat(begun.await(20, SECONDS)).isTrue();
        rig.client.decide("late", 0, second);
        Rig.awaitHeard(rig, "late");
        answered.countDown();
        await().until(() -> rig.client.progress("late").getFirst().state() != CallProgress.State.RUNNING);
    }

    private static void awaitQuestion(Rig rig) {
        await().until(() -> rig.client.progress("late").stream().allMatch(call -> call.pending() != null)
                && !rig.client.progress("late").isEmpty());
    }

    private void assertWaitsForItsJob(Rig rig) {
        assertThat(rig.client.progress("late").getFirst().pending()).isEqualTo(PendingKind.EXTERNAL);
        rig.client.decide("late", 0, Decision.completed("paid"));
        assertThat(rig.client.await("late").getFirst().outcome()).isEqualTo(new Outcome.Succeeded("paid"));
    }

    @Test
    void a_refusal_after_the_approval_does_not_end_the_job_that_the_tool_then_begins() throws Exception {
        ToolSet tools = ToolSet.of(ToolDefinition.of("pay", Effects.writes("account"), call -> {
            awaitAnswer();
            throw new CallPendingException("transfer 4711");
        }));
        try (Rig rig =
                Rig.of(TemporalRounds.builder(tools).needsApproval(call -> true).build())) {
            answerTwice(rig, Decision.approved(), Decision.refused("too much"));

            assertWaitsForItsJob(rig);
        }
    }

    @Test
    void a_giving_up_after_the_decision_to_run_again_does_not_end_the_job_of_the_next_attempt() throws Exception {
        ToolSet tools = ToolSet.of(ToolDefinition.of("pay", Effects.writes("account"), call -> {
            if (runs.incrementAndGet() == 2) {
                awaitAnswer();
            }
            throw new CallPendingException("transfer " + runs.get());
        }));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).build())) {
            answerTwice(rig, Decision.runAgain(), Decision.givenUp("the bank is closed"));

            assertWaitsForItsJob(rig);
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void a_refusal_after_the_approval_does_not_answer_what_an_interceptor_then_asks() throws Exception {
        ToolSet tools = ToolSet.of(ToolDefinition.of("pay", Effects.writes("account"), call -> "paid"));
        TemporalRounds rounds = TemporalRounds.builder(tools)
                .needsApproval(call -> true)
                .interceptor(ApprovalInterceptor.builder(call -> {
                            begun.countDown();
                            Rig.awaitStubbornly(answered, new ArrayList<>());
                            return CompletableFuture.completedFuture(Approval.pending("the owner"));
                        })
                        .build())
                .build();
        try (Rig rig = Rig.of(rounds)) {
            answerTwice(rig, Decision.approved(), Decision.refused("too much"));

            CallProgress asked = rig.client.progress("late").getFirst();
            assertThat(asked.pending()).isEqualTo(PendingKind.APPROVAL);
            assertThat(asked.why()).isEqualTo("the owner");
            rig.client.decide("late", 0, Decision.approved());
            assertThat(rig.client.await("late").getFirst().outcome()).isEqualTo(new Outcome.Succeeded("paid"));
        }
    }
}
