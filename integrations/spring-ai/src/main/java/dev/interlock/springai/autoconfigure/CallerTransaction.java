package dev.interlock.springai.autoconfigure;

/** What becomes of the calls of a response while their caller has a transaction, which reaches no other thread. */
enum CallerTransaction {
    /** They run one after another on the caller's thread, within its transaction, as with Spring AI's own manager. */
    SEQUENTIAL,
    /** They run in parallel; those on other threads run without the caller's transaction. */
    PARALLEL,
    /** An exception refuses the response's round. */
    REFUSE
}
