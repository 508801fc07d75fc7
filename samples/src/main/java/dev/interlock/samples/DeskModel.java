package dev.interlock.samples;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Plays the model of the approval desk: it requests the same calls each time, and then repeats their results. It has no
 * state.
 */
final class DeskModel implements ChatModel {

    @Override
    public ChatResponse doChat(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        AiMessage said = messages.getLast() instanceof ToolExecutionResultMessage
                ? AiMessage.from(messages.stream()
                        .filter(ToolExecutionResultMessage.class::isInstance)
                        .map(message -> ((ToolExecutionResultMessage) message).text())
                        .collect(Collectors.joining("; ", "Here is what was done: ", "")))
                : AiMessage.from(
                        call("1", "balance", "{\"account\": \"1007\"}"),
                        call("2", "refund", "{\"account\": \"1007\", \"amount\": \"249.00\"}"),
                        call("3", "balance", "{\"account\": \"1007\"}"));
        return ChatResponse.builder().aiMessage(said).build();
    }

    private static ToolExecutionRequest call(String id, String tool, String arguments) {
        return ToolExecutionRequest.builder()
                .id("call_" + id)
                .name(tool)
                .arguments(arguments)
                .build();
    }
}
