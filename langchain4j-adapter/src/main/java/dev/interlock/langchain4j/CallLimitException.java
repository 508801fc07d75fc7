package dev.interlock.langchain4j;

import dev.interlock.langchain4j.Excess.Limit;

/**
 * The model went on asking for calls after it was told that a limit of its invocation is reached, see
 * {@link ParallelTools.Builder#maxCallsPerInvocation}, {@link ParallelTools.Builder#maxCallsPerTool(int)} and
 * {@link ParallelTools.Builder#maxRepeatedCalls}. It leaves the AI service, or goes to the error handler of its stream. Every
 * call of the model has its result in memory by then, so the conversation can go on.
 */
public final class CallLimitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** How a task ends by it. */
    private final TaskEnd end;

    CallLimitException(Limit limit) {
        super("the model went on after it was told: " + limit.words());
        this.end = limit.end();
    }

    /**
     * Which kind of limit it is, by the end of a task that comes to it.
     *
     * @return {@link TaskEnd#CALL_LIMIT} or {@link TaskEnd#REPEATED_CALLS}
     */
    public TaskEnd end() {
        return end;
    }
}
