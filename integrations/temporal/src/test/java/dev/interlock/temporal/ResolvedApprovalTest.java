package dev.interlock.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a call with references needs its approval follows from the arguments that its tool will get. */
@Timeout(60)
class ResolvedApprovalTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int MEBI = 1024 * 1024;

    private final List<String> paid = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch free = new CountDownLatch(1);

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of(
                    "lookup",
                    Effects.reads("directory"),
                    call -> call.arguments().path("name")),
            ToolDefinition.of("wait", Effects.reads("directory"), call -> free.await(20, SECONDS)),
            ToolDefinition.of("long", Effects.reads("directory"), call -> "x".repeat(MEBI)),
            ToolDefinition.of("show", Effects.reads("screen"), call -> "shown"),
            ToolDefinition.of("pay", Effects.writes("account/{to}"), call -> {
                paid.add(call.arguments().path("to").asText());
                return "paid";
            }));

    private TemporalRounds rounds(Predicate<ToolCall> needsApproval) {
        return builder(needsApproval).build();
    }

    private TemporalRounds.Builder builder(Predicate<ToolCall> needsApproval) {
        return TemporalRounds.builder(tools)
                .chaining(true)
                .policy("pay", ToolPolicy.builder().references(true).build())
                .needsApproval(needsApproval);
    }

    private static boolean isTo3(ToolCall call) {
        return call.arguments().path("to").asText().equals("3");
    }

    @Test
    void a_call_that_needs_its_approval_only_with_a_result_waits_for_it() throws Exception {
        try (Rig rig = Rig.of(rounds(ResolvedApprovalTest::isTo3))) {
            rig.client.start("to-3", Rig.calls("lookup {'name':'3'}", "pay {'to':'${1}'}"));
            rig.env.sleep(Duration.ofHours(1));

            CallProgress asked = rig.client.progress("to-3").get(1);
            assertThat(asked.pending()).isEqualTo(PendingKind.APPROVAL);
            assertThat(asked.call().arguments()).isEqualTo(JSON.readTree("{\"to\":\"3\"}"));
            assertThat(paid).isEmpty();
            rig.client.decide("to-3", 1, Decision.approved());

            assertThat(rig.client.await("to-3")).allMatch(CallResult::isSuccess);
            assertThat(paid).containsExactly("3");
        }
    }

    @Test
    void a_call_that_needs_none_with_its_result_runs_and_is_not_asked_for_as_it_was_written() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        // Of the text of a reference it could tell nothing.
        TemporalRounds rounds = rounds(call -> seen.add(call.arguments().toString())
                && call.tool().equals("pay")
                && Integer.parseInt(call.arguments().path("to").asText()) == 3);
        try (Rig rig = Rig.of(rounds)) {
            List<CallResult> results =
                    rig.client.execute("to-4", Rig.calls("lookup {'name':'4'}", "pay {'to':'${1}'}"));

            assertThat(results).allMatch(CallResult::isSuccess);
            assertThat(paid).containsExactly("4");
            assertThat(seen).containsExactly("{\"name\":\"4\"}", "{\"to\":\"4\"}");
        }
    }

    @Test
    void an_escaped_reference_is_asked_about_as_its_tool_gets_it() throws Exception {
        TemporalRounds rounds =
                rounds(call -> call.arguments().path("to").asText().equals("${1}"));
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("escaped", Rig.calls("lookup {'name':'3'}", "pay {'to':'$${1}'}"));
            rig.env.sleep(Duration.ofHours(1));

            CallProgress asked = rig.client.progress("escaped").get(1);
            assertThat(asked.pending()).isEqualTo(PendingKind.APPROVAL);
            assertThat(asked.call().arguments()).isEqualTo(JSON.readTree("{\"to\":\"${1}\"}"));
            rig.client.decide("escaped", 1, Decision.refused("no account of that name"));

            assertThat(rig.client.await("escaped").get(1).isSuccess()).isFalse();
            assertThat(paid).isEmpty();
        }
    }

    @Test
    void a_check_that_fails_with_a_result_has_the_call_wait() {
        TemporalRounds rounds = rounds(call -> {
            if (isTo3(call)) {
                throw new AssertionError("broken");
            }
            return false;
        });
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("broken", Rig.calls("lookup {'name':'3'}", "pay {'to':'${1}'}"));
            rig.env.sleep(Duration.ofHours(1));

            assertThat(rig.client.progress("broken").get(1).pending()).isEqualTo(PendingKind.APPROVAL);
            assertThat(paid).isEmpty();
            rig.client.cancel("broken", "enough");
            assertThat(rig.client.await("broken").get(1).isSuccess()).isFalse();
        }
    }

    /** The worker that has the check has planned the round; one without it cannot tell. */
    @Test
    void a_worker_without_the_check_has_a_planned_call_wait_for_a_person() {
        try (Rig rig = new Rig()) {
            WorkerFactory first = rig.newWorker(rounds(call -> call.tool().equals("lookup") || isTo3(call)));
            rig.client.start("moved", Rig.calls("lookup {'name':'4'}", "pay {'to':'${1}'}"));
            rig.env.sleep(Duration.ofHours(1));
            Rig.stop(first);
            rig.newWorker(TemporalRounds.builder(tools)
                    .chaining(true)
                    .policy("pay", ToolPolicy.builder().references(true).build())
                    .build());
            rig.client.decide("moved", 0, Decision.approved());
            rig.env.sleep(Duration.ofHours(1));

            assertThat(rig.client.progress("moved").get(1).pending()).isEqualTo(PendingKind.APPROVAL);
            assertThat(paid).isEmpty();
            rig.client.decide("moved", 1, Decision.approved());
            assertThat(rig.client.await("moved")).allMatch(CallResult::isSuccess);
        }
    }

    @Test
    void the_limit_of_a_call_counts_its_wait_for_a_result_although_it_may_need_its_approval() throws Exception {
        ToolPolicy limited = ToolPolicy.builder()
                .references(true)
                .callTimeout(Duration.ofMillis(300))
                .build();
        TemporalRounds rounds =
                builder(ResolvedApprovalTest::isTo3).policy("pay", limited).build();
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("late", Rig.calls("wait {}", "pay {'to':'${1}'}"));
            await().until(() -> rig.client.progress("late").size() == 2
                    && rig.client.progress("late").get(1).state() == CallProgress.State.ENDED);
            free.countDown();

            assertThat(rig.client.await("late").get(1).outcome())
                    .isEqualTo(new Outcome.TimedOut(
                            "tool 'pay' timed out: the call exceeded 300 ms before the tool could start",
                            Duration.ofMillis(300),
                            false));
            assertThat(paid).isEmpty();
        }
    }

    /** A server ends a workflow that sends more than 4 MiB with one of its tasks. */
    @Test
    void calls_that_wait_with_a_long_result_are_not_all_resolved_at_once() {
        try (Rig rig = Rig.of(
                builder(call -> call.tool().equals("show")).maxConcurrency(9).build())) {
            List<ToolCall> calls = new ArrayList<>(Rig.calls("long {}"));
            IntStream.range(0, 5).forEach(i -> calls.addAll(Rig.calls("show {'text':'${1}','nr':" + i + "}")));
            rig.client.start("long", calls);
            for (int call = 1; call < calls.size(); call++) {
                rig.env.sleep(Duration.ofHours(1));
                rig.client.decide("long", call, Decision.approved());
            }

            assertThat(rig.client.await("long")).allMatch(CallResult::isSuccess);
            assertThat(rig.history("long").getEvents().stream()
                            .filter(HistoryEvent::hasMarkerRecordedEventAttributes)
                            .collect(Collectors.groupingBy(
                                    event -> event.getMarkerRecordedEventAttributes()
                                            .getWorkflowTaskCompletedEventId(),
                                    Collectors.summingInt(HistoryEvent::getSerializedSize)))
                            .values())
                    .allMatch(bytes -> bytes < 4 * MEBI - 100_000);
        }
    }
}
