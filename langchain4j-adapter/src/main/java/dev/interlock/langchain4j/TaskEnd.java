package dev.interlock.langchain4j;

/** How a task ended. */
public enum TaskEnd {
    /** The model answered, or a tool whose result is the answer. */
    ANSWER,
    /** The model asked for another round after the last one that it may have. */
    ROUND_LIMIT,
    /** The task's time was up. */
    DEADLINE,
    /** Somebody cancelled it, or interrupted the thread that executed it. */
    CANCELLED,
    /** The model, the memory or another part around the tools failed. (A tool that fails is the model's to deal with.) */
    ERROR
}
