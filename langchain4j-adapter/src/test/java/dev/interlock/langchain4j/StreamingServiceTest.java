package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.asks;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.langchain4j.agent.tool.ReturnBehavior;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.guardrail.OutputGuardrailResult;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streaming services as a whole: their memory, their tools, and services within services. */
@Timeout(60)
class StreamingServiceTest {

    /** A service with a memory for each user. */
    interface Desk {
        TokenStream chat(@MemoryId String user, @UserMessage String message);
    }

    static class Tools {
        final List<String> log = new CopyOnWriteArrayList<>();
        final CyclicBarrier two = new CyclicBarrier(2);

        @Tool
        @Pure
        String meet(@ToolMemoryId String user) throws Exception {
            Waiting.meet(two);
            log.add("met " + user);
            return "met " + user;
        }

        @Tool
        @Pure
        String compute() {
            log.add("compute");
            return "42";
        }

        @Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
        @Reads("result")
        String finish() {
            log.add("finish");
            return "finished";
        }
    }

    private final Tools tools = new Tools();
    private final ChatMemory memory = Memory.ofManyMessages();
    private final ParallelTools parallel = ParallelTools.builder().build();

    private StreamingAssistant assistant(StreamingChatModel model) {
        return parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .build();
    }

    @Test
    void conversation_goes_on_for_several_questions() throws InterruptedException {
        ScriptedStreamingModel model = replying(
                asks(call("1", "compute", "{}"), call("2", "compute", "{}")),
                says("first"),
                asks(call("1", "compute", "{}"), call("2", "compute", "{}")),
                says("second"));
        StreamingAssistant assistant = assistant(model);

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("first");
        assertThat(StreamedAnswer.to(assistant.chat("go on")).text()).isEqualTo("second");

        assertThat(tools.log).hasSize(4);
        assertThat(Memory.types(memory))
                .containsExactly(
                        USER,
                        AI,
                        TOOL_EXECUTION_RESULT,
                        TOOL_EXECUTION_RESULT,
                        AI,
                        USER,
                        AI,
                        TOOL_EXECUTION_RESULT,
                        TOOL_EXECUTION_RESULT,
                        AI);
    }

    @Test
    void service_without_tools_streams() throws InterruptedException {
        StreamingAssistant assistant = parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(replying(says("hello")))
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("hello");
    }

    @Test
    void service_without_memory_sends_the_results() throws InterruptedException {
        ScriptedStreamingModel model =
                ScriptedStreamingModel.asking(call("1", "compute", "{}"), call("2", "compute", "{}"));
        StreamingAssistant assistant = parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .tools(tools)
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        assertThat(model.resultTexts()).containsExactly("42", "42");
    }

    /** Replies by what the conversation holds: with a call, or else that it is done. */
    private static final class StatelessModel implements StreamingChatModel {
        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            boolean first = request.messages().stream().noneMatch(message -> message.type() == TOOL_EXECUTION_RESULT);
            replying(first ? asks(call("1", "meet", "{}")) : says("done")).doChat(request, handler);
        }
    }

    @Test
    void two_conversations_at_the_same_time_on_one_service() throws InterruptedException {
        Map<Object, ChatMemory> memories = new ConcurrentHashMap<>();
        Desk desk = parallel.aiServices(Desk.class)
                .streamingChatModel(new StatelessModel())
                .chatMemoryProvider(user -> memories.computeIfAbsent(user, key -> Memory.ofManyMessages()))
                .tools(tools)
                .build();

        StreamedAnswer ann = StreamedAnswer.to(desk.chat("ann", "go"));
        StreamedAnswer bob = StreamedAnswer.to(desk.chat("bob", "go"));

        assertThat(ann.text()).isEqualTo("done");
        assertThat(bob.text()).isEqualTo("done");
        assertThat(tools.log).containsExactlyInAnyOrder("met ann", "met bob");
        for (String user : List.of("ann", "bob")) {
            assertThat(Memory.types(memories.get(user))).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, AI);
            assertThat(Memory.resultTexts(memories.get(user))).containsExactly("met " + user);
        }
    }

    @Test
    void one_stream_is_one_conversation_although_others_are_made_of_the_same_service() throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.asking(call("1", "compute", "{}"));
        StreamingAssistant assistant = assistant(model);
        TokenStream neverStarted = assistant.chat("forget it");

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        assertThat(neverStarted).isNotNull();
        assertThat(tools.log).containsExactly("compute");
    }

    @Test
    void tool_that_returns_immediately_ends_the_stream() throws InterruptedException {
        ScriptedStreamingModel model = replying(asks(call("1", "finish", "{}"), call("2", "finish", "{}")));

        assertThat(StreamedAnswer.to(assistant(model).chat("go")).text()).isEmpty();
        assertThat(model.requests()).hasSize(1);
        assertThat(Memory.resultTexts(memory)).containsExactly("finished", "finished");
    }

    @Test
    void tool_that_returns_immediately_beside_one_that_does_not_goes_back_to_the_model() throws InterruptedException {
        ScriptedStreamingModel model =
                ScriptedStreamingModel.asking(call("1", "finish", "{}"), call("2", "compute", "{}"));

        assertThat(StreamedAnswer.to(assistant(model).chat("go")).text()).isEqualTo("done");
        assertThat(model.resultTexts()).containsExactly("finished", "42");
    }

    /** Gives another tool for every request to the model. */
    private static final class DynamicTools implements ToolProvider {
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public boolean isDynamic() {
            return true;
        }

        @Override
        public ToolProviderResult provideTools(ToolProviderRequest request) {
            String name = "read" + asked.incrementAndGet();
            AiServiceTool provided = tool(
                    name,
                    Map.of("dev.interlock/effects", Map.of("reads", List.of("place"))),
                    one -> name + " " + Thread.currentThread().isVirtual());
            return ToolProviderResult.builder()
                    .add(provided.toolSpecification(), provided.toolExecutor())
                    .build();
        }
    }

    @Test
    void tools_of_a_dynamic_provider_start_early_in_the_round_that_has_them() throws InterruptedException {
        ScriptedStreamingModel model =
                replying(asks(call("1", "read1", "{}")), asks(call("2", "read2", "{}")), says("done"));
        StreamingAssistant assistant = parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .toolProvider(new DynamicTools())
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        assertThat(model.resultTexts()).containsExactly("read1 true", "read2 true");
    }

    /** A service of which a tool asks the service below it, down to one that computes. */
    private StreamingAssistant nested(int levels, boolean onCallersThread, boolean declared) {
        Map<String, Object> effects = declared
                ? Map.of("dev.interlock/effects", Map.of("reads", List.of("place")))
                : Map.<String, Object>of();
        ToolExecutionRequest[] calls = {call("a", "ask", "{}"), call("b", "ask", "{}")};
        ScriptedStreamingModel[] model = new ScriptedStreamingModel[1];
        model[0] = replying(
                asks(calls),
                stream -> stream.end(AiMessage.from("(" + String.join(" ", model[0].resultTexts()) + ")")));
        if (onCallersThread) {
            model[0].onCallersThread();
        }
        List<AiServiceTool> asking = List.of(tool(
                "ask",
                effects,
                request -> levels == 1
                        ? request.id()
                        : request.id()
                                + StreamedAnswer.to(nested(levels - 1, onCallersThread, declared)
                                                .chat("go"))
                                        .text()));
        return parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(model[0])
                .tools(asking)
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"own threads", "callers thread"})
    void streams_within_tools_of_streams(String threads) throws InterruptedException {
        boolean onCallersThread = threads.equals("callers thread");

        for (boolean declared : new boolean[] {true, false}) {
            assertThat(StreamedAnswer.to(nested(3, onCallersThread, declared).chat("go"))
                            .text())
                    .isEqualTo("(a(a(a b) b(a b)) b(a(a b) b(a b)))");
        }
    }

    @Test
    void tool_of_a_stream_asks_the_very_service_that_it_is_a_tool_of() throws InterruptedException {
        StreamingAssistant[] itself = new StreamingAssistant[1];
        List<String> asked = new CopyOnWriteArrayList<>();
        ScriptedStreamingModel model = replying(
                        asks(call("1", "ask", "{}"), call("2", "ask", "{}")),
                        asks(call("1", "note", "{}")),
                        says("inner"),
                        asks(call("1", "note", "{}")),
                        says("inner again"),
                        says("outer"))
                .onCallersThread();
        List<AiServiceTool> recursive = List.of(
                tool("ask", request -> {
                    String answer = StreamedAnswer.to(itself[0].chat("go")).text();
                    asked.add(answer);
                    return answer;
                }),
                tool("note", request -> {
                    asked.add("note");
                    return "noted";
                }));
        itself[0] = parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .tools(recursive)
                .build();

        assertThat(StreamedAnswer.to(itself[0].chat("go")).text()).isEqualTo("outer");
        assertThat(asked).containsExactly("note", "inner", "note", "inner again");
        assertThat(model.resultTexts()).containsExactly("inner", "inner again");
    }

    @Test
    void synchronous_service_within_a_tool_of_a_stream_and_a_stream_within_its_tool() throws InterruptedException {
        StreamingAssistant innermost = assistant(ScriptedStreamingModel.asking(call("1", "compute", "{}")));
        List<AiServiceTool> streaming = List.of(tool(
                "stream", request -> StreamedAnswer.to(innermost.chat("go")).text()));
        List<AiServiceTool> asking = List.of(tool("ask", request -> {
            ScriptedChatModel model = ScriptedChatModel.asking(call("1", "stream", "{}"));
            return parallel.aiServices(Assistant.class)
                    .chatModel(model)
                    .tools(streaming)
                    .build()
                    .chat("go");
        }));
        ScriptedStreamingModel outer = ScriptedStreamingModel.asking(call("1", "ask", "{}"));
        StreamingAssistant assistant = parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(outer)
                .tools(asking)
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        assertThat(outer.resultTexts()).containsExactly("done");
        assertThat(tools.log).containsExactly("compute");
    }

    /** Accepts nothing but what the model says when it is asked again. */
    public static final class Strict implements OutputGuardrail {
        @Override
        public OutputGuardrailResult validate(AiMessage response) {
            return "good".equals(response.text()) ? success() : reprompt("not good", "say it better");
        }
    }

    @Test
    void calls_of_a_response_to_a_guardrails_reprompt_run_in_parallel_too() throws InterruptedException {
        ScriptedStreamingModel model = replying(
                asks(call("1", "compute", "{}")),
                says("bad"),
                asks(call("2", "meet", "{}"), call("3", "meet", "{}")),
                says("good"));
        StreamingAssistant assistant = parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .outputGuardrails(new Strict())
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("good");
        assertThat(tools.log).hasSize(3);
    }

    @Test
    void installed_globally_it_serves_streams_of_plain_services() throws Exception {
        try (AutoCloseable off = ParallelTools.installGlobally(parallel)) {
            assertThat(off).isNotNull();
            ScriptedStreamingModel model =
                    ScriptedStreamingModel.asking(call("1", "meet", "{}"), call("2", "meet", "{}"));
            StreamingAssistant assistant = AiServices.builder(StreamingAssistant.class)
                    .streamingChatModel(model)
                    .tools(tools)
                    .build();

            assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
            assertThat(model.results()).hasSize(2);
        }
    }
}
