package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which calls were undone, as long as the invocation's context lives.
 *
 * <p>Invariant: when an exception leaves the loop, no undone call counts as successful in the memory, even if the
 * exception came before LangChain4j could say so there. A call counts as undone once its action has begun, since
 * LangChain4j, too, ignores an action that fails. Thread-safe.
 */
final class UndoneCalls {

    private final WeakIdentityMap<InvocationContext, Set<ToolExecutionRequest>> ofInvocations = new WeakIdentityMap<>();

    /** Records a call whose action begins. */
    void add(ToolExecution execution) {
        InvocationContext invocation = execution.invocationContext();
        if (invocation != null) {
            ofInvocations
                    .computeIfAbsent(
                            invocation,
                            () -> Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>())))
                    .add(execution.request());
        }
    }

    /** Whether a call of the invocation was undone. */
    boolean isAny(InvocationContext invocation) {
        return ofInvocations.get(invocation) != null;
    }

    /**
     * Gives the undone calls of a round a result that says so.
     *
     * @param calls the calls, each null if it did not run; null if none did
     */
    void mark(InvocationContext invocation, AiMessage message, @Nullable List<? extends @Nullable RequestCall> calls) {
        Set<ToolExecutionRequest> undone = ofInvocations.get(invocation);
        if (undone == null || calls == null) {
            return;
        }
        List<ToolExecutionRequest> requests = message.toolExecutionRequests();
        List<RequestCall> ofRound = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            RequestCall call = calls.get(i);
            if (call != null && (undone.contains(requests.get(i)) || undone.contains(call.request()))) {
                ofRound.add(call);
            }
        }
        if (!ofRound.isEmpty()) {
            String failed = firstFailed(calls, undone);
            ofRound.forEach(call -> markUndone(call, failed));
        }
    }

    private static @Nullable String firstFailed(
            List<? extends @Nullable RequestCall> calls, Set<ToolExecutionRequest> undone) {
        for (RequestCall call : calls) {
            if (call != null
                    && !undone.contains(call.request())
                    && call.result().isError()) {
                return call.request().name();
            }
        }
        return null;
    }

    /** Gives an undone call a result that says so. */
    static void markUndone(RequestCall call, @Nullable String failed) {
        ToolExecutionResult before = call.result();
        if (!before.isError()) {
            call.hasResult(ToolExecutionResult.builder()
                    .isError(true)
                    .attributes(before.attributes())
                    .resultText(rolledBack(call.request().name(), failed))
                    .build());
        }
    }

    /**
     * Corrects what the memory says of undone calls.
     *
     * @param memory a memory in which different calls have different ids, as they have with compensation
     * @param calls the calls of the last round, each null if it did not run; null if none did
     */
    void correct(
            InvocationContext invocation, ChatMemory memory, @Nullable List<? extends @Nullable RequestCall> calls) {
        if (isAny(invocation)) {
            List<ChatMessage> messages = new ArrayList<>(memory.messages());
            if (correct(invocation, messages, calls)) {
                memory.set(messages);
            }
        }
    }

    /**
     * Corrects messages in the same way, in place.
     *
     * @return whether there was anything to correct
     */
    boolean correct(
            InvocationContext invocation,
            List<ChatMessage> messages,
            @Nullable List<? extends @Nullable RequestCall> calls) {
        Set<ToolExecutionRequest> undone = ofInvocations.get(invocation);
        Set<String> ids = undone == null ? Set.of() : idsOf(undone);
        boolean changed = false;
        for (int i = 0; i < messages.size() && undone != null; i++) {
            if (messages.get(i) instanceof ToolExecutionResultMessage result
                    && ids.contains(result.id())
                    && !Boolean.TRUE.equals(result.isError())) {
                messages.set(i, undone(result, calls == null ? null : firstFailed(calls, undone)));
                changed = true;
            }
        }
        return changed;
    }

    private static Set<String> idsOf(Set<ToolExecutionRequest> undone) {
        Set<String> ids = new HashSet<>();
        synchronized (undone) {
            undone.forEach(request -> ids.add(request.id()));
        }
        ids.remove(null);
        return ids;
    }

    /** Returns the message of an undone call. */
    static ToolExecutionResultMessage undone(ToolExecutionResultMessage result, @Nullable String failed) {
        return result.toBuilder()
                .contents(List.of(TextContent.from(rolledBack(result.toolName(), failed))))
                .isError(true)
                .build();
    }

    /** The result of an undone call, in LangChain4j's words. */
    private static String rolledBack(@Nullable String tool, @Nullable String failed) {
        return "Tool '" + tool + "' was executed successfully but was rolled back"
                + (failed == null ? "" : " due to failure of tool '" + failed + "'");
    }
}
