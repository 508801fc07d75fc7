package dev.interlock.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Says some messages, and that each took as many tokens. */
final class CountingModel implements ChatModel {

    private final List<AiMessage> script;
    private final TokenUsage each;
    private final AtomicInteger asked = new AtomicInteger();

    CountingModel(List<AiMessage> script, TokenUsage each) {
        this.script = script;
        this.each = each;
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return ChatResponse.builder()
                .aiMessage(script.get(asked.getAndIncrement()))
                .tokenUsage(each)
                .build();
    }
}
