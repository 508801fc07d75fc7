package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.TextContent;
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
 * the last one first. Their results say so, also in memory.
 *
 * <p>Only accessed by the thread that delivers a complete response.
 */
final class StreamCompensation {

    private static final Logger log = LoggerFactory.getLogger(StreamCompensation.class);

    /** A call that can be undone; its message once it is in memory. */
    private record Done(ToolExecution execution, ToolExecutionResultMessage message) {}

    private final @Nullable ToolService compensated;
    private final @Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> onCompensable;
    private final @Nullable Consumer<InvocationContext> onError;
    private final List<Done> done = new ArrayList<>();

    /**
     * Creates the compensation of an invocation.
     *
     * @param compensated the tool service with the compensating actions; null to undo nothing
     * @param onCompensable called for each call that can be undone, or null
     * @param onError called when a call of a round has failed, or null
     */
    StreamCompensation(
            @Nullable ToolService compensated,
            @Nullable BiConsumer<ToolExecution, Consumer<ToolExecution>> onCompensable,
            @Nullable Consumer<InvocationContext> onError) {
        this.compensated = compensated;
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
        List<ToolExecutionResult> results =
                new ArrayList<>(calls.stream().map(RequestCall::result).toList());
        if (compensated == null && onCompensable == null && onError == null) {
            return results;
        }
        int ofEarlierRounds = done.size();
        List<Integer> compensable = new ArrayList<>();
        String failed = null;
        for (int i = 0; i < results.size(); i++) {
            RequestCall call = calls.get(i);
            Consumer<ToolExecution> action = action(call.request().name());
            if (results.get(i).isError()) {
                failed = failed == null ? call.request().name() : failed;
            } else if (action != null) {
                note(call.resultMessage(requests.get(i)), execution(call, results.get(i), context), action);
                compensable.add(i);
            }
        }
        if (failed != null && compensated != null) {
            undo();
            rewrite(memory, done.subList(0, ofEarlierRounds), failed);
            done.clear();
            for (int i : compensable) {
                String text = rolledBack(calls.get(i).request().name(), failed);
                results.set(
                        i,
                        ToolExecutionResult.builder()
                                .isError(true)
                                .attributes(results.get(i).attributes())
                                .resultText(text)
                                .build());
            }
        }
        if (failed != null && onError != null) {
            onError.accept(context);
        }
        return results;
    }

    private @Nullable Consumer<ToolExecution> action(@Nullable String tool) {
        return compensated == null ? null : Compensations.action(compensated, tool);
    }

    private static ToolExecution execution(RequestCall call, ToolExecutionResult result, InvocationContext context) {
        return ToolExecution.builder()
                .request(call.request())
                .result(result)
                .invocationContext(context)
                .build();
    }

    private void note(ToolExecutionResultMessage message, ToolExecution execution, Consumer<ToolExecution> action) {
        done.add(new Done(execution, message));
        if (onCompensable != null) {
            onCompensable.accept(execution, action);
        }
    }

    private void undo() {
        for (int i = done.size() - 1; i >= 0; i--) {
            ToolExecution execution = done.get(i).execution();
            String tool = execution.request().name();
            Consumer<ToolExecution> action = action(tool);
            try {
                if (action != null) {
                    action.accept(execution);
                }
            } catch (Exception e) {
                log.warn("The compensating action of tool '{}' failed", tool, e);
            }
        }
    }

    /** Searches from the last message on, since earlier invocations may have left equal messages. */
    private static void rewrite(@Nullable ChatMemory memory, List<Done> undone, String failed) {
        if (memory == null || undone.isEmpty()) {
            return;
        }
        List<ChatMessage> messages = new ArrayList<>(memory.messages());
        int end = messages.size();
        for (int i = undone.size() - 1; i >= 0; i--) {
            Done one = undone.get(i);
            int at = messages.subList(0, end).lastIndexOf(one.message());
            if (at >= 0) {
                end = at;
                String text = rolledBack(one.message().toolName(), failed);
                messages.set(
                        at,
                        one.message().toBuilder()
                                .contents(List.of(TextContent.from(text)))
                                .isError(true)
                                .build());
            }
        }
        memory.set(messages);
    }

    /** The result of an undone call, in LangChain4j's words. */
    private static String rolledBack(@Nullable String tool, String failed) {
        return "Tool '" + tool + "' was executed successfully but was rolled back due to failure of tool '" + failed
                + "'";
    }
}
