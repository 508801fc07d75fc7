package dev.interlock.langchain4j;

import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.memory.ChatMemoryService;
import java.util.Collection;

/**
 * The memories of an AI service. On a thread that resumes an invocation, that invocation's memory is a
 * {@link ResumedMemory}; everything else is unchanged. Thread-safe.
 */
final class ResumableMemories extends ChatMemoryService {

    private final ChatMemoryService memories;
    private final Class<?> aiService;

    private ResumableMemories(ChatMemoryService memories, Class<?> aiService) {
        super(memories::getOrCreateChatMemory);
        this.memories = memories;
        this.aiService = aiService;
    }

    /** Makes invocations of a service use these memories, unless the service has none. */
    static void putInto(AiServiceContext context) {
        ChatMemoryService memories = context.chatMemoryService;
        if (memories != null && !(memories instanceof ResumableMemories)) {
            context.chatMemoryService = new ResumableMemories(memories, context.aiServiceClass);
        }
    }

    @Override
    public ChatMemory getOrCreateChatMemory(Object memoryId) {
        ChatMemory memory = memories.getOrCreateChatMemory(memoryId);
        Resumption resumption = Resumption.current();
        return resumption == null ? memory : resumption.memory(memory, aiService, memoryId);
    }

    @Override
    public ChatMemory getChatMemory(Object memoryId) {
        return memories.getChatMemory(memoryId);
    }

    @Override
    public ChatMemory evictChatMemory(Object memoryId) {
        return memories.evictChatMemory(memoryId);
    }

    @Override
    public void clearAll() {
        memories.clearAll();
    }

    @Override
    public Collection<Object> getChatMemoryIDs() {
        return memories.getChatMemoryIDs();
    }

    @Override
    public Collection<ChatMemory> getChatMemories() {
        return memories.getChatMemories();
    }
}
