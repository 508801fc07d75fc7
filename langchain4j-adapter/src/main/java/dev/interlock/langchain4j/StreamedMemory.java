package dev.interlock.langchain4j;

import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServiceContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory of a streamed response. The user's provider of memories, or a store, may fail. */
final class StreamedMemory {

    private static final Logger log = LoggerFactory.getLogger(StreamedMemory.class);

    private final AiServiceContext service;
    private final StreamingChatResponseHandler handler;
    private final @Nullable InvocationContext invocation;

    /**
     * Creates the memory.
     *
     * @param handler LangChain4j's handler of the response
     * @param invocation the invocation's context; null if unknown
     */
    StreamedMemory(
            AiServiceContext service, StreamingChatResponseHandler handler, @Nullable InvocationContext invocation) {
        this.service = service;
        this.handler = handler;
        this.invocation = invocation;
    }

    /** Returns the memory, or null. */
    @Nullable
    ChatMemory get() {
        if (!service.hasChatMemory() || invocation == null) {
            return StreamingHandlerFields.temporaryMemory(handler);
        }
        return service.chatMemoryService.getOrCreateChatMemory(invocation.chatMemoryId());
    }

    /** Returns the memory that lasts as long as the invocation; null if the service has a lasting one. */
    @Nullable
    ChatMemory temporary() {
        return service.hasChatMemory() ? null : StreamingHandlerFields.temporaryMemory(handler);
    }

    /**
     * Changes the memory.
     *
     * @param leaving gets a failure of the memory; null to log it
     */
    void change(Consumer<ChatMemory> change, @Nullable Throwable leaving) {
        try {
            ChatMemory memory = get();
            if (memory != null) {
                change.accept(memory);
            }
        } catch (RuntimeException e) {
            if (leaving == null) {
                log.warn("The chat memory failed to store the calls that ran before a stream broke off", e);
            } else {
                leaving.addSuppressed(e);
            }
        }
    }
}
