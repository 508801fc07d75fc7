package dev.interlock.langchain4j.mcp;

import dev.interlock.execution.Interrupts;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.mcp.client.transport.McpTransport;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;

/**
 * Executes an MCP tool. It tells the server when the call's thread is interrupted. It also turns a result that only
 * reports the client's own time-out into an error.
 *
 * @param executor the tool's executor
 * @param bare whether the executor is LangChain4j's and not the user's wrapper, which may handle a time-out in its own
 *     way
 * @param transport the transport to the server
 */
record McpCall(ToolExecutor executor, boolean bare, McpTransport transport) implements ToolExecutor {

    @Override
    public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
        try (McpOperations.Operation operation = McpOperations.enter(transport)) {
            return run(operation, request, context);
        }
    }

    private ToolExecutionResult run(
            McpOperations.Operation operation, ToolExecutionRequest request, InvocationContext context) {
        ToolExecutionResult result;
        try {
            result = executor.executeWithContext(request, context);
        } catch (Throwable e) {
            if (operation.isPending() && (Thread.currentThread().isInterrupted() || Interrupts.isInterrupt(e))) {
                operation.cancel();
            }
            throw e;
        }
        if (!operation.isPending()) {
            return result;
        }
        if (Thread.currentThread().isInterrupted()) {
            operation.cancel();
            return result;
        }
        // There is a result but no answer: LangChain4j's client gave up and told the server.
        return bare ? asError(result) : result;
    }

    /** Copies the result by hand, since before 1.19 results have no {@code toBuilder()}. */
    private static ToolExecutionResult asError(ToolExecutionResult result) {
        return ToolExecutionResult.builder()
                .isError(true)
                .result(result.result())
                .resultText(result.resultText())
                .attributes(result.attributes())
                .build();
    }

    @Override
    public String execute(ToolExecutionRequest request, Object memoryId) {
        return executor.execute(request, memoryId);
    }
}
