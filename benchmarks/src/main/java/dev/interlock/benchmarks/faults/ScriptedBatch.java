package dev.interlock.benchmarks.faults;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import java.util.ArrayList;
import java.util.List;

/** A batch of the harness, with what was done to its round and the results. */
final class ScriptedBatch {

    /** How the batch is run. */
    enum Mode {
        EXECUTE,
        ON_EXECUTOR,
        STREAMED
    }

    /** The conversation of a batch. */
    interface Conversation {

        /** The conversation's id in the engine; null for the executor's own conversation. */
        Object key();

        /** The state that its tools read and write. */
        Model model();

        /** Runs a batch from inside a body, on the body's thread. */
        void runNested(ScriptedBatch batch) throws Exception;
    }

    final Conversation conversation;

    /** The call whose body runs the batch, or null. */
    final ScriptedCall parent;

    final Mode mode;
    final List<ScriptedCall> calls = new ArrayList<>();

    // Disturbances to make.
    boolean interruptBefore;
    boolean cancelBefore;
    long interruptAfterNanos = -1;
    long cancelAfterNanos = -1;
    boolean streamCancelled;

    // Disturbances that were made.
    volatile Thread caller;
    volatile long cancelSeq;
    private boolean returned;

    /** Guarded by this. */
    boolean interrupted;

    volatile boolean cancelled;

    // Results, known to the caller.
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

    /** Interrupts the caller, but only while it is inside the round. */
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
