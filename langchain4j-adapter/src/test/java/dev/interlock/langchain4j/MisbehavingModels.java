package dev.interlock.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Models that misbehave, and what tasks of theirs come to. */
abstract class MisbehavingModels {

    static final Duration LONG = Duration.ofMinutes(5);
    final CountDownLatch hanging = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    final TaskTools tools = new TaskTools();

    @AfterEach
    void release() {
        released.countDown();
        tools.released.countDown();
    }

    interface Asked {
        @Nullable
        ChatResponse by(ChatRequest request) throws Exception;
    }

    @SuppressWarnings("NullAway") // what a model must not do
    static ChatModel model(Asked asked) {
        return new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                try {
                    return asked.by(request);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public ChatResponse chat(ChatRequest request) {
                return doChat(request);
            }
        };
    }

    static ChatResponse says(String text) {
        return ChatResponse.builder().aiMessage(AiMessage.from(text)).build();
    }

    static TaskResult result(Caller caller) throws InterruptedException {
        return (TaskResult) Objects.requireNonNull(caller.join().returned());
    }
}
