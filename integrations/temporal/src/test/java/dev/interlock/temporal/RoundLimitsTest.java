package dev.interlock.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.temporal.activity.ActivityInfo;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What bounds a round beside its caps, and what settings do that are not of an attempt. */
@Timeout(60)
class RoundLimitsTest {

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    private final ToolSet tools = ToolSet.of(ToolDefinition.of("pay", Effects.writes("account/{to}"), call -> {
        log.add(call.arguments().path("to").asText());
        return "paid";
    }));

    @Test
    void calls_over_the_limit_of_a_batch_are_not_run_and_end_no_round() {
        TemporalRounds rounds = TemporalRounds.builder(tools)
                .maxCallsPerBatch(2)
                .failFast(true)
                .needsApproval(call -> call.arguments().path("to").asText().equals("3"))
                .build();
        try (Rig rig = Rig.of(rounds)) {
            List<CallResult> results =
                    rig.client.execute("many", Rig.calls("pay {'to':'1'}", "pay {'to':'2'}", "pay {'to':'3'}"));

            assertThat(results.stream().map(CallResult::isSuccess)).containsExactly(true, true, false);
            assertThat(results.get(2).outcome().message())
                    .isEqualTo("tool 'pay' was not run: call 3 exceeds the limit of 2 calls in one batch");
            assertThat(log).containsExactlyInAnyOrder("1", "2");
        }
    }

    /** A server would end the workflow, and with it all results. */
    @Test
    void a_round_has_no_more_calls_than_a_history_holds() {
        RoundPlan plan = new WorkerSettings(
                        5,
                        Integer.MAX_VALUE,
                        null,
                        null,
                        null,
                        false,
                        false,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(10),
                        call -> false)
                .plan(List.of());

        int eventsOfACall = IntStream.of(3, 3, 4, 3, 3).sum();
        assertThat(plan.maxCalls() * eventsOfACall).isLessThan(51_200).isGreaterThan(40_000);
    }

    @Test
    void a_journal_is_refused() {
        RoundJournal journal = (RoundJournal) Proxy.newProxyInstance(
                RoundJournal.class.getClassLoader(),
                new Class<?>[] {RoundJournal.class},
                (proxy, method, args) -> null);
        assertThatThrownBy(() -> TemporalRounds.builder(tools).journal(journal))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("the workflow's history serves as one");
    }

    @Test
    void a_call_of_which_cannot_be_told_whether_it_needs_its_approval_waits_for_that() {
        TemporalRounds rounds = TemporalRounds.builder(tools)
                .needsApproval(call -> {
                    if (call.arguments().has("broken")) {
                        throw new AssertionError("broken");
                    }
                    return call.arguments().get("limit").asInt() > 5;
                })
                .build();
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start(
                    "untold", Rig.calls("pay {'to':'1'}", "pay {'to':'2','limit':4}", "pay {'to':'3','broken':1}"));
            rig.env.sleep(Duration.ofHours(1));

            assertThat(rig.client.progress("untold").get(0).pending()).isEqualTo(PendingKind.APPROVAL);
            assertThat(rig.client.progress("untold").get(2).pending()).isEqualTo(PendingKind.APPROVAL);
            assertThat(log).containsExactly("2");
            rig.client.decide("untold", 0, Decision.refused("no limit"));
            rig.client.decide("untold", 2, Decision.refused("broken"));
            assertThat(rig.client.await("untold").get(0).isSuccess()).isFalse();
        }
    }

    /** Waits for caps and for interceptors do not count for the limit of an attempt, which only the worker knows. */
    @Test
    void the_server_ends_no_attempt_whose_worker_lives() {
        RoundPlan.Terms terms = new RoundPlan.Terms(List.of(), List.of(), true, false, 0, 5, 300, 0, 1, false, false);
        RoundPlan plan = new RoundPlan(List.of(terms), 5, 0, 0, false, false, 10_000, 20_000, true);

        ActivityOptions unlimited = CallActivity.options(plan, terms, 0, "pay");
        assertThat(unlimited.getStartToCloseTimeout()).isGreaterThan(Duration.ofDays(365));
        assertThat(unlimited.getScheduleToCloseTimeout()).isNull();
        assertThat(unlimited.getHeartbeatTimeout()).isEqualTo(Duration.ofSeconds(10));
        ActivityOptions limited = CallActivity.options(plan, terms, 700, "pay");
        assertThat(limited.getScheduleToCloseTimeout()).isEqualTo(Duration.ofMillis(20_700));
    }

    @Test
    void the_wait_for_a_worker_counts_for_the_limit_of_a_call() {
        assertThat(ToolActivities.left(700, info(1000, 1300))).isEqualTo(400);
        assertThat(ToolActivities.left(700, info(1000, 9000))).isEqualTo(1);
        assertThat(ToolActivities.left(700, info(1000, 900))).isEqualTo(700);
        assertThat(ToolActivities.left(0, info(1000, 9000))).isZero();
    }

    private static ActivityInfo info(long scheduled, long started) {
        return (ActivityInfo) Proxy.newProxyInstance(
                ActivityInfo.class.getClassLoader(),
                new Class<?>[] {ActivityInfo.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "getScheduledTimestamp" -> scheduled;
                    case "getStartedTimestamp" -> started;
                    default -> throw new AssertionError(method);
                });
    }

    /** All runs of a schedule have the same first run. */
    @Test
    void each_run_of_a_schedule_has_keys_of_its_own() throws Exception {
        CountDownLatch runs = new CountDownLatch(3);
        ToolSet keyed = ToolSet.of(ToolDefinition.of("pay", Effects.writes("account/{to}"), call -> {
            log.add(Objects.requireNonNull(TemporalCall.current()).idempotencyKey());
            runs.countDown();
            return "paid";
        }));
        try (Rig rig = Rig.of(TemporalRounds.builder(keyed).build())) {
            RoundWorkflow daily = rig.env
                    .getWorkflowClient()
                    .newWorkflowStub(
                            RoundWorkflow.class,
                            WorkflowOptions.newBuilder()
                                    .setTaskQueue(Rig.QUEUE)
                                    .setWorkflowId("daily")
                                    .setCronSchedule("0 12 * * *")
                                    .build());
            WorkflowClient.start(daily::run, RoundRequest.of(Rig.calls("pay {'to':'1'}")));
            rig.env.sleep(Duration.ofDays(4));

            assertThat(runs.await(20, SECONDS)).isTrue();
            rig.env.getWorkflowClient().newUntypedWorkflowStub("daily").terminate("enough");
            assertThat(log).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();
        }
    }

    /** The id of a workflow may be used again, as by a parent that starts a child for each turn. */
    @Test
    void a_later_round_of_the_same_id_has_keys_of_its_own() {
        ToolSet keyed = ToolSet.of(ToolDefinition.of(
                "pay",
                Effects.writes("account/{to}"),
                call -> log.add(Objects.requireNonNull(TemporalCall.current()).idempotencyKey())));
        try (Rig rig = Rig.of(TemporalRounds.builder(keyed).build())) {
            for (int time = 0; time < 2; time++) {
                rig.env
                        .getWorkflowClient()
                        .newWorkflowStub(
                                RoundWorkflow.class,
                                WorkflowOptions.newBuilder()
                                        .setTaskQueue(Rig.QUEUE)
                                        .setWorkflowId("same")
                                        .build())
                        .run(RoundRequest.of(Rig.calls("pay {'to':'1'}", "pay {'to':'2'}")));
            }
            assertThat(log).hasSize(4).doesNotHaveDuplicates();
        }
    }
}
