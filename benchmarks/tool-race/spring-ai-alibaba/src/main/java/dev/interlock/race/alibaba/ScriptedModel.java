package dev.interlock.race.alibaba;

import dev.interlock.race.Call;
import dev.interlock.race.Script;
import dev.interlock.race.Shown;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/** The script as the chat model of Spring AI 1.1. */
final class ScriptedModel implements ChatModel {

    private final Script script;

    ScriptedModel(Script script) {
        this.script = script;
    }

    @Override
    public ChatOptions getDefaultOptions() {
        return ToolCallingChatOptions.builder().build();
    }

    @Override
    public ChatResponse call(Prompt prompt) {
        List<Message> messages = prompt.getInstructions();
        if (messages.get(messages.size() - 1) instanceof UserMessage) {
            return script.batch(ScriptedModel::response);
        }
        List<Shown> shown = new ArrayList<>();
        for (Message message : messages) {
            if (message instanceof ToolResponseMessage results) {
                results.getResponses().forEach(result -> shown.add(new Shown(result.id(), result.responseData())));
            }
        }
        return response(new AssistantMessage(script.answer(shown)));
    }

    private static ChatResponse response(List<Call> calls) {
        return response(AssistantMessage.builder()
                .content("")
                .toolCalls(calls.stream()
                        .map(call ->
                                new AssistantMessage.ToolCall(call.id(), "function", call.tool(), call.arguments()))
                        .toList())
                .build());
    }

    private static ChatResponse response(AssistantMessage message) {
        return ChatResponse.builder()
                .generations(List.of(new Generation(message)))
                .build();
    }
}
