package dev.interlock.benchmarks;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that answers a user's message with one batch of calls, and the results with a text. It has no state and
 * creates nothing, so that the benchmark measures the AI service. Thread-safe.
 */
final class ScriptedModel implements ChatModel {

    static final String ANSWER = "answer";

    private final ChatResponse batch;
    private final ChatResponse answer = response(AiMessage.from(ANSWER));

    ScriptedModel(String tool, int calls) {
        List<ToolExecutionRequest> requests = new ArrayList<>(calls);
        for (int i = 0; i < calls; i++) {
            requests.add(ToolExecutionRequest.builder()
                    .id("call_" + i)
                    .name(tool)
                    .arguments("{\"number\": " + i + "}")
                    .build());
        }
        this.batch = response(AiMessage.from(requests));
    }

    private static ChatResponse response(AiMessage message) {
        return ChatResponse.builder().aiMessage(message).build();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        return messages.get(messages.size() - 1) instanceof UserMessage ? batch : answer;
    }
}
