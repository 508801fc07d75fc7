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
 * The arguments that calls ran with, if the model wrote others: an interceptor may have changed them, or results
 * replaced references. Compensation must undo what really ran. Kept as long as the invocation's context lives.
 * Thread-safe.
 */
final class ExecutedRequests {

    /** From LangChain4j 1.19 on. */
    private static final NewerMethod ATTRIBUTES =
            NewerMethod.of(ToolExecution.class, "attributes", MethodType.methodType(Map.class));

    private final WeakIdentityMap<InvocationContext, Map<ToolExecutionRequest, ToolExecutionRequest>> ofInvocations =
            new WeakIdentityMap<>();

    /**
     * A tool is about to be run.
     *
     * @param written the request as the model wrote it
     * @param executed what the tool gets
     */
    void add(InvocationContext invocation, ToolExecutionRequest written, ToolExecutionRequest executed) {
        ofInvocations
                .computeIfAbsent(invocation, () -> Collections.synchronizedMap(new IdentityHashMap<>()))
                .put(written, executed);
    }

    /** The execution with the request that the tool got. */
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

    @SuppressWarnings("unchecked") // by the descriptor
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
