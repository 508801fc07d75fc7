package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.asks;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Reads;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools start before the limit of round trips is checked, and go on when the stream fails. */
@Timeout(60)
class Hazard07StreamLimitTest {

    static class Tools {
        final AtomicInteger runs = new AtomicInteger();
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);

        @Tool
        @Reads("shop")
        String look() {
            return "look " + runs.incrementAndGet();
        }

        @Tool
        @Reads("shop")
        String watch() throws InterruptedException {
            running.countDown();
            try {
                Waiting.await(mayEnd);
                return "watched";
            } finally {
                ended.countDown();
            }
        }
    }

    private final Tools tools = new Tools();
    private final ChatMemory memory = Memory.ofManyMessages();

    private static AiServices<StreamingAssistant> interlock() {
        return Waiting.patientTools().build().aiServices(StreamingAssistant.class);
    }

    private StreamedAnswer one_round_too_many(AiServices<StreamingAssistant> services) throws InterruptedException {
        ScriptedStreamingModel model =
                ScriptedStreamingModel.replying(asks(call("1", "look", "{}")), asks(call("2", "look", "{}")));
        StreamingAssistant assistant = services.streamingChatModel(model)
                .chatMemory(memory)
                .maxToolCallingRoundTrips(1)
                .tools(tools)
                .build();
        StreamedAnswer answer = StreamedAnswer.to(assistant.chat("go"));
        assertThat(answer.error()).hasMessageContaining("exceeded 1 tool calling round trips");
        return answer;
    }

    @Test
    void no_tool_starts_beyond_the_limit_of_round_trips() throws InterruptedException {
        one_round_too_many(interlock());

        assertThat(tools.runs).hasValue(1);
    }

    @Test
    void limit_of_round_trips_leaves_no_orphan_call_in_memory() throws InterruptedException {
        one_round_too_many(interlock());

        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, AI, TOOL_EXECUTION_RESULT);
        assertThat(Memory.results(memory))
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly("1", "2");
        assertThat(Memory.resultTexts(memory).get(1)).startsWith("tool 'look' was not started: ");
    }

    @Test
    void plain_langchain4j_runs_tools_beyond_the_limit_and_leaves_an_orphan_call() throws InterruptedException {
        one_round_too_many(AiServices.builder(StreamingAssistant.class).executeToolsConcurrently(Runnable::run));

        assertThat(tools.runs).hasValue(2);
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, AI);
    }

    /** Whether the tool still runs when the user is told of the error. */
    private boolean runs_when_the_user_is_told_that_the_stream_failed(AiServices<StreamingAssistant> services)
            throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    stream.call(call("1", "watch", "{}"));
                    Waiting.await(tools.running);
                    stream.error(new IOException("connection reset"));
                },
                says("we can go on"));
        StreamingAssistant assistant = services.streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .build();
        assertThat(StreamedAnswer.to(assistant.chat("go")).error()).hasMessage("connection reset");
        boolean runs = tools.ended.getCount() > 0;
        tools.mayEnd.countDown();
        assertThat(Memory.types(memory)).containsExactly(USER);
        assertThat(StreamedAnswer.to(assistant.chat("and now?")).text()).isEqualTo("we can go on");
        return runs;
    }

    @Test
    void started_tool_has_ended_when_the_user_is_told_that_the_stream_failed() throws InterruptedException {
        assertThat(runs_when_the_user_is_told_that_the_stream_failed(interlock()))
                .isFalse();
    }

    @Test
    void plain_langchain4j_lets_the_started_tool_run_on_when_the_stream_failed() throws InterruptedException {
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            assertThat(runs_when_the_user_is_told_that_the_stream_failed(
                            AiServices.builder(StreamingAssistant.class).executeToolsConcurrently(pool)))
                    .isTrue();
        }
    }
}
