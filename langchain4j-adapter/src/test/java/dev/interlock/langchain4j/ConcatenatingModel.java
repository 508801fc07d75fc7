package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;

/** Asks for calls, and answers with their results. */
final class ConcatenatingModel implements ChatModel {

    private final ScriptedChatModel asking;

    ConcatenatingModel(ToolExecutionRequest... requests) {
        this.asking = ScriptedChatModel.asking(requests);
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        ChatResponse response = asking.doChat(request);
        return response.aiMessage().hasToolExecutionRequests()
                ? response
                : response.toBuilder()
                        .aiMessage(AiMessage.from("(" + String.join(" ", asking.resultTexts()) + ")"))
                        .build();
    }
}
