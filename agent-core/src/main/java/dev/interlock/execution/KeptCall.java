package dev.interlock.execution;

/** What a round's journal has of one call. */
final class KeptCall {

    // Only the call's thread accesses these, and after it the thread that settles the outcome.

    private boolean start;
    private boolean barred;

    /** Two threads may write the same end at the same time; the journal then has it twice. */
    private volatile boolean end;

    boolean isStartWritten() {
        return start;
    }

    void markStartWritten() {
        start = true;
    }

    boolean isEndWritten() {
        return end;
    }

    void markEndWritten() {
        end = true;
    }

    /**
     * Whether the journal kept its tool from starting, such as by an interrupt: the tool certainly did not start. That
     * becomes its outcome, whatever was decided meanwhile.
     */
    boolean isBarred() {
        return barred;
    }

    void setBarred(boolean known) {
        barred = known;
    }
}
