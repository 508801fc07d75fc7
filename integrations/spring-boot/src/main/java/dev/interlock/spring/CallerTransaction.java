package dev.interlock.spring;

/** What becomes of the calls of a response while their caller has a transaction, which reaches no other thread. */
enum CallerTransaction {
    /** They run one after another on the caller's thread, within its transaction, as without this library. */
    SEQUENTIAL,
    /** They run in parallel; those on other threads run without the caller's transaction. */
    PARALLEL,
    /** The response's round is refused by an exception. */
    REFUSE
}
