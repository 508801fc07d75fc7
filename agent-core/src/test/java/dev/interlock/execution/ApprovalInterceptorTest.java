package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that wait for somebody to approve them. */
@Timeout(60)
class ApprovalInterceptorTest {

    private final FakeTime time = new FakeTime();
    private final Desk desk = new Desk();

    /** The arguments of the calls whose bodies ran, in order. */
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private final CountDownLatch readRan = new CountDownLatch(1);
    private final CountDownLatch oneSucceeded = new CountDownLatch(1);

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("pay", Effects.writes("account/{id}"), this::body),
            ToolDefinition.of("tell", Effects.writes("mail/{id}"), this::body),
            ToolDefinition.of("balance", Effects.reads("account/{id}"), call -> {
                Object result = body(call);
                readRan.countDown();
                return result;
            }));

    private Object body(ToolCall call) {
        ran.add(call.tool() + " " + call.arguments().path("id").asText());
        return call.arguments().path("id").asText();
    }

    /** Whoever is asked: the test answers, by the tool's name. */
    private static final class Desk implements Function<InterceptedCall, CompletionStage<Approval>> {
        private final Map<String, CompletableFuture<Approval>> answers = new ConcurrentHashMap<>();
        private final Map<String, CountDownLatch> asked = new ConcurrentHashMap<>();

        @Override
        public CompletionStage<Approval> apply(InterceptedCall call) {
            asked(call.call().tool()).countDown();
            return answer(call.call().tool());
        }

        private CountDownLatch asked(String tool) {
            return asked.computeIfAbsent(tool, name -> new CountDownLatch(1));
        }

        CompletableFuture<Approval> answer(String tool) {
            return answers.computeIfAbsent(tool, name -> new CompletableFuture<>());
        }

        void awaitQuestion(String tool) throws InterruptedException {
            await(asked(tool));
        }
    }

    private ToolCallExecutor.Builder executor() {
        return asking(ApprovalInterceptor.builder(desk));
    }

    private ToolCallExecutor.Builder asking(ApprovalInterceptor.Builder interceptor) {
        return ToolCallExecutor.builder()
                .time(time)
                .interceptor(interceptor.build())
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded call
                            && call.result().isSuccess()) {
                        oneSucceeded.countDown();
                    }
                });
    }

    private ToolCallExecutor.Builder answering(Function<InterceptedCall, CompletionStage<Approval>> ask) {
        return asking(ApprovalInterceptor.builder(ask));
    }

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
                executor()
                        .policy(
                                "pay",
                                ToolPolicy.builder()
                                        .callTimeout(Duration.ofMillis(200))
                                        .build())
                        .build(),
                tools,
                call("pay", "id", "1"));
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

    private String failureOf(ToolCallExecutor.Builder executor) throws Exception {
        CallResult result =
                start(executor.build(), tools, call("pay", "id", "1")).get().get(0);
        assertThat(result.outcome()).isInstanceOf(Outcome.Failed.class);
        assertThat(result.attempts()).isZero();
        assertThat(ran).isEmpty();
        return result.outcome().message();
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
