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
 * Remembers the arguments that calls really ran with, if an interceptor changed them or results replaced references.
 * Compensation must undo what really ran. It keeps them as long as the invocation's context lives. Thread-safe.
 */
final class ExecutedRequests {

    /** Exists from LangChain4j 1.19 on. */
    private static final NewerMethod ATTRIBUTES =
            NewerMethod.of(ToolExecution.class, "attributes", MethodType.methodType(Map.class));

    private final WeakIdentityMap<InvocationContext, Map<ToolExecutionRequest, ToolExecutionRequest>> ofInvocations =
            new WeakIdentityMap<>();

    /**
     * Records a tool that is about to run.
     *
     * @param written the request as the model wrote it
     * @param executed the request as the tool gets it
     */
    void add(InvocationContext invocation, ToolExecutionRequest written, ToolExecutionRequest executed) {
        ofInvocations
                .computeIfAbsent(invocation, () -> Collections.synchronizedMap(new IdentityHashMap<>()))
                .put(written, executed);
    }

    /** Returns the execution with the request that the tool got. */
    ToolExecution asRun(ToolExecution execution) {
        InvocationContext invocation = execution.invocationContext();
        @Nullable
        Map<ToolExecutionRequest, ToolExecutionRequest> known =
                invocation == null ? null : ofInvocations.get(invocation);
        ToolExecutionRequest executed = known == null ? null : known.get(execution.request());
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
