package dev.interlock.langchain4j;

/** How a task ended. */
public enum TaskEnd {
    /** The model answered, or a tool whose result is the answer. The only end that is a success. */
    ANSWER,
    /**
     * The model's last response reached a limit of tokens, so its answer is cut off; a value is not read from it. Its text is
     * the {@linkplain TaskResult#answer() answer}.
     */
    TRUNCATED,
    /** A filter withheld the model's answer or a part of it; what there is of it is the answer. */
    FILTERED,
    /** The model's answer has no text: nothing, blank, or only what it thought. */
    EMPTY,
    /**
     * The model wrote a call of one of its tools as text, in place of an answer: it or its server does not know how calls are
     * to be made. The call was not run; its text is the answer.
     */
    TOOL_CALL_AS_TEXT,
    /** The model asked for another round after the last one that it may have. */
    ROUND_LIMIT,
    /** The model asked for calls although it was told that it may have no more, see {@link CallLimitException}. */
    CALL_LIMIT,
    /**
     * The model repeated a call although it was told that its result stays the same, see
     * {@link TaskAgent.Builder#maxRepeatedCalls}.
     */
    REPEATED_CALLS,
    /** The task's time was up. */
    DEADLINE,
    /**
     * Calls of its last round are pending, such as approvals that take days, and nothing else can go on:
     * {@link TaskResult#suspended()} is to be kept, and resumed.
     */
    SUSPENDED,
    /** Somebody cancelled it, or interrupted the thread that executed it. */
    CANCELLED,
    /** The model, the memory or another part around the tools failed. (A tool that fails is the model's to deal with.) */
    ERROR
}
