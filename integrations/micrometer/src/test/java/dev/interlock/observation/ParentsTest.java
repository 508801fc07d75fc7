package dev.interlock.observation;

import static dev.interlock.observation.Traces.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.effect.Effects;
import dev.interlock.execution.SettingsBuilder;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.micrometer.MicrometerContextPropagator;
import io.micrometer.observation.Observation;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A span of a body is a child of its call's, that of its round's, that of what was current on the caller. */
@Timeout(60)
class ParentsTest {

    enum Propagation {
        NONE,
        BEFORE,
        AFTER
    }

    private final Traces traces = new Traces();
    private final CyclicBarrier two = new CyclicBarrier(2);

    private ToolDefinition spanning(String name, Effects effects) {
        return ToolDefinition.of(name, effects, c -> traces.observed("in " + name, () -> name));
    }

    private final ToolSet tools = ToolSet.of(
            spanning("write", Effects.writes("a")),
            spanning("pure", Effects.pure()),
            spanning("barrier", Effects.exclusive()),
            ToolDefinition.of("meet", Effects.reads("m"), c -> {
                two.await(20, TimeUnit.SECONDS);
                return traces.observed("in meet", () -> 1);
            }));

    private ToolCallExecutor executor(Propagation propagation) {
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder();
        if (propagation == Propagation.BEFORE) {
            builder.contextPropagator(MicrometerContextPropagator.create());
        }
        builder.listener(ToolObservations.of(traces.registry()));
        if (propagation == Propagation.AFTER) {
            builder.contextPropagator(MicrometerContextPropagator.create());
        }
        return builder.build();
    }

    @ParameterizedTest
    @EnumSource
    void parents_are_right_across_threads_whatever_carries_context(Propagation propagation) {
        List<CallResult> results = traces.observed(
                "caller",
                () -> executor(propagation)
                        .execute(
                                List.of(call("meet"), call("meet"), call("write"), call("pure"), call("barrier")),
                                tools));

        assertThat(results).allMatch(CallResult::isSuccess);
        assertTree("caller", Set.of("write", "pure", "barrier", "meet"), 5);
        Set<String> threads = results.stream().map(r -> r.thread().name()).collect(Collectors.toSet());
        assertThat(threads).contains("VIRTUAL", "OWNER");
    }

    @ParameterizedTest
    @ValueSource(strings = {"barrier", "pure", "write"})
    void parents_are_right_of_a_single_call_wherever_it_runs(String tool) {
        traces.observed("caller", () -> executor(Propagation.NONE).execute(List.of(call(tool)), tools));

        assertTree("caller", Set.of(tool), 1);
    }

    @Test
    void parents_are_right_on_an_owner_that_runs_all_calls() {
        traces.observed(
                "caller", () -> executor(Propagation.NONE).execute(List.of(call("barrier"), call("barrier")), tools));

        assertTree("caller", Set.of("barrier"), 2);
        assertThat(traces.registry().getCurrentObservation()).isNull();
    }

    @Test
    void without_an_observation_on_the_caller_a_round_is_a_root_and_leaves_nothing_behind() {
        executor(Propagation.NONE).execute(List.of(call("barrier"), call("write")), tools);

        assertThat(traces.parent(traces.span("interlock.round"))).isNull();
        assertThat(traces.parent(traces.span("execute_tool barrier"))).isEqualTo("interlock.round");
        assertThat(traces.registry().getCurrentObservation()).isNull();
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    @SuppressWarnings("try") // closed, not used
    void a_span_that_is_current_without_an_observation_is_the_parent_of_the_round() {
        Span span = traces.openTelemetry().spanBuilder("hand-made").startSpan();
        try (Scope scope = span.makeCurrent()) {
            executor(Propagation.NONE).execute(List.of(call("barrier"), call("write")), tools);
            assertThat(Span.current()).isEqualTo(span);
        } finally {
            span.end();
        }

        assertTree("hand-made", Set.of("barrier", "write"), 2);
    }

    @Test
    void calls_are_children_of_the_caller_where_rounds_are_not_to_be_observed() {
        traces.registry()
                .observationConfig()
                .observationPredicate((name, context) -> !(context instanceof RoundContext));
        traces.observed(
                "caller", () -> executor(Propagation.NONE).execute(List.of(call("barrier"), call("write")), tools));

        assertThat(traces.all("interlock.round")).isEmpty();
        for (String tool : List.of("barrier", "write")) {
            assertThat(traces.parent(traces.span("execute_tool " + tool)))
                    .as(tool)
                    .isEqualTo("caller");
            assertThat(traces.parent(traces.span("in " + tool))).isEqualTo("execute_tool " + tool);
        }
    }

    @Test
    void bodies_are_within_the_round_where_calls_are_not_to_be_observed() {
        traces.registry()
                .observationConfig()
                .observationPredicate((name, context) -> !(context instanceof ToolCallContext));
        traces.observed(
                "caller", () -> executor(Propagation.NONE).execute(List.of(call("barrier"), call("write")), tools));

        for (String tool : List.of("barrier", "write")) {
            assertThat(traces.parent(traces.span("in " + tool))).as(tool).isEqualTo("interlock.round");
        }
    }

    @Test
    void a_round_within_a_body_is_a_child_of_its_call() {
        ToolCallExecutor executor = executor(Propagation.NONE);
        ToolSet outer = ToolSet.of(
                ToolDefinition.of("outer", Effects.reads("o"), c -> executor.execute(List.of(call("write")), tools)));
        executor.execute(List.of(call("outer")), outer);

        SpanData inner = traces.span("execute_tool write");
        SpanData round = traces.all("interlock.round").stream()
                .filter(span -> span.getSpanId().equals(inner.getParentSpanId()))
                .findFirst()
                .orElseThrow();
        assertThat(traces.parent(round)).isEqualTo("execute_tool outer");
    }

    @Test
    void interceptors_run_within_what_was_current_on_the_caller() {
        SettingsBuilder<?> builder = ToolCallExecutor.builder()
                .listener(ToolObservations.of(traces.registry()))
                .interceptor(intercepted -> traces.observed("ask", () -> {
                    try {
                        return Objects.requireNonNull(intercepted.proceed());
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }));
        ToolCallExecutor executor = ((ToolCallExecutor.Builder) builder).build();
        traces.observed("caller", () -> executor.execute(List.of(call("write")), tools));

        assertThat(traces.parent(traces.span("ask"))).isEqualTo("caller");
        assertTree("caller", Set.of("write"), 1);
    }

    @Test
    void platform_threads_of_a_pool_are_left_as_they_were() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .listener(ToolObservations.of(traces.registry()))
                .threadFactory(Thread.ofPlatform().factory())
                .build();
        Observation[] after = new Observation[1];
        traces.observed("caller", () -> executor.execute(List.of(call("write")), tools));
        after[0] = traces.registry().getCurrentObservation();

        assertThat(after[0]).isNull();
        assertTree("caller", Set.of("write"), 1);
    }

    private void assertTree(String caller, Set<String> tools, int calls) {
        SpanData round = traces.span("interlock.round");
        assertThat(traces.parent(round)).isEqualTo(caller);
        int seen = 0;
        for (String tool : tools) {
            List<SpanData> bodies = traces.all("in " + tool);
            assertThat(traces.all("execute_tool " + tool))
                    .hasSameSizeAs(bodies)
                    .allMatch(span -> span.getParentSpanId().equals(round.getSpanId()));
            assertThat(bodies).allMatch(span -> ("execute_tool " + tool).equals(traces.parent(span)));
            assertThat(bodies.stream().map(SpanData::getParentSpanId)).doesNotHaveDuplicates();
            seen += bodies.size();
        }
        assertThat(seen).isEqualTo(calls);
        assertThat(traces.spans().stream().map(SpanData::getTraceId).distinct()).hasSize(1);
    }
}
