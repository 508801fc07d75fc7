package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Writes;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Annotated methods behind executors of the user's own: what an annotation says wins over the tool's name. */
@Timeout(60)
class WrappedAnnotationsTest {

    static final class Bank {
        @Tool("Returns the balance, and notes that somebody asked")
        @Writes("account/{id}")
        String getBalance(@P(name = "id") String id) {
            return "balance of " + id;
        }

        @Tool("Returns the rate")
        String getRate(@P(name = "id") String id) {
            return "rate of " + id;
        }
    }

    static final class Mistaken {
        @Tool
        @Writes("account/{account}")
        String close(@P(name = "id") String id) {
            return id;
        }
    }

    private record Tracing(ToolExecutor traced) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return traced.execute(request, memoryId);
        }
    }

    private record Lazy(Supplier<ToolExecutor> executor) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return executor.get().execute(request, memoryId);
        }
    }

    private record Function(BiFunction<ToolExecutionRequest, Object, String> body) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return body.apply(request, memoryId);
        }
    }

    private record Several(List<ToolExecutor> executors) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return executors.get(0).execute(request, memoryId);
        }
    }

    private static AiServiceTool wrapped(Object object, String name, UnaryOperator<ToolExecutor> wrapper) {
        AiServiceTool tool = ToolService.findTools(object).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        return tool.toBuilder().toolExecutor(wrapper.apply(tool.toolExecutor())).build();
    }

    private static PlannedCall planned(ParallelTools.Builder builder, AiServiceTool tool) {
        return builder.build()
                .plan(calls(call("1", tool.name(), "{\"id\": \"7\"}")), List.of(tool))
                .calls()
                .get(0);
    }

    @Test
    void wrapper_does_what_the_wrapped_method_says() {
        for (UnaryOperator<ToolExecutor> wrapper : List.<UnaryOperator<ToolExecutor>>of(
                Tracing::new,
                executor -> new Tracing(new Tracing(executor)),
                executor -> (request, memoryId) -> executor.execute(request, memoryId))) {
            PlannedCall call = planned(ParallelTools.builder(), wrapped(new Bank(), "getBalance", wrapper));

            assertThat(call.accesses()).containsExactly(Access.write("account/7"));
            assertThat(call.source()).isEqualTo(EffectSource.ANNOTATION);
        }
    }

    @Test
    void wrapped_method_without_annotations_is_inferred() {
        assertThat(planned(ParallelTools.builder(), wrapped(new Bank(), "getRate", Tracing::new))
                        .source())
                .isEqualTo(EffectSource.INFERENCE);
    }

    @Test
    void mistake_in_a_wrapped_methods_annotation_is_an_error_at_registration() {
        AiServiceTool mistaken = wrapped(new Mistaken(), "close", Tracing::new);

        assertThatThrownBy(() -> ParallelTools.builder()
                        .build()
                        .aiServices(Assistant.class)
                        .tools(Map.of(mistaken.toolSpecification(), mistaken.toolExecutor())))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("'close'", "account/{account}");
        assertThat(planned(ParallelTools.builder(), mistaken).accesses()).containsExactly(Access.write("/"));
    }

    @Test
    void nothing_is_inferred_of_an_executor_that_hides_a_method() {
        for (UnaryOperator<ToolExecutor> wrapper : List.<UnaryOperator<ToolExecutor>>of(
                executor -> new Lazy(() -> executor),
                executor -> new Function(executor::execute),
                executor -> new Several(List.of(executor)),
                executor -> new Tracing(new Lazy(() -> executor)))) {
            AiServiceTool tool = wrapped(new Bank(), "getBalance", wrapper);
            PlannedCall call = planned(ParallelTools.builder(), tool);
            assertThat(call.accesses()).containsExactly(Access.write("/"));
            assertThat(call.source()).isEqualTo(EffectSource.UNDECLARED);

            assertThat(planned(ParallelTools.builder().effects("getBalance", Effects.reads("account/{id}")), tool)
                            .accesses())
                    .containsExactly(Access.read("account/7"));
        }
    }
}
