package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked for, and answers that go wrong. */
@Timeout(60)
class ApprovalQuestionsTest extends ApprovalFixture {

    private String failureOf(ToolCallExecutor.Builder executor) throws Exception {
        CallResult result =
                start(executor.build(), tools, call("pay", "id", "1")).get().get(0);
        assertThat(result.outcome()).isInstanceOf(Outcome.Failed.class);
        assertThat(result.attempts()).isZero();
        assertThat(ran).isEmpty();
        return result.outcome().message();
    }

    @Test
    void reads_are_not_asked_for() throws Exception {
        var running = start(executor().build(), tools, call("balance", "id", "1"));
        assertThat(running.get().get(0).isSuccess()).isTrue();
        assertThat(desk.answers).isEmpty();
    }

    @Test
    void a_predicate_says_which_calls_need_approval() throws Exception {
        var running = start(
                asking(ApprovalInterceptor.builder(desk)
                                .when(call -> call.accesses().stream()
                                        .anyMatch(access ->
                                                access.resource().toString().startsWith("mail"))))
                        .build(),
                tools,
                call("pay", "id", "1"),
                call("tell", "id", "1"));
        desk.awaitQuestion("tell");
        desk.answer("tell").complete(Approval.approved());
        assertThat(running.get()).allMatch(CallResult::isSuccess);
        assertThat(desk.answers).containsOnlyKeys("tell");
    }

    @Test
    void one_question_is_asked_for_all_attempts() throws Exception {
        AtomicInteger questions = new AtomicInteger();
        AtomicInteger attempts = new AtomicInteger();
        ToolSet flaky = ToolSet.of(ToolDefinition.of("put", Effects.writes("a"), call -> {
            if (attempts.incrementAndGet() < 3) {
                throw new IOException("reset");
            }
            return "put";
        }));
        var running = start(
                answering(call -> {
                            questions.incrementAndGet();
                            return CompletableFuture.completedFuture(Approval.approved());
                        })
                        .policy(
                                "put",
                                ToolPolicy.builder()
                                        .idempotent(true)
                                        .retry(RetryPolicy.builder()
                                                .initialDelay(Duration.ZERO)
                                                .build())
                                        .build())
                        .build(),
                flaky,
                call("put"));
        CallResult result = running.get().get(0);
        assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("put"));
        assertThat(result.attempts()).isEqualTo(3);
        assertThat(questions).hasValue(1);
    }

    @Test
    void changed_arguments_reach_the_tool() throws Exception {
        ToolSet transfers = ToolSet.of(ToolDefinition.of("transfer", Effects.writes("account/{id}"), call -> {
            ran.add(call.arguments().toString());
            return "done";
        }));
        var running = start(
                answering(call -> CompletableFuture.completedFuture(Approval.approvedWith(
                                call("transfer", "id", "1", "amount", 50).arguments())))
                        .build(),
                transfers,
                call("transfer", "id", "1", "amount", 5000));
        assertThat(running.get().get(0).isSuccess()).isTrue();
        assertThat(ran).containsExactly("{\"id\":\"1\",\"amount\":50}");
    }

    @Test
    void changed_arguments_must_not_access_what_was_not_planned() throws Exception {
        var running = start(
                answering(call -> CompletableFuture.completedFuture(
                                Approval.approvedWith(call("pay", "id", "2").arguments())))
                        .build(),
                tools,
                call("pay", "id", "1"));
        assertThat(running.get().get(0).outcome().message())
                .startsWith("the changed arguments of tool 'pay' would ")
                .contains("account/2", "which was not planned", "account/1");
        assertThat(ran).isEmpty();
    }

    @Test
    void a_handler_that_throws_fails_the_call() throws Exception {
        assertThat(failureOf(answering(call -> {
                    throw new IllegalArgumentException("the desk is closed");
                })))
                .isEqualTo("tool 'pay' was not started: asking for its approval failed: "
                        + "java.lang.IllegalArgumentException: the desk is closed");
    }

    @Test
    @SuppressWarnings("NullAway") // what it must not do
    void a_handler_that_gives_no_answer_to_wait_for_fails_the_call() throws Exception {
        assertThat(failureOf(answering(call -> null)))
                .isEqualTo("tool 'pay' was not started: asking for its approval failed: "
                        + "java.lang.NullPointerException: there was no answer to wait for");
    }

    @Test
    @SuppressWarnings("NullAway") // what it must not do
    void an_answer_that_is_null_fails_the_call() throws Exception {
        assertThat(failureOf(answering(call -> CompletableFuture.completedFuture(null))))
                .isEqualTo("tool 'pay' was not started: asking for its approval failed: "
                        + "java.lang.NullPointerException: the answer was null");
    }

    @Test
    void an_answer_that_fails_fails_the_call() throws Exception {
        assertThat(failureOf(answering(call -> CompletableFuture.failedFuture(new IOException("no line")))))
                .isEqualTo("tool 'pay' was not started: asking for its approval failed: java.io.IOException: no line");
        assertThat(failureOf(answering(call -> CompletableFuture.<Approval>failedFuture(new IOException("no line"))
                        .thenApply(answer -> answer))))
                .isEqualTo("tool 'pay' was not started: asking for its approval failed: java.io.IOException: no line");
    }

    @Test
    void an_answer_that_times_out_by_itself_is_not_taken_for_the_gates_own_limit() throws Exception {
        CompletableFuture<Approval> answer = new CompletableFuture<>();
        var running = start(answering(call -> answer).build(), tools, call("pay", "id", "1"));
        answer.orTimeout(1, TimeUnit.NANOSECONDS);
        assertThat(running.get().get(0).outcome().message())
                .startsWith("tool 'pay' was not started: asking for its approval failed: "
                        + "java.util.concurrent.TimeoutException");
    }

    @Test
    void a_question_that_the_desk_takes_back_fails_the_call() throws Exception {
        var running = start(executor().build(), tools, call("pay", "id", "1"));
        desk.awaitQuestion("pay");
        desk.answer("pay").cancel(false);
        assertThat(running.get().get(0).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error()).hasCauseInstanceOf(CancellationException.class));
    }

    @Test
    void a_timeout_must_be_more_than_nothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApprovalInterceptor.builder(desk).timeout(Duration.ZERO))
                .withMessage("timeout must be > 0 ms, was 0 ms");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApprovalInterceptor.builder(desk).timeout(Duration.ofMillis(-1)))
                .withMessage("timeout must be > 0 ms, was -1 ms");
    }
}
