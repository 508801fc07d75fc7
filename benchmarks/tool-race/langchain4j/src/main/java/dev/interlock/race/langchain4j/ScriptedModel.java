package dev.interlock.race.langchain4j;

import dev.interlock.race.Call;
import dev.interlock.race.Script;
import dev.interlock.race.Shown;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.ArrayList;
import java.util.List;

/** The script as LangChain4j's chat model. */
final class ScriptedModel implements ChatModel {

    private final Script script;

    ScriptedModel(Script script) {
        this.script = script;
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        if (messages.get(messages.size() - 1) instanceof UserMessage) {
            return script.batch(ScriptedModel::response);
        }
        List<Shown> shown = new ArrayList<>();
        for (ChatMessage message : messages) {
            if (message instanceof ToolExecutionResultMessage result) {
                shown.add(new Shown(result.id() == null ? "" : result.id(), result.text()));
            }
        }
        return response(AiMessage.from(script.answer(shown)));
    }

    private static ChatResponse response(List<Call> calls) {
        return response(AiMessage.from(calls.stream()
                .map(call -> ToolExecutionRequest.builder()
                        .id(call.id())
                        .name(call.tool())
                        .arguments(call.arguments())
                        .build())
                .toList()));
    }

    private static ChatResponse response(AiMessage message) {
        return ChatResponse.builder().aiMessage(message).build();
    }
}
