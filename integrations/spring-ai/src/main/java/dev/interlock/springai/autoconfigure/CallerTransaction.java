package dev.interlock.springai.autoconfigure;

/**
 * What the manager does with a response's calls while their caller has a transaction. A transaction reaches no other
 * thread.
 */
enum CallerTransaction {
    /**
     * The calls run one after another on the caller's thread, inside its transaction, as with Spring AI's own manager.
     */
    SEQUENTIAL,
    /** The calls run in parallel. Those on other threads run without the caller's transaction. */
    PARALLEL,
    /** An exception refuses the response's round. */
    REFUSE
}
