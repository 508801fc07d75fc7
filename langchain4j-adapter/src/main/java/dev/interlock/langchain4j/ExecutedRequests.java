package dev.interlock.langchain4j;

import dev.interlock.langchain4j.loop.NewerMethod;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.lang.invoke.MethodType;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the arguments that calls really ran with, if a person or an interceptor changed them, or if results
 * replaced references. It keeps them as long as the invocation's context lives. Thread-safe.
 *
 * <p>Invariant: compensation undoes what ran, whichever request it starts from. That may be the message's own request,
 * or the one in its place that a person has edited; the latter leads on to what the tool got. The same holds after a
 * resume, since the suspended invocation keeps these arguments.
 */
final class ExecutedRequests {

    /** Exists from LangChain4j 1.19 on. */
    private static final NewerMethod ATTRIBUTES =
            NewerMethod.of(ToolExecution.class, "attributes", MethodType.methodType(Map.class));

    private final WeakIdentityMap<InvocationContext, Map<ToolExecutionRequest, ToolExecutionRequest>> ofInvocations =
            new WeakIdentityMap<>();

    /**
     * Records a tool that is about to run, or that ran before its round was suspended. The last attempt counts.
     *
     * @param written the request of the call
     * @param executed the request as the tool gets it; the same object if nothing has changed
     */
    @SuppressWarnings("ReferenceEquality") // equal requests are not the same request
    void add(InvocationContext invocation, ToolExecutionRequest written, ToolExecutionRequest executed) {
        if (written == executed) {
            @Nullable Map<ToolExecutionRequest, ToolExecutionRequest> known = ofInvocations.get(invocation);
            if (known != null) {
                known.remove(written);
            }
            return;
        }
        ofInvocations
                .computeIfAbsent(invocation, () -> Collections.synchronizedMap(new IdentityHashMap<>()))
                .put(written, executed);
    }

    /** Returns the execution with the request that the tool got. */
    ToolExecution asRun(ToolExecution execution) {
        InvocationContext invocation = execution.invocationContext();
        ToolExecutionRequest executed = invocation == null ? null : asRun(invocation, execution.request());
        return executed == null
                ? execution
                : ToolExecution.builder()
                        .request(executed)
                        .result(result(execution))
                        .startTime(execution.startTime())
                        .finishTime(execution.finishTime())
                        .invocationContext(invocation)
                        .build();
    }

    /** Returns the request that the tool got; null if that is the call's own. */
    @Nullable
    ToolExecutionRequest asRun(InvocationContext invocation, ToolExecutionRequest request) {
        @Nullable Map<ToolExecutionRequest, ToolExecutionRequest> known = ofInvocations.get(invocation);
        if (known == null) {
            return null;
        }
        ToolExecutionRequest edited = known.get(request);
        ToolExecutionRequest executed = edited == null ? null : known.get(edited);
        return executed == null ? edited : executed;
    }

    @SuppressWarnings("unchecked") // the descriptor guarantees it
    private static ToolExecutionResult result(ToolExecution execution) {
        ToolExecutionResult.Builder result = ToolExecutionResult.builder()
                .isError(execution.hasFailed())
                .result(execution.resultObject())
                .resultContents(execution.resultContents());
        if (ATTRIBUTES.isThere()) {
            result.attributes((Map<String, Object>) ATTRIBUTES.invoke(execution));
        }
        return result.build();
    }
}
