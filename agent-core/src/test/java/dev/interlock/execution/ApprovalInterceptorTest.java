package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.callTimeout;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that wait for a person to approve them. */
@Timeout(60)
class ApprovalInterceptorTest extends ApprovalFixture {

    @Test
    void a_write_runs_once_it_is_approved() throws Exception {
        var running = start(executor().build(), tools, call("pay", "id", "1"));
        desk.awaitQuestion("pay");
        assertThat(ran).isEmpty();
        desk.answer("pay").complete(Approval.approved());
        CallResult result = running.get().get(0);
        assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("1"));
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(ran).containsExactly("pay 1");
    }

    @Test
    void an_approval_that_is_there_at_once_does() throws Exception {
        var running = start(
                answering(call -> CompletableFuture.completedFuture(Approval.approved()))
                        .build(),
                tools,
                call("pay", "id", "1"));
        assertThat(running.get().get(0).isSuccess()).isTrue();
    }

    @Test
    void a_call_that_waits_does_not_keep_others_from_running_at_a_cap_of_one() throws Exception {
        var running =
                start(executor().maxConcurrency(1).build(), tools, call("pay", "id", "1"), call("balance", "id", "2"));
        desk.awaitQuestion("pay");
        await(readRan);
        assertThat(ran).containsExactly("balance 2");
        desk.answer("pay").complete(Approval.approved());
        assertThat(running.get()).allMatch(CallResult::isSuccess);
        assertThat(ran).containsExactly("balance 2", "pay 1");
    }

    @Test
    void approvals_may_come_in_reverse_order() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        ToolSet both = ToolSet.of(tools.find("pay"), ToolDefinition.of("tell", Effects.writes("mail/{id}"), call -> {
            Object result = body(call);
            told.countDown();
            return result;
        }));
        var running =
                start(executor().maxConcurrency(1).build(), both, call("pay", "id", "1"), call("tell", "id", "2"));
        desk.awaitQuestion("pay");
        desk.awaitQuestion("tell");
        desk.answer("tell").complete(Approval.approved());
        await(told);
        assertThat(ran).containsExactly("tell 2");
        desk.answer("pay").complete(Approval.approved());
        List<CallResult> results = running.get();
        assertThat(results).extracting(result -> result.call().tool()).containsExactly("pay", "tell");
        assertThat(results).allMatch(CallResult::isSuccess);
        assertThat(ran).containsExactly("tell 2", "pay 1");
    }

    @Test
    void a_conflicting_call_waits_behind_the_one_that_waits_for_approval() throws Exception {
        var running = start(
                executor().build(),
                tools,
                call("pay", "id", "1"),
                call("balance", "id", "1"),
                call("balance", "id", "2"));
        desk.awaitQuestion("pay");
        await(readRan);
        assertThat(ran).containsExactly("balance 2");
        desk.answer("pay").complete(Approval.approved());
        assertThat(running.get()).allMatch(CallResult::isSuccess);
        assertThat(ran).containsExactly("balance 2", "pay 1", "balance 1");
    }

    @Test
    void a_refusal_is_the_calls_failure_and_what_waited_for_it_runs() throws Exception {
        var running = start(executor().build(), tools, call("pay", "id", "1"), call("balance", "id", "1"));
        desk.awaitQuestion("pay");
        desk.answer("pay").complete(Approval.refused("the limit is 100 EUR a day; pay less"));
        List<CallResult> results = running.get();
        assertThat(results.get(0).outcome().message())
                .isEqualTo("tool 'pay' was not approved: the limit is 100 EUR a day; pay less");
        assertThat(results.get(0).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error()).isInstanceOf(CallRefusedException.class));
        assertThat(results.get(0).attempts()).isZero();
        assertThat(results.get(1).isSuccess()).isTrue();
        assertThat(ran).containsExactly("balance 1");
    }

    @Test
    void an_approval_that_does_not_come_in_time_is_withdrawn() throws Exception {
        var running = start(
                asking(ApprovalInterceptor.builder(desk).timeout(Duration.ofSeconds(30)))
                        .build(),
                tools,
                call("pay", "id", "1"));
        desk.awaitQuestion("pay");
        time.awaitParkedUntil(Duration.ofSeconds(30));
        time.advance(Duration.ofSeconds(30));
        CallResult result = running.get().get(0);
        assertThat(result.outcome().message())
                .isEqualTo("tool 'pay' was not started: it waited 30000 ms for an approval that did not come");
        assertThat(result.attempts()).isZero();
        assertThat(desk.answer("pay")).isCancelled();
        assertThat(ran).isEmpty();
    }

    @Test
    void an_approval_just_before_its_limit_is_in_time() throws Exception {
        var running = start(
                asking(ApprovalInterceptor.builder(desk).timeout(Duration.ofSeconds(30)))
                        .build(),
                tools,
                call("pay", "id", "1"));
        time.awaitParkedUntil(Duration.ofSeconds(30));
        time.advance(Duration.ofSeconds(30).minusNanos(1));
        desk.answer("pay").complete(Approval.approved());
        assertThat(running.get().get(0).isSuccess()).isTrue();
    }

    @Test
    void the_limit_of_the_round_passes_while_a_call_waits() throws Exception {
        var running = start(
                executor().roundTimeout(Duration.ofMillis(500)).build(),
                tools,
                call("pay", "id", "1"),
                call("balance", "id", "2"));
        desk.awaitQuestion("pay");
        await(oneSucceeded);
        time.awaitParkedUntil(Duration.ofMillis(500));
        time.advance(Duration.ofMillis(500));
        List<CallResult> results = running.get();
        assertThat(results.get(0).outcome())
                .isEqualTo(new Outcome.TimedOut(
                        "tool 'pay' timed out: the round exceeded 500 ms before the tool could start",
                        Duration.ofMillis(500),
                        false));
        assertThat(results.get(1).isSuccess()).isTrue();
        assertThat(desk.answer("pay")).isCancelled();
        assertThat(ran).containsExactly("balance 2");
    }

    @Test
    void the_limit_of_the_call_passes_while_it_waits() throws Exception {
        var running = start(
                executor().policy("pay", callTimeout(Duration.ofMillis(200))).build(), tools, call("pay", "id", "1"));
        desk.awaitQuestion("pay");
        time.awaitParkedUntil(Duration.ofMillis(200));
        time.advance(Duration.ofMillis(200));
        assertThat(running.get().get(0).outcome().message())
                .isEqualTo("tool 'pay' timed out: the call exceeded 200 ms before the tool could start");
        assertThat(desk.answer("pay")).isCancelled();
    }

    @Test
    void the_limit_of_an_attempt_does_not_count_the_wait() throws Exception {
        var running = start(executor().timeout(Duration.ofMillis(100)).build(), tools, call("pay", "id", "1"));
        desk.awaitQuestion("pay");
        time.advance(Duration.ofHours(1));
        desk.answer("pay").complete(Approval.approved());
        assertThat(running.get().get(0).isSuccess()).isTrue();
    }

    @Test
    void an_interrupt_of_the_caller_ends_the_wait() throws Exception {
        var running = start(executor().build(), tools, call("pay", "id", "1"), call("tell", "id", "1"));
        desk.awaitQuestion("pay");
        desk.awaitQuestion("tell");
        running.owner().interrupt();
        assertThat(running.get())
                .extracting(CallResult::outcome)
                .containsExactly(
                        new Outcome.Cancelled("tool 'pay' was not started: the calling thread was interrupted", false),
                        new Outcome.Cancelled(
                                "tool 'tell' was not started: the calling thread was interrupted", false));
        assertThat(running.flag().get()).isTrue();
        assertThat(desk.answer("pay")).isCancelled();
        assertThat(desk.answer("tell")).isCancelled();
        assertThat(ran).isEmpty();
    }

    @Test
    void a_cancelled_round_withdraws_its_questions() throws Exception {
        ToolCallExecutor executor = executor().build();
        var running = start(executor, tools, call("pay", "id", "1"), call("pay", "id", "1"));
        desk.awaitQuestion("pay");
        executor.close();
        assertThat(running.get())
                .allSatisfy(result -> assertThat(result.outcome()).isInstanceOf(Outcome.Cancelled.class));
        assertThat(desk.answer("pay")).isCancelled();
        assertThat(ran).isEmpty();
    }
}
