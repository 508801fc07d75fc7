package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolService;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compensation for the rounds of one streamed invocation, which LangChain4j has only in its synchronous loop. When a
 * call of a round fails, this undoes all successful calls of this and earlier rounds that have a compensating action,
 * the last one first. Their results say so, also in memory, even if an exception ends the invocation meanwhile.
 *
 * <p>The user's hooks hear of calls that can be undone, whether or not this undoes any.
 *
 * <p>Only accessed by the thread that delivers a complete response.
 */
final class StreamCompensation {

    private static final Logger log = LoggerFactory.getLogger(StreamCompensation.class);

    /** A call that can be undone; its message once it is in memory. */
    private record Done(RequestCall call, ToolExecution execution, ToolExecutionResultMessage message) {}

    /** An undone call of an earlier round. */
    private record Undone(ToolExecutionResultMessage message, String failed) {}

    private final ToolService service;
    private final boolean undoes;
    private final @Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> onCompensable;
    private final @Nullable Consumer<InvocationContext> onError;
    private final List<Done> done = new ArrayList<>();

    /** The undone calls that the memory still calls successful, the last one first. */
    private final List<Undone> unwritten = new ArrayList<>();

    /**
     * Creates the compensation of an invocation.
     *
     * @param service the tool service with the compensating actions
     * @param undoes whether a failure undoes calls
     * @param onCompensable called for each call that can be undone, or null
     * @param onError called when a call of a round has failed, or null
     */
    StreamCompensation(
            ToolService service,
            boolean undoes,
            @Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> onCompensable,
            @Nullable Consumer<InvocationContext> onError) {
        this.service = service;
        this.undoes = undoes;
        this.onCompensable = onCompensable;
        this.onError = onError;
    }

    /**
     * Returns the results of a round, after undoing calls if one has failed.
     *
     * @param requests the message's requests, in the order of the calls
     * @param memory the memory with the results of earlier rounds
     */
    List<ToolExecutionResult> resultsOf(
            List<RequestCall> calls,
            List<ToolExecutionRequest> requests,
            InvocationContext context,
            @Nullable ChatMemory memory) {
        if (!undoes && onCompensable == null && onError == null) {
            return results(calls);
        }
        int ofEarlierRounds = done.size();
        String failed = null;
        for (int i = 0; i < calls.size(); i++) {
            RequestCall call = calls.get(i);
            ToolExecutionResult result = call.result();
            if (result.isError()) {
                failed = failed == null ? call.request().name() : failed;
            } else {
                note(call, result, requests.get(i), context);
            }
        }
        if (failed != null && undoes) {
            undo(ofEarlierRounds, failed);
            rewrite(memory);
        }
        if (failed != null && onError != null) {
            onError.accept(context);
        }
        return results(calls);
    }

    private static List<ToolExecutionResult> results(List<RequestCall> calls) {
        return calls.stream().map(RequestCall::result).toList();
    }

    private void note(
            RequestCall call, ToolExecutionResult result, ToolExecutionRequest request, InvocationContext context) {
        Consumer<ToolExecution> action =
                Compensations.action(service, call.request().name());
        if (action == null) {
            return;
        }
        ToolExecution execution = ToolExecution.builder()
                .request(call.request())
                .result(result)
                .invocationContext(context)
                .build();
        if (undoes) {
            done.add(new Done(call, execution, call.resultMessage(request)));
        }
        if (onCompensable != null) {
            onCompensable.accept(execution, action);
        }
    }

    private void undo(int ofEarlierRounds, String failed) {
        for (int i = done.size() - 1; i >= 0; i--) {
            Done one = done.remove(i);
            UndoneCalls.markUndone(one.call(), failed);
            if (i < ofEarlierRounds) {
                unwritten.add(new Undone(one.message(), failed));
            }
            String tool = one.execution().request().name();
            Consumer<ToolExecution> action = Compensations.action(service, tool);
            try {
                if (action != null) {
                    action.accept(one.execution());
                }
            } catch (Exception e) {
                log.warn("The compensating action of tool '{}' failed", tool, e);
            }
        }
    }

    /**
     * Makes the memory say what was undone. Searches from the last message on, since earlier invocations may have left
     * equal messages. If the memory throws, a later call tries again.
     */
    void rewrite(@Nullable ChatMemory memory) {
        if (memory == null || unwritten.isEmpty()) {
            return;
        }
        List<ChatMessage> messages = new ArrayList<>(memory.messages());
        int end = messages.size();
        for (Undone one : unwritten) {
            int at = messages.subList(0, end).lastIndexOf(one.message());
            if (at >= 0) {
                end = at;
                messages.set(at, UndoneCalls.undone(one.message(), one.failed()));
            }
        }
        memory.set(messages);
        unwritten.clear();
    }
}
