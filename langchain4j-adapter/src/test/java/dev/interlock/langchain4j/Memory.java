package dev.interlock.langchain4j;

import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import java.util.List;

/** Looks at what is left in a chat memory. */
final class Memory {

    private Memory() {}

    static ChatMemory ofManyMessages() {
        return MessageWindowChatMemory.withMaxMessages(20_000);
    }

    static List<ChatMessageType> types(ChatMemory memory) {
        return memory.messages().stream().map(message -> message.type()).toList();
    }

    static List<ToolExecutionResultMessage> results(ChatMemory memory) {
        return memory.messages().stream()
                .filter(ToolExecutionResultMessage.class::isInstance)
                .map(ToolExecutionResultMessage.class::cast)
                .toList();
    }

    static List<String> resultTexts(ChatMemory memory) {
        return results(memory).stream().map(ToolExecutionResultMessage::text).toList();
    }
}
