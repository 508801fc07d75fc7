package dev.interlock.observation;

import static dev.interlock.observation.Traces.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.Decision;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.plan.CallPlan;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call that ended before its round was resumed is metered once, as it ended. */
@Timeout(60)
class ResumedRoundsTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Traces traces = new Traces();

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("tell", Effects.writes("mail"), c -> "told"),
            ToolDefinition.of("charge", Effects.writes("card"), c -> "charged"),
            ToolDefinition.of("pay", Effects.writes("account"), c -> "paid"),
            ToolDefinition.of("print", Effects.writes("printer"), c -> "printed"));

    /** Calls of {@code charge} are refused, payments and prints wait for an answer. */
    private final ToolCallExecutor executor = ToolCallExecutor.builder()
            .listener(RoundMeters.withDurations(registry, Tags.empty()))
            .listener(ToolObservations.of(traces.registry()))
            .interceptor(ApprovalInterceptor.builder(asked -> CompletableFuture.completedFuture(
                            asked.call().tool().equals("charge")
                                    ? Approval.refused("too much")
                                    : Approval.pending("the owner's approval")))
                    .when(asked -> !asked.call().tool().equals("tell"))
                    .build())
            .build();

    private static SuspendedRound suspended(ThrowingCallable run) {
        // As it would be in another process.
        return SuspendedRound.fromJson(
                catchThrowableOfType(RoundSuspendedException.class, run).round().toJson());
    }

    /** How often calls of the tool ended, by how. */
    private Map<String, Long> ends(String tool) {
        Collection<Timer> timers = registry.get(DefaultToolCallConvention.NAME)
                .tag("gen_ai.tool.name", tool)
                .timers();
        return timers.stream()
                .collect(
                        Collectors.toMap(timer -> String.valueOf(timer.getId().getTag("interlock.end")), Timer::count));
    }

    @Test
    void calls_that_ended_before_are_counted_once_however_often_the_round_is_resumed() {
        SuspendedRound first = suspended(
                () -> executor.execute(List.of(call("tell"), call("charge"), call("pay"), call("print")), tools));
        SuspendedRound second = suspended(() -> executor.resume(first, Map.of(2, Decision.approved()), tools));
        List<CallResult> results = executor.resume(second, Map.of(3, Decision.approved()), tools);

        assertThat(results).extracting(CallResult::isSuccess).containsExactly(true, false, true, true);
        assertThat(ends("tell")).isEqualTo(Map.of("ok", 1L));
        assertThat(ends("charge")).isEqualTo(Map.of("rejected", 1L));
        assertThat(ends("pay")).isEqualTo(Map.of("suspended", 1L, "ok", 1L));
        assertThat(ends("print")).isEqualTo(Map.of("suspended", 2L, "ok", 1L));
    }

    @Test
    void a_round_does_not_fail_again_by_a_call_that_was_rejected_before() {
        SuspendedRound first = suspended(() -> executor.execute(List.of(call("charge"), call("pay")), tools));
        executor.resume(first, Map.of(1, Decision.approved()), tools);

        List<SpanData> rounds = traces.all("interlock.round");
        assertThat(rounds)
                .extracting(span -> Traces.attribute(span, "interlock.end"))
                .containsExactly("failed", "ok");
        assertThat(Traces.attribute(rounds.get(1), "interlock.round.calls")).isEqualTo("1");
        assertThat(Traces.attribute(rounds.get(1), "interlock.round.unsuccessful"))
                .isEqualTo("0");
        assertThat(traces.all("execute_tool charge")).hasSize(1);
    }

    @Test
    void a_round_in_which_calls_waited_for_a_person_saves_no_time() {
        Instant start = Instant.EPOCH;
        CallTrace waited = trace(
                new Span(TimeKind.APPROVAL, start, start.plusMillis(1), 0, new Wait.ForApproval()),
                new Span(TimeKind.RUN, start.plusMillis(1), start.plusMillis(101), 1, null));
        CallTrace beside = trace(new Span(TimeKind.RUN, start, start.plusMillis(100), 1, null));
        tells(waited, beside);
        assertThat(registry.get(RoundMeters.SAVED).counter().count()).isZero();

        tells(beside, beside);
        assertThat(registry.get(RoundMeters.SAVED).counter().count()).isEqualTo(0.099);
    }

    private static CallTrace trace(Span... spans) {
        return new CallTrace(CallEnd.OK, List.of(spans), CallTrace.Settings.NONE);
    }

    private void tells(CallTrace... calls) {
        RoundMeters meters = RoundMeters.to(registry);
        List<CallResult> results = List.of(calls).stream()
                .map(trace -> new CallResult(
                        call("read"),
                        new Outcome.Succeeded("ok"),
                        1,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        CallResult.ThreadKind.VIRTUAL))
                .toList();
        meters.onEvent(new RoundEvent.RoundEnded(new RoundReport(
                7, CallPlan.of(List.of()), results, List.of(calls), 5, Instant.EPOCH, Instant.EPOCH.plusMillis(101))));
    }
}
