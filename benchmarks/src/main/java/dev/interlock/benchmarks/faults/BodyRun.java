package dev.interlock.benchmarks.faults;

/** One run of a body, as the body itself saw it. The body's thread writes it; {@link #endSeq} publishes the end. */
final class BodyRun {

    final ScriptedCall call;
    final int attempt;
    final Thread thread = Thread.currentThread();

    /** Whether the thread was interrupted when the body began. */
    final boolean flagged = Thread.currentThread().isInterrupted();

    final long startSeq;
    final long startNanos;

    /** The sequence number of its end; 0 while it runs. */
    volatile long endSeq;

    long endNanos;
    long nestedFrom;
    long nestedTo;
    boolean swallowed;
    boolean interruptSeen = flagged;

    /** Whether it said that its call is pending. */
    volatile boolean pended;

    /** Whether the body took effect, and what it saw. */
    volatile boolean applied;

    long seen;

    BodyRun(ScriptedCall call, int attempt, long startSeq) {
        this.call = call;
        this.attempt = attempt;
        this.startSeq = startSeq;
        this.startNanos = System.nanoTime();
    }

    void end(long seq) {
        interruptSeen |= Thread.currentThread().isInterrupted();
        endNanos = System.nanoTime();
        endSeq = seq;
    }

    boolean running() {
        return endSeq == 0;
    }

    boolean onCaller() {
        return thread.equals(call.batch.caller);
    }

    @Override
    public String toString() {
        return call + "#" + attempt + "[" + startSeq + ".." + endSeq + (flagged ? " flagged" : "") + "]";
    }
}
