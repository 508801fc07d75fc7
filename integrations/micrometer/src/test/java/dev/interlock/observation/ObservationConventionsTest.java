package dev.interlock.observation;

import static dev.interlock.observation.Traces.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * By Micrometer's own test kit, which also finds out of order what is: a stop before a start, an event after a stop.
 */
class ObservationConventionsTest {

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("read", Effects.reads("a"), c -> 1), ToolDefinition.of("fail", Effects.reads("a"), c -> {
                throw new IOException("no");
            }));

    @Test
    void a_call_and_its_round_are_observed_by_the_conventions() {
        ToolCallExecutor.builder()
                .listener(ToolObservations.of(registry))
                .build()
                .execute(List.of(call("read")), tools);

        TestObservationRegistryAssert.assertThat(registry)
                .hasNumberOfObservationsEqualTo(2)
                .hasObservationWithNameEqualTo("gen_ai.execute_tool.duration")
                .that()
                .hasBeenStarted()
                .hasBeenStopped()
                .hasContextualNameEqualTo("execute_tool read")
                .hasLowCardinalityKeyValue("gen_ai.operation.name", "execute_tool")
                .hasLowCardinalityKeyValue("gen_ai.tool.name", "read")
                .hasLowCardinalityKeyValue("gen_ai.tool.type", "function")
                .hasLowCardinalityKeyValue("error.type", "none")
                .hasLowCardinalityKeyValue("interlock.end", "ok")
                .hasHighCardinalityKeyValue("gen_ai.tool.call.id", "id-read")
                .hasParentObservationContextMatching(parent -> "interlock.round".equals(parent.getName()))
                .doesNotHaveError();
        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("interlock.round")
                .that()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("interlock.end", "ok");
    }

    @Test
    void a_failure_is_an_error_of_its_type() {
        ToolCallExecutor.builder()
                .listener(ToolObservations.of(registry))
                .build()
                .execute(List.of(call("fail")), tools);

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("gen_ai.execute_tool.duration")
                .that()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("error.type", "java.io.IOException")
                .hasLowCardinalityKeyValue("interlock.end", "failed")
                .hasError();
    }

    @Test
    void ones_own_conventions_replace_them() {
        DefaultToolCallConvention ofCalls = new DefaultToolCallConvention() {
            @Override
            public String getName() {
                return "my.tool";
            }

            @Override
            public KeyValues getLowCardinalityKeyValues(ToolCallContext context) {
                return super.getLowCardinalityKeyValues(context).and(KeyValue.of("team", "blue"));
            }

            @Override
            protected String toolType(ToolCallContext context) {
                return "datastore";
            }
        };
        DefaultRoundConvention ofRounds = new DefaultRoundConvention() {
            @Override
            public String getContextualName(RoundContext context) {
                return "my round";
            }
        };
        ToolCallExecutor.builder()
                .listener(ToolObservations.builder(registry)
                        .callConvention(ofCalls)
                        .roundConvention(ofRounds)
                        .build())
                .build()
                .execute(List.of(call("read")), tools);

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("my.tool")
                .that()
                .hasLowCardinalityKeyValue("team", "blue")
                .hasLowCardinalityKeyValue("gen_ai.tool.type", "datastore");
        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("interlock.round")
                .that()
                .hasContextualNameEqualTo("my round");
    }

    @Test
    void a_global_convention_replaces_them_too() {
        registry.observationConfig().observationConvention(new Global());
        ToolCallExecutor.builder()
                .listener(ToolObservations.of(registry))
                .build()
                .execute(List.of(call("read")), tools);

        assertThat(registry)
                .satisfies(all ->
                        TestObservationRegistryAssert.assertThat(all).hasObservationWithNameEqualTo("global.tool"));
    }

    private static final class Global extends DefaultToolCallConvention
            implements io.micrometer.observation.GlobalObservationConvention<ToolCallContext> {
        @Override
        public String getName() {
            return "global.tool";
        }
    }
}
