package dev.interlock.execution;

/** What the journal of a round has of one of its calls. */
final class KeptCall {

    // Only accessed by the thread of the call, but for who settles its outcome, after that has said what it came to.

    private boolean start;
    private boolean refused;

    /** Two threads may come to that at the same time, with the same outcome: then the journal has it twice. */
    private volatile boolean end;

    boolean isStartWritten() {
        return start;
    }

    void startWritten() {
        start = true;
    }

    boolean isEndWritten() {
        return end;
    }

    void endWritten() {
        end = true;
    }

    /** Whether it is known that its tool was not started: that is what it comes to, whatever was decided meanwhile. */
    boolean isRefused() {
        return refused;
    }

    void refused(boolean known) {
        refused = known;
    }
}
