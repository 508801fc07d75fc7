package dev.interlock.springai;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;

/** What a model was asked and what it answered, for managers. */
final class Asked {

    private Asked() {}

    static Prompt prompt(Object... tools) {
        return prompt(Map.of(), List.of(new UserMessage("Do it")), tools);
    }

    static Prompt prompt(Map<String, Object> context, List<Message> messages, Object... tools) {
        return Prompt.builder()
                .messages(messages)
                .chatOptions(ToolCallingChatOptions.builder()
                        .toolCallbacks(callbacks(tools))
                        .toolContext(context)
                        .build())
                .build();
    }

    static List<ToolCallback> callbacks(Object... tools) {
        return List.of(tools).stream()
                .flatMap(tool -> tool instanceof ToolCallback callback
                        ? List.of(callback).stream()
                        : List.of(ToolCallbacks.from(tool)).stream())
                .toList();
    }

    static AssistantMessage.ToolCall call(@Nullable String id, String tool, @Nullable String arguments) {
        return new AssistantMessage.ToolCall(id, "function", tool, arguments);
    }

    static ChatResponse response(AssistantMessage.ToolCall... calls) {
        return response(null, calls);
    }

    static ChatResponse response(@Nullable String finishReason, AssistantMessage.ToolCall... calls) {
        return ChatResponse.builder()
                .generations(List.of(new Generation(
                        AssistantMessage.builder()
                                .content("")
                                .toolCalls(List.of(calls))
                                .build(),
                        ChatGenerationMetadata.builder()
                                .finishReason(finishReason)
                                .build())))
                .build();
    }

    /** The answers to the calls. */
    static List<String> texts(ToolExecutionResult result) {
        return responses(result).stream()
                .map(ToolResponseMessage.ToolResponse::responseData)
                .toList();
    }

    static List<ToolResponseMessage.ToolResponse> responses(ToolExecutionResult result) {
        List<Message> history = result.conversationHistory();
        return ((ToolResponseMessage) history.get(history.size() - 1)).getResponses();
    }

    /** A tool without parameters. */
    static ToolCallback tool(String name, Supplier<?> body) {
        return FunctionToolCallback.builder(name, body).build();
    }

    static ToolCallback tool(String name, EffectsMetadata effects, Supplier<?> body) {
        return FunctionToolCallback.builder(name, body).toolMetadata(effects).build();
    }
}
