package dev.interlock.langchain4j;

/** How a task ended. */
public enum TaskEnd {
    /** The model answered, or a tool did whose result is the answer. Only this end is a success. */
    ANSWER,
    /**
     * The model's last response reached a token limit, so its answer is cut off. The agent reads no value from it; its
     * text is the {@linkplain TaskResult#answer() answer}.
     */
    TRUNCATED,
    /** A filter withheld the model's answer or a part of it. The rest is the answer. */
    FILTERED,
    /** The model's answer has no text: it is empty, blank, or only the model's thinking. */
    EMPTY,
    /**
     * The model wrote a tool call as text in place of an answer: the model or its server does not know how to make
     * calls. The call did not run; its text is the answer.
     */
    TOOL_CALL_AS_TEXT,
    /** The model requested another round after its last one. */
    ROUND_LIMIT,
    /** The model requested calls although it knew that it may have no more, see {@link CallLimitException}. */
    CALL_LIMIT,
    /**
     * The model repeated a call although it knew that the result stays the same, see
     * {@link TaskAgent.Builder#maxRepeatedCalls}.
     */
    REPEATED_CALLS,
    /** The task reached its time limit. */
    DEADLINE,
    /**
     * Calls of its last round are pending, such as approvals that take days, and no other call can go on. Store
     * {@link TaskResult#suspended()} and resume it later.
     */
    SUSPENDED,
    /** The caller cancelled the task, or an interrupt reached the thread that executed it. */
    CANCELLED,
    /** The model, the memory or another part around the tools failed. (A tool's failure goes to the model.) */
    ERROR
}
