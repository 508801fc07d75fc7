package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.invocation.LangChain4jManaged;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What travels by object from the caller to the tools. */
@Timeout(60)
class InvocationContextTest {

    private final Rounds rounds = new Rounds();
    private final ContextTools tools = new ContextTools();
    private final InvocationParameters parameters = InvocationParameters.from(Map.of("tenant", "acme"));

    interface Personal {
        String chat(@MemoryId String id, @UserMessage String message, InvocationParameters parameters);
    }

    record Scope(String name) implements LangChain4jManaged {}

    /** Each returns only if two calls run at the same time. */
    static class ContextTools {
        final List<InvocationContext> contexts = new CopyOnWriteArrayList<>();
        final List<InvocationParameters> parameters = new CopyOnWriteArrayList<>();
        private final CyclicBarrier two = new CyclicBarrier(2);

        @Tool
        @Pure
        String context(InvocationContext context) throws Exception {
            contexts.add(context);
            Waiting.meet(two);
            return context.methodName() + " " + context.methodArguments().get(1);
        }

        /** Tells what both calls have left in the parameters. */
        @Tool
        @Pure
        String leave(@P(name = "key") String key, InvocationParameters own) throws Exception {
            parameters.add(own);
            own.put(key, "left");
            Waiting.meet(two);
            return own.get("tenant") + " " + own.containsKey("a") + " " + own.containsKey("b");
        }

        @Tool
        @Pure
        String memoryId(@ToolMemoryId String memoryId) throws Exception {
            Waiting.meet(two);
            return memoryId;
        }

        @Tool
        @Pure
        String managed(Scope scope) throws Exception {
            Waiting.meet(two);
            return scope.name() + " " + LangChain4jManaged.current(Scope.class).name();
        }

        @Tool
        @Pure
        String fail() throws Exception {
            Waiting.meet(two);
            throw new IllegalStateException("broken");
        }
    }

    private AiServices<Personal> services(ChatModel model) {
        return ParallelTools.builder()
                .listener(rounds)
                .build()
                .aiServices(Personal.class)
                .chatModel(model)
                .chatMemoryProvider(id -> Memory.ofManyMessages())
                .tools(tools);
    }

    private static ToolExecutionRequest leave(String key) {
        return call(key, "leave", "{\"key\": \"" + key + "\"}");
    }

    @Test
    void overlapping_calls_share_the_callers_parameters() {
        ScriptedChatModel model = ScriptedChatModel.asking(leave("a"), leave("b"));

        services(model).build().chat("ann", "go", parameters);

        assertThat(model.resultTexts()).containsExactly("acme true true", "acme true true");
        assertThat(tools.parameters)
                .hasSize(2)
                .allSatisfy(own -> assertThat(own).isSameAs(parameters));
        assertThat(parameters.asMap()).containsOnlyKeys("tenant", "a", "b");
        assertThat(rounds.reports()).hasSize(1);
    }

    @Test
    void overlapping_calls_of_all_rounds_share_one_context() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "context", "{}"), call("2", "context", "{}")),
                calls(call("3", "context", "{}"), call("4", "context", "{}")),
                AiMessage.from("done"));

        services(model).build().chat("ann", "go", parameters);

        assertThat(model.resultTexts()).containsOnly("chat go").hasSize(4);
        InvocationContext first = tools.contexts.get(0);
        assertThat(tools.contexts)
                .hasSize(4)
                .allSatisfy(context -> assertThat(context).isSameAs(first));
        assertThat(first.chatMemoryId()).isEqualTo("ann");
        assertThat(first.invocationParameters()).isSameAs(parameters);
        assertThat(first.interfaceName()).isEqualTo(Personal.class.getName());
        assertThat(first.userMessage().singleText()).isEqualTo("go");
    }

    @Test
    void memory_id_is_passed_to_overlapping_calls() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "memoryId", "{}"), call("2", "memoryId", "{}"));

        services(model).build().chat("ann", "go", parameters);

        assertThat(model.resultTexts()).containsExactly("ann", "ann");
    }

    @Test
    void managed_parameters_are_passed_to_overlapping_calls() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "managed", "{}"), call("2", "managed", "{}"));
        Personal personal = services(model).build();

        LangChain4jManaged.setCurrent(Map.of(Scope.class, new Scope("agent 7")));
        try {
            personal.chat("ann", "go", parameters);
        } finally {
            LangChain4jManaged.removeCurrent();
        }

        assertThat(model.resultTexts()).containsExactly("agent 7 agent 7", "agent 7 agent 7");
    }

    @Test
    void hooks_handlers_and_providers_have_the_context_too() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "context", "{}"), call("2", "fail", "{}"));
        List<InvocationContext> contexts = new CopyOnWriteArrayList<>();
        List<InvocationParameters> ofProviders = new CopyOnWriteArrayList<>();

        services(model)
                .beforeToolExecution(event -> contexts.add(event.invocationContext()))
                .afterToolExecution(event -> contexts.add(event.invocationContext()))
                .toolExecutionErrorHandler((error, context) -> {
                    contexts.add(context.invocationContext());
                    return ToolErrorHandlerResult.text(error.getMessage() + " for "
                            + context.invocationParameters().get("tenant"));
                })
                .toolProvider(request -> {
                    ofProviders.add(request.invocationParameters());
                    return new ToolProviderResult(List.of());
                })
                .build()
                .chat("ann", "go", parameters);

        assertThat(model.resultTexts()).containsExactly("chat go", "broken for acme");
        assertThat(contexts)
                .hasSize(5)
                .allSatisfy(context -> assertThat(context).isSameAs(tools.contexts.get(0)));
        assertThat(ofProviders).singleElement().isSameAs(parameters);
    }

    @Test
    void invocations_at_the_same_time_have_contexts_of_their_own() throws InterruptedException {
        // Two services on one engine and one set of tools: calls of different invocations meet.
        ParallelTools parallel = ParallelTools.builder().build();
        List<Caller> callers = List.of("ann", "bob").stream()
                .map(id -> Caller.of(() -> {
                    ScriptedChatModel model = ScriptedChatModel.asking(leave("a"));
                    parallel.aiServices(Personal.class)
                            .chatModel(model)
                            .chatMemoryProvider(memoryId -> Memory.ofManyMessages())
                            .tools(tools)
                            .build()
                            .chat(id, "go", InvocationParameters.from(Map.of("tenant", "tenant of " + id)));
                    return model.resultTexts();
                }))
                .toList();

        assertThat(callers.get(0).join().returned()).isEqualTo(List.of("tenant of ann true false"));
        assertThat(callers.get(1).join().returned()).isEqualTo(List.of("tenant of bob true false"));
        assertThat(tools.parameters.get(0)).isNotSameAs(tools.parameters.get(1));
    }
}
