package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.effect.Pure;
import dev.interlock.execution.ContextPropagator;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.invocation.LangChain4jManaged;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What belongs to the caller's thread (a logging MDC, a security or tracing context) is lost on the threads of calls.
 */
@Timeout(60)
class Hazard12ContextTest {

    private static final ToolExecutionRequest[] TWO_TELL = {call("1", "tell", "{}"), call("2", "tell", "{}")};

    /** As a logging library keeps it: each thread has its own. */
    private static final class Mdc {
        private static final ThreadLocal<@Nullable String> ORDER = new ThreadLocal<>();

        static final ContextPropagator PROPAGATOR = () -> {
            String captured = ORDER.get();
            return captured == null ? null : new Of(captured);
        };

        private record Of(String order) implements ContextPropagator.Captured {
            @Override
            public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
                String before = ORDER.get();
                ORDER.set(order);
                try {
                    return body.call();
                } finally {
                    ORDER.set(before);
                }
            }
        }
    }

    private record Scope(String name) implements LangChain4jManaged {}

    interface Parametrised {
        String chat(@UserMessage String message, InvocationParameters parameters);
    }

    /** The first ones return only if two calls run at the same time. */
    static class Tools {
        final List<Thread> threads = new CopyOnWriteArrayList<>();
        final List<InvocationParameters> parameters = new CopyOnWriteArrayList<>();
        private final CyclicBarrier two = new CyclicBarrier(2);

        private void meet() throws Exception {
            threads.add(Thread.currentThread());
            Waiting.meet(two);
        }

        @Tool
        @Pure
        String tell() throws Exception {
            meet();
            return String.valueOf(Mdc.ORDER.get());
        }

        @Tool
        @Pure
        String tellScope() throws Exception {
            meet();
            return String.valueOf(LangChain4jManaged.current(Scope.class));
        }

        @Tool
        @Pure
        String tellParameters(InvocationParameters own) throws Exception {
            meet();
            parameters.add(own);
            return own.get("order");
        }

        @Tool
        @Pure
        String fail() throws Exception {
            meet();
            throw new IllegalStateException("broken");
        }

        @Tool
        String tellSerially() {
            threads.add(Thread.currentThread());
            String told = String.valueOf(Mdc.ORDER.get());
            Mdc.ORDER.set("changed by a tool");
            return told;
        }
    }

    private final Tools tools = new Tools();

    @AfterEach
    void clear() {
        Mdc.ORDER.remove();
        LangChain4jManaged.removeCurrent();
    }

    private static <T> AiServices<T> interlock(Class<T> service) {
        return ParallelTools.builder().contextPropagator(Mdc.PROPAGATOR).build().aiServices(service);
    }

    private static <T> AiServices<T> plain(Class<T> service) {
        return AiServices.builder(service).executeToolsConcurrently();
    }

    private List<String> told(AiServices<Assistant> services, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        services.chatModel(model).tools(tools).build().chat("go");
        return model.resultTexts();
    }

    @Test
    void context_is_there_on_the_threads_of_calls() {
        Mdc.ORDER.set("order 7");

        assertThat(told(interlock(Assistant.class), TWO_TELL)).containsExactly("order 7", "order 7");

        assertThat(tools.threads).hasSize(2).doesNotHaveDuplicates().doesNotContain(Thread.currentThread());
        assertThat(Mdc.ORDER.get()).isEqualTo("order 7");
    }

    @Test
    void plain_langchain4j_loses_the_context_on_the_threads_of_calls() {
        Mdc.ORDER.set("order 7");

        assertThat(told(plain(Assistant.class), TWO_TELL)).containsExactly("null", "null");
    }

    @Test
    void context_is_there_on_the_callers_thread_and_stays_the_callers() {
        Mdc.ORDER.set("order 7");

        assertThat(told(interlock(Assistant.class), call("1", "tellSerially", "{}"), call("2", "tellSerially", "{}")))
                .containsExactly("order 7", "order 7");

        assertThat(tools.threads).containsOnly(Thread.currentThread());
        assertThat(Mdc.ORDER.get()).isEqualTo("order 7");
    }

    @Test
    void undeclared_tools_have_the_callers_context_without_a_propagator() {
        Mdc.ORDER.set("order 7");

        assertThat(told(
                        ParallelTools.builder().build().aiServices(Assistant.class),
                        call("1", "tellSerially", "{}"),
                        call("2", "tellSerially", "{}")))
                .containsExactly("order 7", "changed by a tool");

        assertThat(Mdc.ORDER.get()).as("as with LangChain4j").isEqualTo("changed by a tool");
    }

    @Test
    void context_is_there_in_hooks_and_error_handlers() {
        Mdc.ORDER.set("order 7");
        List<String> told = new CopyOnWriteArrayList<>();
        AiServices<Assistant> services = interlock(Assistant.class)
                .beforeToolExecution(event -> told.add("before " + Mdc.ORDER.get()))
                .afterToolExecution(event -> told.add("after " + Mdc.ORDER.get()))
                .toolExecutionErrorHandler(
                        (error, context) -> ToolErrorHandlerResult.text(error.getMessage() + " " + Mdc.ORDER.get()));

        assertThat(told(services, call("1", "tell", "{}"), call("2", "fail", "{}")))
                .containsExactly("order 7", "broken order 7");

        assertThat(told)
                .containsExactlyInAnyOrder("before order 7", "before order 7", "after order 7", "after order 7");
    }

    @Test
    void context_does_not_stay_with_the_threads_of_a_pool() throws Exception {
        Mdc.ORDER.set("order 7");
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            assertThat(told(interlock(Assistant.class).executeToolsConcurrently(pool), TWO_TELL))
                    .containsExactly("order 7", "order 7");

            CyclicBarrier bothThreads = new CyclicBarrier(2);
            Callable<Boolean> isClean = () -> {
                Waiting.meet(bothThreads);
                return Mdc.ORDER.get() == null && LangChain4jManaged.current() == null;
            };
            for (Future<Boolean> clean : pool.invokeAll(List.of(isClean, isClean))) {
                assertThat(clean.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void context_reaches_the_tools_of_nested_services() {
        Mdc.ORDER.set("order 7");
        ParallelTools parallel = ParallelTools.builder()
                .contextPropagator(Mdc.PROPAGATOR)
                .effects("ask", Effects.pure())
                .build();
        List<String> inner = new CopyOnWriteArrayList<>();
        var ask = CodedTool.tool("ask", request -> {
            Tools own = new Tools();
            ScriptedChatModel model = ScriptedChatModel.asking(TWO_TELL);
            parallel.aiServices(Assistant.class)
                    .chatModel(model)
                    .tools(own)
                    .build()
                    .chat("go");
            inner.addAll(model.resultTexts());
            return "asked";
        });

        OneRound.served(parallel, List.of(ask), call("1", "ask", "{}"), call("2", "ask", "{}"));

        assertThat(inner).hasSize(4).containsOnly("order 7");
    }

    @Test
    void callers_at_the_same_time_have_contexts_of_their_own() throws InterruptedException {
        // The same tools: calls of different callers may meet.
        AiServices<Assistant> first = interlock(Assistant.class);
        AiServices<Assistant> second = interlock(Assistant.class);
        Caller seven = Caller.of(() -> {
            Mdc.ORDER.set("order 7");
            return told(first, TWO_TELL);
        });
        Caller eight = Caller.of(() -> {
            Mdc.ORDER.set("order 8");
            return told(second, TWO_TELL);
        });

        assertThat(seven.join().returned()).isEqualTo(List.of("order 7", "order 7"));
        assertThat(eight.join().returned()).isEqualTo(List.of("order 8", "order 8"));
    }

    @Test
    void managed_context_of_langchain4j_is_there_without_a_propagator() {
        LangChain4jManaged.setCurrent(Map.of(Scope.class, new Scope("agent 7")));

        assertThat(told(
                        ParallelTools.builder().build().aiServices(Assistant.class),
                        call("1", "tellScope", "{}"),
                        call("2", "tellScope", "{}")))
                .containsExactly("Scope[name=agent 7]", "Scope[name=agent 7]");
    }

    @Test
    void plain_langchain4j_loses_its_own_managed_context() {
        LangChain4jManaged.setCurrent(Map.of(Scope.class, new Scope("agent 7")));

        assertThat(told(plain(Assistant.class), call("1", "tellScope", "{}"), call("2", "tellScope", "{}")))
                .containsExactly("null", "null");
    }

    @Test
    void invocation_parameters_travel_by_object() {
        for (AiServices<Parametrised> services : List.of(interlock(Parametrised.class), plain(Parametrised.class))) {
            tools.parameters.clear();
            InvocationParameters parameters = InvocationParameters.from(Map.of("order", "order 7"));
            ScriptedChatModel model =
                    ScriptedChatModel.asking(call("1", "tellParameters", "{}"), call("2", "tellParameters", "{}"));

            services.chatModel(model).tools(tools).build().chat("go", parameters);

            assertThat(model.resultTexts()).containsExactly("order 7", "order 7");
            assertThat(tools.parameters)
                    .hasSize(2)
                    .allSatisfy(own -> assertThat(own).isSameAs(parameters));
        }
    }
}
