package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.Approvals;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Approvals that take longer than a process: what is approved is what runs, and no question is asked twice. */
@Timeout(60)
class SuspendedApprovalsTest extends SuspendFixture {

    private ApprovalInterceptor answers(String desk, Function<InterceptedCall, Approval> answer) {
        return ApprovalInterceptor.builder(call -> {
                    asked.add(desk + " " + call.call().arguments().path("id").asText());
                    return CompletableFuture.completedFuture(answer.apply(call));
                })
                .build();
    }

    private static Approval later(InterceptedCall call) {
        return Approval.pending("later");
    }

    @Test
    void a_call_that_was_approved_and_waits_for_a_pending_one_holds_no_thread_and_is_not_asked_for_again() {
        ToolCallExecutor executor = executor()
                .interceptor(
                        answers("desk", call -> call.index() == 0 ? Approval.pending("later") : Approval.approved()))
                .build();
        SuspendedRound round = suspended(executor, call("pay", "id", "1"), call("pay", "id", "1"));
        assertThat(threads).hasValue(0);
        assertThat(round.calls().get(1)).isInstanceOfSatisfying(SuspendedCall.Waiting.class, waiting -> {
            assertThat(waiting.reason()).isEqualTo("waits for approval of call 1");
            assertThat(waiting.approved()).hasSize(1);
        });
        assertThat(values(executor.resume(round, Map.of(0, Decision.approved()), tools)))
                .containsExactly("pay done 1", "pay done 1");
        assertThat(asked).containsExactlyInAnyOrder("desk 1", "desk 1");
    }

    @Test
    void arguments_that_were_approved_instead_stay_approved() {
        ToolCallExecutor executor = executor()
                .interceptor(answers(
                        "desk",
                        call -> call.index() == 0
                                ? Approval.pending("later")
                                : Approval.approvedWith(
                                        call("pay", "id", "1", "amount", 1).arguments())))
                .build();
        SuspendedRound round = suspended(executor, call("pay", "id", "1"), call("pay", "id", "1", "amount", 100));
        ToolSet amounts = ToolSet.of(ToolDefinition.of(
                "pay",
                Effects.writes("account/{id}"),
                call -> call.arguments().path("amount").asText("none")));
        assertThat(values(executor.resume(round, Map.of(0, Decision.approved()), amounts)))
                .containsExactly("none", "1");
        assertThat(asked).hasSize(2);
    }

    @Test
    void an_answer_that_comes_on_another_thread_may_be_that_there_is_none_yet() throws Exception {
        CompletableFuture<Approval> answer = new CompletableFuture<>();
        CountDownLatch question = new CountDownLatch(1);
        Function<InterceptedCall, CompletionStage<Approval>> ask = call -> {
            question.countDown();
            return answer;
        };
        var running = Fixtures.start(
                executor().interceptor(ApprovalInterceptor.builder(ask).build()).build(),
                tools,
                call("pay", "id", "1"));
        await(question);
        answer.complete(Approval.pending("days"));
        assertThat(state(suspended(running::get), 0)).isEqualTo("APPROVAL: days");
    }

    @Test
    void each_of_two_desks_is_asked_and_an_approval_of_one_is_not_the_others() {
        ToolCallExecutor executor = executor()
                .interceptor(answers("one", SuspendedApprovalsTest::later))
                .interceptor(answers("two", SuspendedApprovalsTest::later))
                .build();
        SuspendedRound first = suspended(executor, call("pay", "id", "1"));
        assertThat(asked).containsExactly("one 1");
        SuspendedRound second = suspended(() -> executor.resume(first, Map.of(0, Decision.approved()), tools));
        assertThat(asked).containsExactly("one 1", "two 1");
        assertThat(values(executor.resume(second, Map.of(0, Decision.approved()), tools)))
                .containsExactly("pay done 1");
        assertThat(asked).hasSize(2);
    }

    @Test
    void a_call_that_comes_with_other_arguments_than_were_approved_is_asked_for_again() {
        CallInterceptor first = call -> call.proceed(new ToolCall(
                call.call().id(),
                call.call().tool(),
                call("pay", "id", "1", "amount", 5).arguments()));
        CallInterceptor other = call -> call.proceed(new ToolCall(
                call.call().id(),
                call.call().tool(),
                call("pay", "id", "1", "amount", 6).arguments()));
        ApprovalInterceptor desk = answers("desk", SuspendedApprovalsTest::later);
        SuspendedRound round =
                suspended(executor().interceptor(first).interceptor(desk).build(), call("pay", "id", "1"));
        assertThat(((SuspendedCall.Pending) round.calls().get(0))
                        .shown()
                        .arguments()
                        .path("amount")
                        .asInt())
                .isEqualTo(5);
        SuspendedRound again = suspended(() -> executor()
                .interceptor(other)
                .interceptor(desk)
                .build()
                .resume(round, Map.of(0, Decision.approved()), tools));
        assertThat(again.pending()).containsExactly(0);
        assertThat(ran).isEmpty();
        assertThat(values(executor()
                        .interceptor(first)
                        .interceptor(desk)
                        .build()
                        .resume(round, Map.of(0, Decision.approved()), tools)))
                .containsExactly("pay done 1");
    }

    @Test
    void what_was_approved_for_good_is_not_asked_for_whatever_its_id() {
        Approvals approvals = Approvals.inMemory();
        ToolCallExecutor executor =
                executor().interceptor(pending().approvals(approvals).build()).build();
        SuspendedRound round = suspended(executor, call("pay", "id", "1"), call("pay", "id", "2"));
        executor.resume(round, Map.of(0, Decision.approvedAlways(), 1, Decision.approved()), tools);
        assertThat(values(executor.execute(
                        List.of(new ToolCall(
                                "other", "pay", call("pay", "id", "1").arguments())),
                        tools)))
                .containsExactly("pay done 1");
        assertThat(suspended(executor, call("pay", "id", "2")).pending()).containsExactly(0);
        ToolCallExecutor live = executor()
                .interceptor(ApprovalInterceptor.builder(
                                call -> CompletableFuture.completedFuture(Approval.approvedAlways()))
                        .approvals(approvals)
                        .build())
                .build();
        assertThat(live.execute(List.of(call("tell", "id", "3")), tools)).allMatch(CallResult::isSuccess);
        assertThat(approvals.isApproved(call("tell", "id", "3"))).isTrue();
    }

    @Test
    void a_pending_tool_keeps_the_approval_that_it_had_for_when_it_is_run_again() {
        ToolCallExecutor executor = executor()
                .interceptor(answers("desk", call -> Approval.approved()))
                .build();
        SuspendedRound round = suspended(executor, call("print", "id", "1"));
        assertThat(((SuspendedCall.Pending) round.calls().get(0)).asked()).hasSize(1);
        suspended(() -> executor.resume(round, Map.of(0, Decision.runAgain()), tools));
        assertThat(asked).hasSize(1);
        assertThat(ran).hasSize(2);
    }

    @Test
    void an_interceptor_that_wraps_the_call_does_not_hide_what_was_approved() {
        ApprovalInterceptor desk = answers("desk", SuspendedApprovalsTest::later);
        CallInterceptor wrapping = call -> desk.intercept(new WrappedCall(call));
        ToolCallExecutor executor = executor().interceptor(wrapping).build();
        SuspendedRound round = suspended(executor, call("pay", "id", "1"));
        assertThat(values(executor.resume(round, Map.of(0, Decision.approved()), tools)))
                .containsExactly("pay done 1");
        assertThat(asked).hasSize(1);
    }

    @Test
    void a_desk_knows_the_round_by_the_name_that_it_keeps() {
        ToolCallExecutor executor = executor()
                .interceptor(answers("desk", call -> {
                    ran.add(call.roundId() + " " + call.index());
                    return Approval.pending("later");
                }))
                .build();
        SuspendedRound round = suspended(executor, call("pay", "id", "1"), call("pay", "id", "2"));
        assertThat(ran).containsExactlyInAnyOrder(round.id() + " 0", round.id() + " 1");
        assertThat(suspended(executor, call("pay", "id", "1")).id()).isNotEqualTo(round.id());
    }
}
