package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Undeclared;
import dev.interlock.execution.ContextPropagator;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.LangChain4jManaged;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in: a service's builder, a service's context; and what travels from there to the tools. */
@Timeout(60)
class ParallelToolsTest {

    private static final ToolExecutionRequest[] TWO_MEET = {call("1", "meet", "{}"), call("2", "meet", "{}")};

    private final Rounds rounds = new Rounds();

    static class MeetingTools {
        final List<Thread> threads = new CopyOnWriteArrayList<>();
        private final CyclicBarrier two = new CyclicBarrier(2);

        /** Returns only if two calls run at the same time. */
        @Tool
        @Pure
        String meet() throws Exception {
            threads.add(Thread.currentThread());
            Waiting.meet(two);
            return "met";
        }

        @Tool
        @Pure
        String managed() throws Exception {
            threads.add(Thread.currentThread());
            Waiting.meet(two);
            return LangChain4jManaged.current(Scope.class).name();
        }

        @Tool
        @Pure
        String same(@P(name = "text") String text) {
            return text;
        }

        @Tool
        @Pure
        String quick() {
            return "quick";
        }
    }

    @Test
    void service_runs_independent_calls_at_the_same_time() {
        ScriptedChatModel model = ScriptedChatModel.asking(TWO_MEET);
        ChatMemory memory = Memory.ofManyMessages();

        Assistant assistant = ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(new MeetingTools())
                .build();

        assertThat(assistant.chat("go")).isEqualTo(ScriptedChatModel.DONE);
        assertThat(model.resultTexts()).containsExactly("met", "met");
        assertThat(Memory.resultTexts(memory)).containsExactly("met", "met");
    }

    @Test
    void context_is_for_code_that_builds_on_it() {
        AiServiceContext context = ParallelTools.builder().build().aiServiceContext(Assistant.class);
        ScriptedChatModel model = ScriptedChatModel.asking(TWO_MEET);

        Assistant assistant = AiServices.<Assistant>builder(context)
                .chatModel(model)
                .tools(new MeetingTools())
                .build();

        assertThat(context.aiServiceClass).isEqualTo(Assistant.class);
        assertThat(assistant.chat("go")).isEqualTo(ScriptedChatModel.DONE);
        assertThat(model.resultTexts()).containsExactly("met", "met");
    }

    @Test
    void one_instance_serves_services_of_different_tools() {
        ParallelTools parallel = ParallelTools.builder().listener(rounds).build();

        for (int i = 0; i < 3; i++) {
            ScriptedChatModel model = ScriptedChatModel.asking(TWO_MEET);
            parallel.aiServices(Assistant.class)
                    .chatModel(model)
                    .tools(new MeetingTools())
                    .build()
                    .chat("go");
            assertThat(model.resultTexts()).containsExactly("met", "met");
        }

        assertThat(rounds.reports()).hasSize(3);
    }

    /** Asks for two calls that repeat what the user said last, and then says what they gave. */
    private static final class Echoing implements ChatModel {
        @Override
        public ChatResponse doChat(ChatRequest request) {
            List<ChatMessage> messages = request.messages();
            AiMessage answer;
            if (messages.get(messages.size() - 1) instanceof UserMessage user) {
                String arguments = "{\"text\": \"" + user.singleText() + "\"}";
                answer = ScriptedChatModel.calls(call("1", "same", arguments), call("1", "same", arguments));
            } else {
                answer = AiMessage.from(messages.stream()
                        .filter(ToolExecutionResultMessage.class::isInstance)
                        .map(message -> ((ToolExecutionResultMessage) message).text())
                        .collect(Collectors.joining(" ")));
            }
            return ChatResponse.builder().aiMessage(answer).build();
        }
    }

    @Test
    void one_service_serves_many_threads_at_the_same_time() throws InterruptedException {
        Assistant assistant = ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(new Echoing())
                .tools(new MeetingTools())
                .build();
        Map<String, Caller> callers = new HashMap<>();
        for (int i = 0; i < 8; i++) {
            String name = "caller-" + i;
            callers.put(
                    name,
                    Caller.of(() -> IntStream.range(0, 50)
                            .mapToObj(j -> assistant.chat(name))
                            .distinct()
                            .toList()));
        }

        for (Map.Entry<String, Caller> caller : callers.entrySet()) {
            assertThat(caller.getValue().join().returned()).isEqualTo(List.of(caller.getKey() + " " + caller.getKey()));
        }
    }

    private record Scope(String name) implements LangChain4jManaged {}

    @Test
    void langchain4j_managed_travels_to_the_threads_of_calls() {
        MeetingTools tools = new MeetingTools();
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "managed", "{}"), call("2", "managed", "{}"));
        Assistant assistant = ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .build();

        LangChain4jManaged.setCurrent(Map.of(Scope.class, new Scope("agent 7")));
        try {
            assistant.chat("go");
        } finally {
            LangChain4jManaged.removeCurrent();
        }

        assertThat(model.resultTexts()).containsExactly("agent 7", "agent 7");
        assertThat(tools.threads).doesNotContain(Thread.currentThread()).doesNotHaveDuplicates();
    }

    @Test
    void users_context_travels_to_the_threads_of_calls() {
        ThreadLocal<String> tenant = new ThreadLocal<>();
        ContextPropagator propagator = () -> {
            String captured = tenant.get();
            return new ContextPropagator.Captured() {
                @Override
                public <T> T call(Callable<T> body) throws Exception {
                    String before = tenant.get();
                    tenant.set(captured);
                    try {
                        return body.call();
                    } finally {
                        tenant.set(before);
                    }
                }
            };
        };
        CyclicBarrier two = new CyclicBarrier(2);
        var tool = CodedTool.tool("tenant", request -> {
            Waiting.meet(two);
            return tenant.get();
        });
        ParallelTools parallel = ParallelTools.builder()
                .undeclared(Undeclared.PARALLEL)
                .contextPropagator(propagator)
                .build();
        tenant.set("acme");

        assertThat(OneRound.served(parallel, List.of(tool), call("1", "tenant", "{}"), call("2", "tenant", "{}")))
                .allMatch(result -> result.text().equals("acme"));
        assertThat(tenant.get()).isEqualTo("acme");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void propagator_that_cannot_capture_ends_the_loop_with_its_own_exception(int calls) {
        ScriptedChatModel model = ScriptedChatModel.asking(IntStream.rangeClosed(1, calls)
                .mapToObj(i -> call(String.valueOf(i), "quick", "{}"))
                .toArray(ToolExecutionRequest[]::new));
        ChatMemory memory = Memory.ofManyMessages();
        Assistant assistant = ParallelTools.builder()
                .contextPropagator(() -> {
                    throw new IllegalStateException("no context");
                })
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(new MeetingTools())
                .build();

        assertThatThrownBy(() -> assistant.chat("go"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no context");
        assertThat(Memory.results(memory)).hasSize(calls);
        assertThat(model.requests()).hasSize(1);
    }
}
