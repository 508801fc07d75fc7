package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With an executor set, the tools of a model that does not tell of complete calls are not executed at all. */
@Timeout(60)
class Hazard06NoCompleteCallsTest {

    private static final ToolExecutionRequest FIRST = call("1", "meet", "{}");
    private static final ToolExecutionRequest SECOND = call("2", "meet", "{}");

    static class Tools {
        final CyclicBarrier two = new CyclicBarrier(2);
        final AtomicInteger runs = new AtomicInteger();

        @Tool
        @Pure
        String meet() throws Exception {
            runs.incrementAndGet();
            Waiting.meet(two);
            return "met";
        }
    }

    private final Tools tools = new Tools();
    private final ChatMemory memory = Memory.ofManyMessages();

    private ScriptedStreamingModel answered(AiServices<StreamingAssistant> services, ScriptedStreamingModel.Reply first)
            throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(first, says("done"));
        StreamingAssistant assistant = services.streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .build();
        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        return model;
    }

    private static void no_call_is_completed(ScriptedStreamingModel.Stream stream) {
        stream.end(FIRST, SECOND);
    }

    private static AiServices<StreamingAssistant> interlock() {
        return ParallelTools.builder().build().aiServices(StreamingAssistant.class);
    }

    @Test
    void tools_run_in_parallel_when_the_response_is_complete() throws InterruptedException {
        ScriptedStreamingModel model = answered(interlock(), Hazard06NoCompleteCallsTest::no_call_is_completed);

        assertThat(model.resultTexts()).containsExactly("met", "met");
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT, AI);
    }

    @Test
    void tools_run_on_a_users_executor() throws InterruptedException {
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            ScriptedStreamingModel model = answered(
                    interlock().executeToolsConcurrently(pool), Hazard06NoCompleteCallsTest::no_call_is_completed);

            assertThat(model.resultTexts()).containsExactly("met", "met");
        }
    }

    @Test
    void call_that_was_not_completed_runs_beside_one_that_was() throws InterruptedException {
        ScriptedStreamingModel model = answered(interlock(), stream -> {
            stream.call(FIRST);
            stream.end(FIRST, SECOND);
        });

        assertThat(model.resultTexts()).containsExactly("met", "met");
        assertThat(tools.runs).hasValue(2);
    }

    @Test
    void plain_langchain4j_executes_no_tool_and_leaves_orphan_calls_in_memory() throws InterruptedException {
        Executor executor = Runnable::run;

        ScriptedStreamingModel model = answered(
                AiServices.builder(StreamingAssistant.class).executeToolsConcurrently(executor),
                Hazard06NoCompleteCallsTest::no_call_is_completed);

        assertThat(model.results()).isEmpty();
        assertThat(tools.runs).hasValue(0);
        assertThat(Memory.types(memory)).containsExactly(USER, AI, AI);
    }
}
