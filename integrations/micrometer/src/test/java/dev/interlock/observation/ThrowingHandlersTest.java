package dev.interlock.observation;

import static dev.interlock.observation.Traces.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What handlers, filters and conventions throw changes no outcome, and leaves the caller's thread as it was. */
@Timeout(60)
class ThrowingHandlersTest {

    enum When {
        START,
        STOP,
        EVENT,
        ERROR,
        SCOPE_OPENED,
        SCOPE_CLOSED
    }

    /** Of observations that the engine's listener made; the caller's own are spared. */
    private record Throwing(When when) implements ObservationHandler<Observation.Context> {

        private void at(When now) {
            if (now == when) {
                throw new IllegalStateException("on " + now);
            }
        }

        @Override
        public void onStart(Observation.Context context) {
            at(When.START);
        }

        @Override
        public void onStop(Observation.Context context) {
            at(When.STOP);
        }

        @Override
        public void onEvent(Observation.Event event, Observation.Context context) {
            at(When.EVENT);
        }

        @Override
        public void onError(Observation.Context context) {
            at(When.ERROR);
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            at(When.SCOPE_OPENED);
        }

        @Override
        public void onScopeClosed(Observation.Context context) {
            at(When.SCOPE_CLOSED);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof ToolCallContext || context instanceof RoundContext;
        }
    }

    private final Traces traces = new Traces();
    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("barrier", Effects.exclusive(), c -> "fine"),
            ToolDefinition.of("read", Effects.reads("a"), c -> "fine"),
            ToolDefinition.of("fail", Effects.reads("a"), c -> {
                throw new IOException("no");
            }));

    @ParameterizedTest
    @EnumSource
    void outcomes_are_the_same_and_what_was_current_is(When when) {
        traces.registry().observationConfig().observationHandler(new Throwing(when));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .listener(ToolObservations.of(traces.registry()))
                .build();
        traces.observed("caller", () -> {
            Observation current = traces.registry().getCurrentObservation();
            var span = io.opentelemetry.api.trace.Span.current();
            assertThat(
                            executor
                                    .execute(
                                            List.of(call("barrier"), call("read"), call("fail"), call("barrier")),
                                            tools)
                                    .stream()
                                    .map(result -> result.outcome().isSuccess()))
                    .containsExactly(true, true, false, true);
            assertThat(traces.registry().getCurrentObservation()).isSameAs(current);
            assertThat(io.opentelemetry.api.trace.Span.current()).isEqualTo(span);
            return 1;
        });
        assertThat(traces.registry().getCurrentObservation()).isNull();
    }

    @Test
    void a_convention_that_throws_changes_nothing() {
        DefaultToolCallConvention broken = new DefaultToolCallConvention() {
            @Override
            public String getContextualName(ToolCallContext context) {
                throw new IllegalStateException("no name");
            }
        };
        assertThat(ToolCallExecutor.builder()
                        .listener(ToolObservations.builder(traces.registry())
                                .callConvention(broken)
                                .build())
                        .build()
                        .execute(List.of(call("read")), tools)
                        .getFirst()
                        .outcome())
                .isEqualTo(new Outcome.Succeeded("fine"));
    }

    @Test
    void a_filter_that_throws_changes_nothing() {
        traces.registry().observationConfig().observationFilter(context -> {
            throw new IllegalStateException("no filter");
        });
        assertThat(ToolCallExecutor.builder()
                        .listener(ToolObservations.of(traces.registry()))
                        .build()
                        .execute(List.of(call("read")), tools)
                        .getFirst()
                        .outcome())
                .isEqualTo(new Outcome.Succeeded("fine"));
    }
}
