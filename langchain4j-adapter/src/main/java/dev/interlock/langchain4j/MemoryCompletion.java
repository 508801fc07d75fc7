package dev.interlock.langchain4j;

import dev.interlock.execution.ResultLimit;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Completes the memory before an exception leaves the model loop: every request of the last message gets a result, so
 * that the conversation can go on.
 */
final class MemoryCompletion {

    private MemoryCompletion() {}

    /**
     * Adds the missing results, even if the thread is interrupted. It throws nothing: exceptions of the store or of the
     * memory's provider become suppressed exceptions of the leaving one.
     *
     * @param found finds the memory, perhaps with the user's code; null if there is none
     * @param message the last message of the model
     * @param calls its calls, each null if it was not executed; null if none was
     * @param limit the limit of a result; null for none
     * @param then gets the completed memory
     */
    @SuppressWarnings("ReferenceEquality") // an exception cannot suppress itself
    static void complete(
            Supplier<? extends @Nullable ChatMemory> found,
            AiMessage message,
            @Nullable List<? extends @Nullable RequestCall> calls,
            Throwable leaving,
            @Nullable ResultLimit limit,
            Consumer<ChatMemory> then) {
        boolean flag = Thread.interrupted();
        try {
            ChatMemory memory = found.get();
            if (memory != null) {
                addMissingResults(memory, message, calls, leaving, limit);
                then.accept(memory);
            }
        } catch (Throwable e) {
            if (e != leaving) {
                leaving.addSuppressed(e);
            }
        } finally {
            if (flag) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Does the same for a known memory. */
    static void complete(
            ChatMemory memory,
            AiMessage message,
            @Nullable List<? extends @Nullable RequestCall> calls,
            Throwable leaving,
            @Nullable ResultLimit limit) {
        complete(() -> memory, message, calls, leaving, limit, completed -> {});
    }

    private static void addMissingResults(
            ChatMemory memory,
            AiMessage message,
            @Nullable List<? extends @Nullable RequestCall> calls,
            Throwable leaving,
            @Nullable ResultLimit limit) {
        if (memory instanceof ResumedMemory resumed && resumed.awaitsResultsOf(message)) {
            // If the round was not executed, its calls are as pending as before.
            if (calls != null && calls.stream().anyMatch(Objects::nonNull)) {
                resumed.replace(results(message, calls, leaving, limit));
            }
            return;
        }
        List<ToolExecutionRequest> requests = message.toolExecutionRequests();
        List<ChatMessage> messages = memory.messages();
        int last = MemoryPlaces.lastOf(messages, requests);
        if (last < 0) {
            return;
        }
        int answered = messages.size() - last - 1;
        if (answered < requests.size()) {
            results(message, calls, leaving, limit)
                    .subList(answered, requests.size())
                    .forEach(memory::add);
        }
    }

    /** Returns one message for each request. If the round is suspended, the messages of unended calls say so. */
    private static List<ToolExecutionResultMessage> results(
            AiMessage message,
            @Nullable List<? extends @Nullable RequestCall> calls,
            Throwable leaving,
            @Nullable ResultLimit limit) {
        List<ToolExecutionRequest> requests = message.toolExecutionRequests();
        if (leaving instanceof InvocationSuspendedException suspended
                && requests.equals(suspended.suspended().message().toolExecutionRequests())) {
            return suspended.suspended().results();
        }
        List<ToolExecutionResultMessage> results = new ArrayList<>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            RequestCall call = calls == null ? null : calls.get(i);
            results.add(
                    call == null ? notStarted(requests.get(i), leaving, limit) : call.resultMessage(requests.get(i)));
        }
        return results;
    }

    private static ToolExecutionResultMessage notStarted(
            ToolExecutionRequest request, Throwable leaving, @Nullable ResultLimit limit) {
        String full = "tool '" + request.name() + "' was not started: " + leaving;
        String cut = limit == null ? null : limit.cutMessage(full);
        return ToolExecutionResultMessage.builder()
                .id(request.id())
                .toolName(request.name())
                .text(cut == null ? full : cut)
                .isError(true)
                .attributes(UnstartedMark.with(Map.of()))
                .build();
    }
}
