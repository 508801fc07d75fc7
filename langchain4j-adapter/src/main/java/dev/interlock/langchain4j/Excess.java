package dev.interlock.langchain4j;

/**
 * Why a call must not run.
 *
 * @param message for the model
 * @param limit the limit that the call exceeds
 * @param isTold whether the model has learnt of that limit in an earlier response
 */
record Excess(String message, Limit limit, boolean isTold) {

    /**
     * A limit that is reached.
     *
     * @param end how a task ends at the limit
     * @param words for the user
     */
    record Limit(TaskEnd end, String words) {}
}
