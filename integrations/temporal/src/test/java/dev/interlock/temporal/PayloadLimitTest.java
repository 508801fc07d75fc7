package dev.interlock.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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

    private static RoundRequest.Call writeFile(int bytes) {
        return RoundRequest.Call.of(ToolCall.parse(null, "write_file", "{\"content\":\"" + "x".repeat(bytes) + "\"}"));
    }

    private static CallReport report(RoundRequest.Call call, Outcome outcome) {
        return CallReport.of(call, outcome, 1, 1_700_000_000_000L, 1_700_000_000_000L);
    }

    @Test
    void a_short_result_stays_beside_long_arguments() {
        List<CallReport> reports = List.of(
                report(writeFile(1_020_000), new Outcome.Succeeded("ok")),
                report(writeFile(1_020_000), new Outcome.Succeeded("ok")));

        assertThat(PayloadLimit.fit(reports)).isEqualTo(reports);
    }

    @Test
    void of_equally_long_results_only_as_many_are_left_out_as_must_be() {
        List<Outcome> fitting = fit(text(MEBI), text(MEBI), text(MEBI));

        assertThat(fitting.get(0)).isEqualTo(text(MEBI));
        assertThat(fitting.subList(1, 3)).noneMatch(text(MEBI)::equals);
    }

    private static Outcome outcome(int kind, String message) {
        return switch (kind) {
            case 0 -> new Outcome.Succeeded(message);
            case 1 -> new Outcome.Failed(new IllegalStateException(message));
            case 2 -> new Outcome.TimedOut(message, Duration.ofSeconds(Long.MAX_VALUE, 123_456_789), true);
            case 3 -> new Outcome.Cancelled(message, false);
            default -> new Outcome.Skipped(message);
        };
    }

    /** Characters take one byte to six. */
    private static final List<String> CHARACTERS = List.of("x", "\"", "\u0001", "é", "語", "\uD83D\uDE00");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void what_is_fitted_is_never_longer_and_fits_if_its_calls_leave_room(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        int calls = random.nextInt(1, 3000);
        int arguments = random.nextInt(2 * MEBI / calls);
        int most = random.nextInt(2, 3000);
        List<CallReport> reports = random.ints(calls, 0, 5)
                .mapToObj(kind -> report(
                        writeFile(arguments),
                        outcome(
                                kind,
                                CHARACTERS
                                        .get(random.nextInt(CHARACTERS.size()))
                                        .repeat(random.nextInt(1, most)))))
                .toList();

        List<CallReport> fitting = PayloadLimit.fit(reports);

        long before = new ObjectMapper().writeValueAsBytes(reports).length;
        long after = new ObjectMapper().writeValueAsBytes(fitting).length;
        assertThat(after).isLessThanOrEqualTo(before);
        if (PayloadLimit.whyTooLong(reports.stream().map(CallReport::call).toList()) == null) {
            assertThat(after).isLessThanOrEqualTo(PayloadLimit.MOST_BYTES);
        }
        for (int call = 0; call < calls; call++) {
            assertThat(fitting.get(call).came())
                    .hasSameClassAs(reports.get(call).came());
        }
    }

    @Test
    void the_calls_of_a_full_request_leave_room_for_the_worst_outcomes() throws Exception {
        int calls = 2000;
        int arguments = 600;
        assertThat(PayloadLimit.whyTooLong(Collections.nCopies(calls, writeFile(arguments))))
                .isNull();
        for (int kind = 0; kind < 5; kind++) {
            CallReport report = report(writeFile(arguments), outcome(kind, "\u0001".repeat(1000)));
            List<CallReport> fitting = PayloadLimit.fit(Collections.nCopies(calls, report));
            assertThat(new ObjectMapper().writeValueAsBytes(fitting)).hasSizeLessThanOrEqualTo(PayloadLimit.MOST_BYTES);
        }
    }

    @Test
    void a_round_whose_calls_leave_no_room_for_results_is_refused_before_it_begins() {
        AtomicInteger runs = new AtomicInteger();
        ToolSet tools =
                ToolSet.of(ToolDefinition.of("write_file", Effects.writes("file"), call -> runs.incrementAndGet()));
        List<ToolCall> calls = Collections.nCopies(800, writeFile(2_400).toCall());
        String tooLong = "the round of 800 calls was not run: its calls and their briefest results take 2";
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).build())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> rig.client.start("many", calls))
                    .withMessageStartingWith(tooLong)
                    .withMessageEndingWith("exceeds the limit of 2031616 bytes; send fewer or shorter calls");

            // As a workflow of the user would start it.
            WorkflowStub child = rig.env
                    .getWorkflowClient()
                    .newUntypedWorkflowStub(
                            "InterlockRound",
                            WorkflowOptions.newBuilder().setTaskQueue(Rig.QUEUE).build());
            child.start(RoundRequest.of(calls));
            assertThatExceptionOfType(WorkflowFailedException.class)
                    .isThrownBy(() -> child.getResult(CallReport[].class))
                    .havingRootCause()
                    .withMessageContaining(tooLong);
        }
        assertThat(runs).hasValue(0);
    }

    /** Each of them alone is short enough to wait for its approval; their reports have them all. */
    @Test
    void a_round_ends_whose_calls_have_become_too_long_together() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("long", Effects.reads("a"), call -> "x".repeat(MEBI)),
                ToolDefinition.of("show", Effects.reads("b"), call -> "shown"));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools)
                .chaining(true)
                .needsApproval(call -> call.tool().equals("show"))
                .build())) {
            List<ToolCall> calls = Rig.calls("long {}", "show {'text':'${1}'}", "show {'text':'${1}'}");
            rig.client.start("three", calls);
            rig.env.sleep(Duration.ofHours(1));
            rig.client.decide("three", 1, Decision.approved());
            rig.client.decide("three", 2, Decision.approved());

            List<CallResult> results = rig.client.await("three");
            assertThat(results.stream().map(CallResult::call)).isEqualTo(calls);
            assertThat(results.get(0).outcome()).isEqualTo(text(MEBI));
            assertThat(results.get(2).outcome()).isEqualTo(new Outcome.Succeeded("shown"));
        }
    }

    /** What is counted is at least what is sent, and not much more. */
    @Test
    void a_task_and_a_suspension_are_counted_as_they_are_sent() throws Exception {
        RoundRequest.Call call = RoundRequest.Call.of(
                ToolCall.parse("\"id\"", "read", "{\"a\":\"" + "é語\uD83D\uDE00\\\"".repeat(10_000) + "\"}"));
        CallReport report = report(text(20_000));
        String round = "\"\n\uD83D\uDE00".repeat(20_000);
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
        assertThat(PayloadLimit.bytes(task, true)).isBetween(ofTask, ofTask + 2_000);
        assertThat(PayloadLimit.bytes(suspension)).isBetween(ofSuspension, ofSuspension + 2_000);
    }

    /** Their histories must replay, so what they sent at once must follow again. */
    @Test
    void rounds_that_an_older_version_has_planned_count_as_before() {
        RoundRequest.Call call = RoundRequest.Call.of(ToolCall.parse(null, "read", "{\"a\":\"\uD83D\uDE00é語\"}"));
        Task task = new Task("round", 0, 1, call, false, List.of(), true, 0, 0, null);

        assertThat(PayloadLimit.bytes(task, true) - PayloadLimit.bytes(task, false))
                .isEqualTo(12 - 4);
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
