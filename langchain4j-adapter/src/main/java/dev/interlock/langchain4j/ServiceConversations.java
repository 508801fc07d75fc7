package dev.interlock.langchain4j;

import dev.interlock.execution.ResultLimit;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.AiServiceContext;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The conversations of one AI service: which invocation belongs to which, the ids of their calls, and what their
 * memories say when an exception leaves the loop. Thread-safe.
 */
final class ServiceConversations {

    /** Holds the user's models and memory. */
    private final AiServiceContext service;

    private final ServiceHooks hooks;
    private final @Nullable ResultLimit resultLimit;
    private final UndoneCalls undone = new UndoneCalls();

    ServiceConversations(AiServiceContext service, ServiceHooks hooks, @Nullable ResultLimit resultLimit) {
        this.service = service;
        this.hooks = hooks;
        this.resultLimit = resultLimit;
    }

    /** Returns the conversation of an invocation. Without a memory each invocation is a conversation of its own. */
    Conversation of(InvocationContext invocation) {
        Object id = service.hasChatMemory() ? invocation.chatMemoryId() : invocation.invocationId();
        return new Conversation(this, id == null ? invocation : id);
    }

    /** Returns the memory of an invocation's conversation, or null. */
    @Nullable
    ChatMemory memory(InvocationContext invocation) {
        return service.hasChatMemory()
                ? service.chatMemoryService.getOrCreateChatMemory(invocation.chatMemoryId())
                : null;
    }

    /** Creates the ids of one invocation. */
    RequestIds requestIds(boolean compensated) {
        if (compensated) {
            return new RequestIds(RequestIds.Need.COMPENSATION);
        }
        ChatModel synchronous = service.chatModel;
        StreamingChatModel streaming = service.streamingChatModel;
        ModelProvider provider =
                synchronous != null ? synchronous.provider() : streaming == null ? null : streaming.provider();
        return new RequestIds(RequestIds.needOf(provider));
    }

    /** Returns what is known about an invocation whose round is suspended, see {@link Suspending}. */
    Suspending suspending(
            InvocationContext invocation,
            List<ChatMessage> earlier,
            @Nullable TokenUsage usage,
            ResponseLimits limits) {
        return new Suspending(invocation, service.hasChatMemory(), earlier, usage, limits.counts());
    }

    UndoneCalls undone() {
        return undone;
    }

    /**
     * Completes a memory before an exception leaves the loop, see {@link MemoryCompletion}. Calls that were undone do
     * not count as successful.
     *
     * @param calls the calls of the message, each null if it did not run; null if none did
     */
    void complete(
            Supplier<? extends @Nullable ChatMemory> memory,
            InvocationContext invocation,
            AiMessage message,
            @Nullable List<? extends @Nullable RequestCall> calls,
            Throwable leaving) {
        undone.mark(invocation, message, calls);
        MemoryCompletion.complete(memory, message, calls, leaving, resultLimit, completed -> {
            if (hooks.isCompensating()) {
                undone.correct(invocation, completed, calls);
            }
        });
    }

    /** The limit of results that the memories keep; null if there is none. */
    @Nullable
    ResultLimit resultLimit() {
        return resultLimit;
    }
}
