package dev.interlock.benchmarks.faults;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import java.util.ArrayList;
import java.util.List;

/** A batch as the harness wrote it, with what was done to its round and what came of it. */
final class ScriptedBatch {

    /** How it is run. */
    enum Mode {
        EXECUTE,
        ON_EXECUTOR,
        STREAMED
    }

    /** Whose batch it is. */
    interface Conversation {

        /** What the engine knows it by; null for the executor's own. */
        Object key();

        /** What its tools read and write. */
        Model model();

        /** Called by a body, on its thread. */
        void runNested(ScriptedBatch batch) throws Exception;
    }

    final Conversation conversation;

    /** The call whose body runs it, or null. */
    final ScriptedCall parent;

    final Mode mode;
    final List<ScriptedCall> calls = new ArrayList<>();

    // What is to be done to it.
    boolean interruptBefore;
    boolean cancelBefore;
    long interruptAfterNanos = -1;
    long cancelAfterNanos = -1;
    boolean streamCancelled;

    // What was done to it.
    volatile Thread caller;
    volatile long cancelSeq;
    private boolean returned;

    /** Guarded by this. */
    boolean interrupted;

    volatile boolean cancelled;

    // What came of it, known to the caller.
    List<CallResult> results = List.of();
    Throwable thrown;
    volatile long returnSeq;
    boolean flagAfter;

    ScriptedBatch(Conversation conversation, ScriptedCall parent, Mode mode) {
        this.conversation = conversation;
        this.parent = parent;
        this.mode = mode;
    }

    List<ToolCall> toolCalls() {
        return calls.stream().map(call -> call.call).toList();
    }

    /** Interrupts the caller, but only while it is within the round. */
    synchronized void interrupt() {
        if (!returned) {
            interrupted = true;
            caller.interrupt();
        }
    }

    synchronized void returned(long seq) {
        returned = true;
        returnSeq = seq;
    }

    synchronized boolean wasInterrupted() {
        return interrupted;
    }

    ScriptedBatch top() {
        return parent == null ? this : parent.batch.top();
    }

    @Override
    public String toString() {
        return mode + (cancelled ? " cancelled" : "") + (wasInterrupted() ? " interrupted" : "") + " " + calls;
    }
}
