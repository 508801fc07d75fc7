package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call that the user's executor rejects while the model streams has no result, and the conversation goes on. */
@Timeout(60)
class Hazard08RejectingExecutorTest {

    static class Tools {
        final AtomicInteger runs = new AtomicInteger();

        @Tool
        @Pure
        String first() {
            runs.incrementAndGet();
            return "first";
        }

        @Tool
        @Pure
        String second() {
            runs.incrementAndGet();
            return "second";
        }

        @Tool
        String undeclared() {
            runs.incrementAndGet();
            return "undeclared";
        }
    }

    /** Full after one task. */
    private static final class FullExecutor implements Executor {
        private final AtomicInteger tasks = new AtomicInteger();

        @Override
        public void execute(Runnable task) {
            if (tasks.getAndIncrement() > 0) {
                throw new RejectedExecutionException("full");
            }
            Thread.ofPlatform().daemon().start(task);
        }
    }

    private record Left(
            List<String> answers,
            List<Throwable> errors,
            ScriptedStreamingModel model,
            ChatMemory memory,
            Tools tools) {}

    private static Left second_call_is_rejected(AiServices<StreamingAssistant> services, String second)
            throws InterruptedException {
        Tools tools = new Tools();
        ChatMemory memory = Memory.ofManyMessages();
        CountDownLatch over = new CountDownLatch(1);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                ScriptedStreamingModel.asks(call("1", "first", "{}"), call("2", second, "{}")), stream -> {
                    ScriptedStreamingModel.says("done").to(stream);
                    over.countDown();
                });
        StreamingAssistant assistant = services.streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .executeToolsConcurrently(new FullExecutor())
                .build();
        StreamedAnswer answer = StreamedAnswer.to(assistant.chat("go"));
        Waiting.await(over);
        return new Left(answer.answers(), answer.errors(), model, memory, tools);
    }

    private static AiServices<StreamingAssistant> interlock() {
        return ParallelTools.builder().build().aiServices(StreamingAssistant.class);
    }

    @Test
    void rejected_call_runs_on_a_thread_of_its_own() throws InterruptedException {
        Left left = second_call_is_rejected(interlock(), "second");

        assertThat(left.errors).isEmpty();
        assertThat(left.answers).containsExactly("done");
        assertThat(left.tools.runs).hasValue(2);
        assertThat(left.model.resultTexts()).containsExactly("first", "second");
        assertThat(Memory.types(left.memory))
                .containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT, AI);
    }

    @Test
    void call_that_is_rejected_after_the_response_runs_all_the_same() throws InterruptedException {
        Left left = second_call_is_rejected(interlock(), "undeclared");

        assertThat(left.errors).isEmpty();
        assertThat(left.answers).containsExactly("done");
        assertThat(left.model.resultTexts()).containsExactly("first", "undeclared");
    }

    @Test
    void plain_langchain4j_reports_an_error_and_an_answer_and_one_result_is_missing() throws InterruptedException {
        Left left = second_call_is_rejected(AiServices.builder(StreamingAssistant.class), "second");

        assertThat(left.errors).singleElement().isInstanceOf(RejectedExecutionException.class);
        assertThat(left.answers).containsExactly("done");
        assertThat(left.model.resultTexts()).containsExactly("first");
        assertThat(Memory.types(left.memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, AI);
    }
}
