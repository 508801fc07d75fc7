package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.observability.api.event.ToolExecutedEvent;
import dev.langchain4j.observability.api.listener.ToolExecutedEventListener;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams whose thread is interrupted while it delivers a response. */
@Timeout(60)
class StreamingInterruptTest extends StreamingEndFixture {

    @Test
    void interrupt_of_the_delivering_thread_ends_calls_on_other_threads() throws InterruptedException {
        interruptOfTheDeliveringThreadEnds(HANG);
    }

    @Test
    void interrupt_of_the_delivering_thread_ends_calls_that_it_runs_itself() throws InterruptedException {
        interruptOfTheDeliveringThreadEnds(HANG_UNDECLARED);
    }

    private void interruptOfTheDeliveringThreadEnds(ToolExecutionRequest hang) throws InterruptedException {
        CountDownLatch delivering = new CountDownLatch(1);
        AtomicReference<Boolean> flag = new AtomicReference<>();
        ScriptedStreamingModel model = replying(stream -> {
            stream.call(hang);
            delivering.countDown();
            stream.end(hang, LATE_UNDECLARED);
            flag.set(Thread.currentThread().isInterrupted());
        });
        StreamedAnswer answer = StreamedAnswer.to(services(model).build().chat("go"));
        Waiting.await(running);
        Waiting.await(delivering);

        model.thread(1).interrupt();

        assertThat(answer.error()).isInstanceOf(CancellationException.class);
        model.thread(1).join();
        assertThat(flag.get()).as("the interrupt flag is kept").isTrue();
        assertThat(ended.getCount()).isZero();
        assertThat(started).isEmpty();
        assertThat(model.requests()).hasSize(1);
        assertThat(Memory.resultTexts(memory).get(0)).contains("was interrupted after ");
        assertThat(Memory.resultTexts(memory).get(1))
                .isEqualTo("tool 'lateUndeclared' was not started: the calling thread was interrupted");
    }

    @Test
    void interrupt_after_the_tools_have_run_keeps_the_model_from_being_asked_again() throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(stream -> stream.end(LATE));
        ToolExecutedEventListener interrupting =
                (ToolExecutedEvent event) -> Thread.currentThread().interrupt();

        StreamedAnswer answer = StreamedAnswer.to(
                services(model).registerListeners(interrupting).build().chat("go"));

        assertThat(answer.error()).isInstanceOf(CancellationException.class);
        assertThat(model.requests()).hasSize(1);
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT);
    }
}
