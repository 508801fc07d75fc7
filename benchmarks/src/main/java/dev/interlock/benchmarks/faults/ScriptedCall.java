package dev.interlock.benchmarks.faults;

import dev.interlock.call.ToolCall;
import dev.interlock.durable.Decision;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A call of the harness, with what its bodies must do and what they did. */
final class ScriptedCall {

    final ScriptedBatch batch;
    final int index;
    final long number;

    /** With the arguments of a person, once these are there. Written while nothing of it runs. */
    volatile ToolCall call;

    volatile List<Touch> touches;
    final List<Fault> faults;

    /** How long a body takes, if it takes any time. */
    final long nanos;

    /** The batch that the first body runs if the fault is {@link Fault#NEST}; otherwise null. */
    ScriptedBatch nested;

    /** Whether a person is asked for it, who answers when its round has been suspended. */
    boolean asks;

    // Written by the thread that resumes its round.

    /** What was decided of it last; null for nothing. */
    Decision decision;

    /** How many bodies it had when it was decided that it be run again. */
    int bodiesBefore;

    final Queue<BodyRun> bodies = new ConcurrentLinkedQueue<>();
    private final AtomicInteger attempts = new AtomicInteger();

    /** When the harness released its resources; 0 if it did not. */
    volatile long releasedSeq;

    ScriptedCall(
            ScriptedBatch batch,
            int index,
            long number,
            ToolCall call,
            List<Touch> touches,
            List<Fault> faults,
            long nanos) {
        this.batch = batch;
        this.index = index;
        this.number = number;
        this.call = call;
        this.touches = touches;
        this.faults = faults;
        this.nanos = nanos;
    }

    /** A person has given it other arguments. */
    void edit(ToolCall edited, List<Touch> touched) {
        call = edited;
        touches = touched;
    }

    BodyRun begin(long seq) {
        BodyRun run = new BodyRun(this, attempts.incrementAndGet(), seq);
        bodies.add(run);
        return run;
    }

    Fault fault(int attempt) {
        return faults.get(Math.min(attempt, faults.size()) - 1);
    }

    /** Whether the call changes anything. A read with malformed arguments is a barrier, but only reads. */
    boolean writes() {
        return !call.tool().equals("peek") && !call.tool().equals("calc");
    }

    boolean isRepeatable() {
        return !writes() || call.tool().equals("put");
    }

    boolean isWithin(ScriptedCall other) {
        for (ScriptedCall parent = batch.parent; parent != null; parent = parent.batch.parent) {
            if (parent.equals(other)) {
                return true;
            }
        }
        return false;
    }

    /** Returns what the call would see. */
    long look(Model model) {
        return model.look(touches);
    }

    /** Applies the call's effect; returns what it saw. */
    long apply(Model model) {
        long seen = look(model);
        if (writes()) {
            model.write(touches, number, call.tool().equals("put"));
        }
        return seen;
    }

    /** The last run of its body, or null. */
    BodyRun lastBody() {
        BodyRun last = null;
        for (BodyRun run : bodies) {
            last = run;
        }
        return last;
    }

    @Override
    public String toString() {
        return call.tool() + "(" + call.id() + " " + touches + " " + faults + ")";
    }
}
