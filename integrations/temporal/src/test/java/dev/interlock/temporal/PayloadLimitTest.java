package dev.interlock.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.temporal.Activities.Decided;
import dev.interlock.temporal.Activities.Producer;
import dev.interlock.temporal.Activities.Suspension;
import dev.interlock.temporal.Activities.Task;
import io.temporal.api.history.v1.HistoryEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that are too long for the server say so, and no other is the worse for it. */
@Timeout(60)
class PayloadLimitTest {

    private static final int MEBI = 1024 * 1024;

    private static CallReport report(Outcome outcome) {
        return CallReport.of(RoundRequest.Call.of(ToolCall.parse(null, "read", "{}")), outcome, 1, 0, 0);
    }

    private static Outcome text(int length) {
        return new Outcome.Succeeded("x".repeat(length));
    }

    private static List<Outcome> fit(Outcome... outcomes) {
        return PayloadLimit.fit(
                        Arrays.stream(outcomes).map(PayloadLimitTest::report).toList())
                .stream()
                .map(CallReport::came)
                .toList();
    }

    @Test
    void what_fits_stays_as_it_is() {
        Outcome[] outcomes = {text(MEBI), text(0), text(MEBI / 2), new Outcome.Skipped("skipped")};
        assertThat(fit(outcomes)).containsExactly(outcomes);
        assertThat(fit()).isEmpty();
    }

    @Test
    void only_the_longest_are_left_out() {
        Outcome failure = new Outcome.TimedOut("late ".repeat(MEBI), Duration.ofMillis(5), true);
        List<Outcome> fitting = fit(text(MEBI), text(3 * MEBI), text(100), failure);

        assertThat(fitting.get(0)).isEqualTo(text(MEBI));
        assertThat(fitting.get(1))
                .isInstanceOfSatisfying(
                        Outcome.Succeeded.class,
                        succeeded -> assertThat(String.valueOf(succeeded.value()))
                                .contains("succeeded", "was left out", "of 2031616 bytes"));
        assertThat(fitting.get(2)).isEqualTo(text(100));
        assertThat(fitting.get(3))
                .isEqualTo(new Outcome.TimedOut("late ".repeat(40) + "...", Duration.ofMillis(5), true));
    }

    @Test
    void all_of_a_round_fits_into_one_payload() throws Exception {
        List<CallReport> reports =
                IntStream.range(0, 3000).mapToObj(call -> report(text(call))).toList();

        List<CallReport> fitting = PayloadLimit.fit(reports);

        assertThat(fitting).hasSize(3000);
        assertThat(new ObjectMapper().writeValueAsBytes(fitting)).hasSizeBetween(MEBI, 2 * MEBI);
        assertThat(fitting.subList(0, 100)).isEqualTo(reports.subList(0, 100));
    }

    /** What is counted is at least what is sent, and not much more. */
    @Test
    void a_task_and_a_suspension_are_counted_as_they_are_sent() throws Exception {
        RoundRequest.Call call =
                RoundRequest.Call.of(ToolCall.parse("\"id\"", "read", "{\"a\":\"" + "é\\\"".repeat(10_000) + "\"}"));
        CallReport report = report(text(20_000));
        String round = "\"\n".repeat(20_000);
        Task task = new Task(
                "round",
                3,
                9,
                call,
                false,
                List.of(new Producer(0, call, report.outcome()), new Producer(1, call, report.outcome())),
                true,
                7,
                7,
                new Decided(
                        round,
                        CallDecision.of(3, Decision.approvedWith(call.toCall().arguments()))));
        Suspension suspension = new Suspension(PendingKind.APPROVAL, round, call, round);

        long ofTask = new ObjectMapper().writeValueAsBytes(task).length;
        long ofSuspension = new ObjectMapper().writeValueAsBytes(suspension).length;
        assertThat(PayloadLimit.bytes(task)).isBetween(ofTask, ofTask + 2_000);
        assertThat(PayloadLimit.bytes(suspension)).isBetween(ofSuspension, ofSuspension + 2_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_call_that_uses_results_that_are_too_long_together_is_not_run(boolean approval) {
        AtomicInteger runs = new AtomicInteger();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("long", Effects.reads("a"), call -> "x".repeat(MEBI)),
                ToolDefinition.of("sum", Effects.reads("b"), call -> runs.incrementAndGet()));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools)
                .chaining(true)
                .needsApproval(call -> approval && call.tool().equals("sum"))
                .build())) {
            List<CallResult> results =
                    rig.client.execute("sum", Rig.calls("long {}", "long {}", "sum {'of':['${1}','${2}']}", "long {}"));

            assertThat(results.get(2).outcome().message())
                    .startsWith("tool 'sum' was not started: its arguments and the results that it uses take 20")
                    .endsWith(" bytes, which exceeds the limit of 2031616 bytes");
            assertThat(results.get(3).isSuccess()).isTrue();
            assertThat(runs).hasValue(0);
        }
    }

    /** A server ends a workflow that sends more than 4 MiB with one of its tasks. */
    @Test
    void calls_that_use_a_long_result_are_not_all_started_at_once() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("long", Effects.reads("a"), call -> "x".repeat(MEBI)),
                ToolDefinition.of("use", Effects.reads("b"), call -> "used"));
        try (Rig rig = Rig.of(
                TemporalRounds.builder(tools).chaining(true).maxConcurrency(9).build())) {
            String use = "use {'of':'${1}'}";
            List<CallResult> results = rig.client.execute("use", Rig.calls("long {}", use, use, use, use, use, use));

            assertThat(results).allMatch(CallResult::isSuccess);
            Map<Long, Integer> sent = rig.history("use").getEvents().stream()
                    .filter(HistoryEvent::hasActivityTaskScheduledEventAttributes)
                    .collect(Collectors.groupingBy(
                            event -> event.getActivityTaskScheduledEventAttributes()
                                    .getWorkflowTaskCompletedEventId(),
                            Collectors.summingInt(HistoryEvent::getSerializedSize)));
            assertThat(sent.values()).hasSize(4).allMatch(bytes -> bytes < 4 * MEBI - 100_000);
        }
    }

    @Test
    void a_call_whose_arguments_become_too_long_is_not_asked_for() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("long", Effects.reads("a"), call -> "x".repeat(MEBI)),
                ToolDefinition.of("sum", Effects.reads("b"), call -> "none"));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools)
                .chaining(true)
                .needsApproval(call -> call.tool().equals("sum"))
                .build())) {
            List<CallResult> results = rig.client.execute("twice", Rig.calls("long {}", "sum {'of':['${1}','${1}']}"));

            assertThat(results.get(1).outcome().message())
                    .startsWith("tool 'sum' was not started: its arguments and the results that it uses take 2097");
        }
    }

    @Test
    void a_call_that_is_too_long_to_be_kept_fails_and_does_not_wait() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("pay", Effects.writes("a"), call -> "paid"),
                ToolDefinition.of("print", Effects.writes("b"), call -> {
                    throw new CallPendingException("job 4711");
                }));
        TemporalRounds rounds = TemporalRounds.builder(tools)
                .interceptor(ApprovalInterceptor.builder(
                                call -> CompletableFuture.completedFuture(Approval.pending("the owner")))
                        .when(call -> call.call().tool().equals("pay"))
                        .build())
                .build();
        String text = "x".repeat(MEBI);
        try (Rig rig = Rig.of(rounds)) {
            List<CallResult> pay = rig.client.execute("pay", Rig.calls("pay {'text':'" + text + "'}"));
            List<CallResult> print = rig.client.execute("print", Rig.calls("print {'text':'" + text + "'}"));

            assertThat(pay.getFirst().outcome().message())
                    .startsWith("tool 'pay' cannot wait for its approval")
                    .endsWith("exceeds the limit of 2031616 bytes");
            assertThat(pay.getFirst().attempts()).isZero();
            assertThat(print.getFirst().outcome().message())
                    .startsWith("tool 'print' cannot wait for a decision")
                    .endsWith("; what it has begun may still take effect");
            assertThat(print.getFirst().attempts()).isEqualTo(1);
        }
    }

    @Test
    void a_round_with_a_result_that_is_too_long_ends() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("long", Effects.writes("a"), call -> "é".repeat(MEBI)),
                ToolDefinition.of("short", Effects.writes("b"), call -> "done"));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).build())) {
            List<CallResult> results = rig.client.execute("long", Rig.calls("long {}", "short {}"));

            assertThat(results.get(0).outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Succeeded.class,
                            succeeded -> assertThat(String.valueOf(succeeded.value()))
                                    .startsWith("The call succeeded. Its result of 2097"));
            assertThat(results.get(1).outcome()).isEqualTo(new Outcome.Succeeded("done"));
        }
    }
}
