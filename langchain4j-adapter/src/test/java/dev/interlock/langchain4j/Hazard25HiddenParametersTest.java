package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Reads;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.agentic.scope.AgenticScope;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.invocation.LangChain4jManaged;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool that reads by its name changes an object that LangChain4j hands to all calls. */
@Timeout(60)
class Hazard25HiddenParametersTest {

    interface Parametrised {
        String chat(@UserMessage String message, InvocationParameters parameters);
    }

    /** Looks how many visits there were, waits for its siblings if it is told to, and counts itself. */
    record VisitTools(int together, CyclicBarrier siblings) {
        VisitTools(int together) {
            this(together, new CyclicBarrier(together));
        }

        @Tool("Returns the number of visits")
        int getVisits(InvocationParameters parameters) throws Exception {
            int before = parameters.getOrDefault("visits", 0);
            Waiting.meet(siblings);
            parameters.put("visits", before + 1);
            return before;
        }
    }

    @BeforeEach
    void setManaged() {
        LangChain4jManaged.setCurrent(Map.of());
    }

    @AfterEach
    void removeManaged() {
        LangChain4jManaged.removeCurrent();
    }

    private static InvocationParameters visited(AiServices<Parametrised> services, int together) {
        InvocationParameters parameters = new InvocationParameters();
        services.chatModel(ScriptedChatModel.asking(call("1", "getVisits", "{}"), call("2", "getVisits", "{}")))
                .tools(new VisitTools(together))
                .build()
                .chat("go", parameters);
        return parameters;
    }

    @Test
    void no_update_of_a_shared_object_is_lost() {
        InvocationParameters parameters =
                visited(ParallelTools.builder().build().aiServices(Parametrised.class), 1);

        assertThat(parameters.<Integer>get("visits")).isEqualTo(2);
    }

    @Test
    void plain_langchain4j_loses_an_update_when_calls_run_concurrently() {
        InvocationParameters parameters =
                visited(AiServices.builder(Parametrised.class).executeToolsConcurrently(), 2);

        assertThat(parameters.<Integer>get("visits")).isEqualTo(1);
    }

    record Scope(List<String> notes) implements LangChain4jManaged {}

    record Key(UUID user, int number) {}

    record Holder(List<String> notes) {}

    @SuppressWarnings("unused")
    static class Tools {
        @Tool("Returns the order")
        String getByParameters(@P(name = "id") String id, InvocationParameters parameters) {
            return id;
        }

        @Tool("Returns the order")
        String getByContext(@P(name = "id") String id, InvocationContext context) {
            return id;
        }

        @Tool("Returns the order")
        String getByScope(@P(name = "id") String id, AgenticScope scope) {
            return id;
        }

        @Tool("Returns the order")
        String getByManaged(@P(name = "id") String id, Scope scope) {
            return id;
        }

        @Tool("Returns the order")
        String getByHolder(@P(name = "id") String id, @ToolMemoryId Holder holder) {
            return id;
        }

        @Tool("Returns the order")
        String getByMemoryText(@P(name = "id") String id, @ToolMemoryId String memory) {
            return id;
        }

        @Tool("Returns the order")
        String getByMemoryKey(@P(name = "id") String id, @ToolMemoryId Key memory) {
            return id;
        }

        @Tool("Returns the order")
        String getByOptional(@P(name = "id") String id, Optional<String> note) {
            return id;
        }

        @Tool("Returns the orders")
        String getByObject(@P(name = "filter") Holder filter) {
            return filter.notes().toString();
        }

        @Tool("Returns the order")
        @Reads("order/{id}")
        String getDeclared(@P(name = "id") String id, InvocationParameters parameters) {
            return id;
        }

        @Tool(value = "Returns the order", metadata = "{\"dev.interlock/effects\": {\"reads\": [\"order/{id}\"]}}")
        String getDescribed(@P(name = "id") String id, InvocationContext context) {
            return id;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"getByParameters", "getByContext", "getByScope", "getByManaged", "getByHolder"})
    void what_calls_may_share_and_change_ends_inference(String tool) {
        assertThat(planned(ParallelTools.builder(), ToolService.findTools(new Tools()), tool))
                .satisfies(call -> {
                    assertThat(call.accesses()).containsExactly(Access.write("/"));
                    assertThat(call.source()).isEqualTo(EffectSource.UNDECLARED);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"getByMemoryText", "getByMemoryKey", "getByOptional", "getByObject"})
    void what_nobody_can_change_or_the_model_fills_does_not(String tool) {
        assertThat(planned(ParallelTools.builder(), ToolService.findTools(new Tools()), tool))
                .satisfies(call -> {
                    assertThat(call.accesses()).containsExactly(Access.read("/"));
                    assertThat(call.source()).isEqualTo(EffectSource.INFERENCE);
                });
    }

    @Test
    void declared_effects_count() {
        List<AiServiceTool> tools = ToolService.findTools(new Tools());
        assertThat(planned(ParallelTools.builder(), tools, "getDeclared").accesses())
                .containsExactly(Access.read("order/7"));
        assertThat(planned(ParallelTools.builder(), tools, "getDescribed").accesses())
                .containsExactly(Access.read("order/7"));
        assertThat(planned(
                                ParallelTools.builder().effects("getByScope", Effects.reads("order/{id}")),
                                tools,
                                "getByScope")
                        .accesses())
                .containsExactly(Access.read("order/7"));
    }

    /** As an executor for results that are no text, or for parameters of the invocation: which of them is not known. */
    private static class ContextExecutor implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return "order";
        }

        @Override
        public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
            return ToolExecutionResult.builder().resultText("order").build();
        }
    }

    private record Wrapper(ToolExecutor executor) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return executor.execute(request, memoryId);
        }

        @Override
        public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
            return executor.executeWithContext(request, context);
        }
    }

    @Test
    void executor_that_takes_the_context_ends_inference_as_does_one_that_wraps_such_a_tool() {
        assertThat(sourceOf(new ContextExecutor())).isEqualTo(EffectSource.UNDECLARED);
        assertThat(sourceOf(new Wrapper(new ContextExecutor()))).isEqualTo(EffectSource.UNDECLARED);
        assertThat(sourceOf(new Wrapper(executorOf("getByParameters")))).isEqualTo(EffectSource.UNDECLARED);
        assertThat(sourceOf(new Wrapper(executorOf("getByMemoryText")))).isEqualTo(EffectSource.INFERENCE);
        ToolExecutor inner = executorOf("getByParameters");
        assertThat(sourceOf((request, memoryId) -> inner.execute(request, memoryId)))
                .isEqualTo(EffectSource.UNDECLARED);
        assertThat(sourceOf((request, memoryId) -> "order")).isEqualTo(EffectSource.INFERENCE);
    }

    /** A provider may put a tool that shares something in the place of one that does not. */
    @Test
    void tool_of_the_same_class_and_specification_is_looked_at_anew() {
        Rounds rounds = new Rounds();
        ParallelTools parallel = ParallelTools.builder().listener(rounds).build();
        for (String method : List.of("getByMemoryText", "getByParameters", "getByMemoryText")) {
            parallel.execute(
                    ScriptedChatModel.calls(call("1", "getWeather", "{\"id\": \"7\"}")),
                    List.of(coded("getWeather", new Wrapper(executorOf(method)))));
        }
        assertThat(rounds.reports())
                .extracting(report -> report.plan().calls().get(0).source())
                .containsExactly(EffectSource.INFERENCE, EffectSource.UNDECLARED, EffectSource.INFERENCE);
    }

    private static ToolExecutor executorOf(String tool) {
        return ToolService.findTools(new Tools()).stream()
                .filter(each -> each.toolSpecification().name().equals(tool))
                .findFirst()
                .orElseThrow()
                .toolExecutor();
    }

    private static EffectSource sourceOf(ToolExecutor executor) {
        return planned(ParallelTools.builder(), List.of(coded("getWeather", executor)), "getWeather")
                .source();
    }

    private static AiServiceTool coded(String name, ToolExecutor executor) {
        return CodedTool.tool(name, Map.of(), request -> "").toBuilder()
                .toolExecutor(executor)
                .build();
    }

    private static PlannedCall planned(ParallelTools.Builder builder, List<AiServiceTool> tools, String tool) {
        Rounds rounds = new Rounds();
        builder.listener(rounds)
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call(
                        "1", tool, tool.equals("getByObject") ? "{\"filter\": {\"notes\": []}}" : "{\"id\": \"7\"}")))
                .tools(tools)
                .build()
                .chat("go");
        return rounds.reports().get(0).plan().calls().get(0);
    }
}
