package dev.interlock.langchain4j;

import dev.interlock.langchain4j.Excess.Limit;

/**
 * The model kept requesting calls after it learnt that it had reached a limit of its invocation, see
 * {@link ParallelTools.Builder#maxCallsPerInvocation}, {@link ParallelTools.Builder#maxCallsPerTool(int)} and
 * {@link ParallelTools.Builder#maxRepeatedCalls}. The exception leaves the AI service, or goes to its stream's error
 * handler. By then every call of the model has its result in memory, so the conversation can go on.
 */
public final class CallLimitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** How a task ends on this limit. */
    private final TaskEnd end;

    CallLimitException(Limit limit) {
        super("the model kept requesting calls although it knew: " + limit.words());
        this.end = limit.end();
    }

    /**
     * Returns the kind of limit, as the end of a task that reaches it.
     *
     * @return {@link TaskEnd#CALL_LIMIT} or {@link TaskEnd#REPEATED_CALLS}
     */
    public TaskEnd end() {
        return end;
    }
}
