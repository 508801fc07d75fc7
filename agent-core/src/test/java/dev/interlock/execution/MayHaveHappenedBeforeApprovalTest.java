package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That a write may have happened is not forgotten while it waits, or is pending, or is tried again. */
@Timeout(60)
class MayHaveHappenedBeforeApprovalTest {

    private static final String BEFORE = "; it was started before, and may have taken effect";

    private final AtomicInteger runs = new AtomicInteger();

    private ToolSet tools(Effects effects) {
        return ToolSet.of(ToolDefinition.of("pay", effects, call -> {
            if (runs.incrementAndGet() <= 2) {
                throw new IllegalStateException("the line is bad");
            }
            return "paid";
        }));
    }

    private static SuspendedRound left() {
        return new SuspendedRound(
                "left",
                List.of(new SuspendedCall.Pending(
                        call("pay"), false, PendingKind.MAY_HAVE_HAPPENED, "it ran", List.of(), 1, Instant.EPOCH)));
    }

    private static ApprovalInterceptor.Builder desk(Function<InterceptedCall, CompletionStage<Approval>> ask) {
        return ApprovalInterceptor.builder(ask).when(call -> true);
    }

    private static ToolCallExecutor executor(ApprovalInterceptor.Builder desk) {
        return ToolCallExecutor.builder().interceptor(desk.build()).build();
    }

    private static ToolCallExecutor answering(Approval answer) {
        return executor(desk(call -> CompletableFuture.completedFuture(answer)));
    }

    private static ToolCallExecutor asking() {
        return answering(Approval.pending("the owner's approval"));
    }

    private SuspendedRound runAgainAndAsked(Effects effects) {
        return SuspendFixture.suspended(() -> asking().resume(left(), Map.of(0, Decision.runAgain()), tools(effects)));
    }

    private Outcome runAgain(ToolCallExecutor executor) {
        Outcome outcome = executor.resume(left(), Map.of(0, Decision.runAgain()), tools(Effects.writes("account")))
                .getFirst()
                .outcome();
        assertThat(runs).hasValue(0);
        return outcome;
    }

    @Test
    void a_write_that_is_asked_for_when_it_is_to_run_again_and_is_refused() {
        SuspendedRound round = runAgainAndAsked(Effects.writes("account"));
        assertThat(round.calls().getFirst()).isInstanceOfSatisfying(SuspendedCall.Pending.class, pending -> {
            assertThat(pending.kind()).isEqualTo(PendingKind.APPROVAL);
            assertThat(pending.attempts()).isEqualTo(1);
        });

        assertThat(asking().resume(round, Map.of(0, Decision.refused("no")), tools(Effects.writes("account"))))
                .extracting(CallResult::message)
                .containsExactly("tool 'pay' was not approved: no" + BEFORE);
        assertThat(runs).hasValue(0);
    }

    @Test
    void a_write_that_is_asked_for_when_it_is_to_run_again_and_is_approved_and_cancelled() {
        SuspendedRound round = runAgainAndAsked(Effects.writes("account"));
        Thread.currentThread().interrupt();

        List<CallResult> results =
                asking().resume(round, Map.of(0, Decision.approved()), tools(Effects.writes("account")));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(results)
                .extracting(CallResult::outcome)
                .containsExactly(new Outcome.Cancelled(
                        "tool 'pay' was not started again: the calling thread was interrupted" + BEFORE, true));
    }

    @Test
    void a_question_that_stays_open_adds_no_attempt() {
        SuspendedRound round = runAgainAndAsked(Effects.writes("account"));

        SuspendedRound again =
                SuspendFixture.suspended(() -> asking().resume(round, Map.of(), tools(Effects.writes("account"))));

        // Nothing was started since, so it is the same suspension.
        assertThat(again).isEqualTo(round);
    }

    @Test
    void of_what_only_reads_a_refusal_has_nothing_to_say() {
        SuspendedRound round = runAgainAndAsked(Effects.reads("account"));

        assertThat(asking().resume(round, Map.of(0, Decision.refused("no")), tools(Effects.reads("account"))))
                .extracting(CallResult::message)
                .containsExactly("tool 'pay' was not approved: no");
    }

    @Test
    void a_write_that_is_to_run_again_and_is_refused_at_once() {
        assertThat(runAgain(answering(Approval.refused("no"))).message())
                .isEqualTo("tool 'pay' was not approved: no" + BEFORE);
    }

    @Test
    void a_write_that_is_to_run_again_and_whose_approval_does_not_come() {
        assertThat(runAgain(executor(desk(call -> new CompletableFuture<>()).timeout(Duration.ofMillis(1))))
                        .message())
                .isEqualTo("tool 'pay' was not started: it waited 1 ms for an approval that did not come" + BEFORE);
    }

    @Test
    void a_write_that_is_to_run_again_and_that_cannot_be_asked_for() {
        assertThat(runAgain(executor(desk(call -> CompletableFuture.failedFuture(new IllegalStateException("away")))))
                        .message())
                .startsWith("tool 'pay' was not started: asking for its approval failed: ")
                .endsWith("away" + BEFORE);
    }

    @Test
    void a_write_that_is_to_run_again_and_is_refused_at_once_behind_an_interceptor_that_wraps_it() {
        ApprovalInterceptor desk = desk(call -> CompletableFuture.completedFuture(Approval.refused("no")))
                .build();

        assertThat(runAgain(ToolCallExecutor.builder()
                                .interceptor(call -> desk.intercept(new WrappedCall(call)))
                                .build())
                        .message())
                .isEqualTo("tool 'pay' was not approved: no" + BEFORE);
    }

    @Test
    void writes_that_are_tried_again_and_wait_or_are_pending_then() {
        ToolSet tools = tools(Effects.writes("account"));
        List<CallResult> failed =
                ToolCallExecutor.builder().build().execute(List.of(call("pay", "x", 1), call("pay", "x", 2)), tools);
        assertThat(runs).hasValue(2);

        SuspendedRound round = SuspendFixture.suspended(() -> executor(desk(call -> CompletableFuture.completedFuture(
                        call.index() == 0 ? Approval.pending("later") : Approval.approved())))
                .retryFailed(failed, tools));

        assertThat(round.calls().get(0))
                .isInstanceOfSatisfying(
                        SuspendedCall.Pending.class,
                        pending -> assertThat(pending.attempts()).isEqualTo(1));
        assertThat(round.calls().get(1))
                .isInstanceOfSatisfying(
                        SuspendedCall.Waiting.class,
                        waiting -> assertThat(waiting.started()).isTrue());
        assertThat(asking().resume(round, Map.of(0, Decision.refused("no")), tools))
                .extracting(CallResult::message)
                .containsExactly("tool 'pay' was not approved: no" + BEFORE, "succeeded");
    }

    @Test
    void a_write_that_was_not_started_again_is_tried_once_more_and_not_started_then() {
        ToolSet tools = tools(Effects.writes("account"));
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        Thread.currentThread().interrupt();
        List<CallResult> cancelled = executor.resume(left(), Map.of(0, Decision.runAgain()), tools);
        List<CallResult> again = executor.retryFailed(cancelled, tools);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(cancelled).extracting(CallResult::attempts).containsExactly(0);
        assertThat(again)
                .extracting(CallResult::outcome)
                .containsExactly(cancelled.getFirst().outcome());
        assertThat(cancelled.getFirst().message()).endsWith(BEFORE);
    }
}
