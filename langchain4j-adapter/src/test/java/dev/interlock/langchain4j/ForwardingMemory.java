package dev.interlock.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.memory.ChatMemory;
import java.util.List;

/** A user's own memory, around one of LangChain4j's. */
class ForwardingMemory implements ChatMemory {

    final ChatMemory memory;

    ForwardingMemory(ChatMemory memory) {
        this.memory = memory;
    }

    @Override
    public Object id() {
        return memory.id();
    }

    @Override
    public void add(ChatMessage message) {
        memory.add(message);
    }

    @Override
    public List<ChatMessage> messages() {
        return memory.messages();
    }

    @Override
    public void clear() {
        memory.clear();
    }
}
