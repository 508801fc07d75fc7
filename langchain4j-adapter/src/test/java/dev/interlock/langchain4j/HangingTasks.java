package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;

/** Models and tools that hang. */
abstract class HangingTasks {

    static final AiMessage DONE = AiMessage.from("done");

    final TaskTools tools = new TaskTools();
    final HangingModel hangingModel = new HangingModel();

    @AfterEach
    void release() {
        tools.released.countDown();
        hangingModel.released.countDown();
    }

    /** Asks for a step, and then hangs; hears interrupts or not. */
    static final class HangingModel implements ChatModel {
        final CountDownLatch hanging = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);
        final AtomicReference<Thread> thread = new AtomicReference<>();
        volatile boolean deaf;
        volatile boolean first = true;

        @Override
        public ChatResponse doChat(ChatRequest request) {
            if (first) {
                first = false;
                return ChatResponse.builder()
                        .aiMessage(calls(call("1", "step", "{}")))
                        .build();
            }
            thread.set(Thread.currentThread());
            hanging.countDown();
            if (deaf) {
                Waiting.awaitIgnoringInterrupts(released);
            } else {
                try {
                    Waiting.await(released);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return ChatResponse.builder().aiMessage(DONE).build();
        }
    }

    TaskAgent.Builder agent(ChatModel model) {
        return TaskAgent.builder().chatModel(model).tools(tools);
    }

    static TaskResult join(Caller caller) throws InterruptedException {
        return (TaskResult) Objects.requireNonNull(caller.join().returned());
    }
}
