package dev.interlock.benchmarks.faults;

import dev.interlock.benchmarks.faults.ScriptedBatch.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/** Checks an episode's log when all bodies have ended. */
final class LogCheck {

    private final Log log;

    LogCheck(Log log) {
        this.log = log;
    }

    /**
     * Checks the log.
     *
     * @param conversations the batches of each conversation
     */
    void check(List<List<ScriptedBatch>> conversations) {
        List<ScriptedBatch> all = new ArrayList<>();
        List<BodyRun> allBodies = new ArrayList<>();
        for (List<ScriptedBatch> own : conversations) {
            List<ScriptedBatch> batches = new ArrayList<>();
            own.forEach(batch -> collect(batch, batches));
            List<BodyRun> bodies = new ArrayList<>();
            batches.forEach(batch -> batch.calls.forEach(call -> bodies.addAll(call.bodies)));
            if (!log.setup.exclusive) {
                checkOverlap(bodies);
            }
            allBodies.addAll(bodies);
            all.addAll(batches);
        }
        if (log.setup.exclusive) {
            checkOverlap(allBodies);
        }
        for (ScriptedBatch batch : all) {
            checkOrder(batch);
            checkStarts(batch);
        }
        new CapCheck(log).check(all, allBodies);
    }

    private static void collect(ScriptedBatch batch, List<ScriptedBatch> into) {
        into.add(batch);
        for (ScriptedCall call : batch.calls) {
            if (call.nested != null) {
                collect(call.nested, into);
            }
        }
    }

    /** Checks that no two conflicting bodies ran at the same time, whatever their calls' outcomes. */
    private void checkOverlap(List<BodyRun> bodies) {
        bodies.sort(Comparator.comparingLong(run -> run.startSeq));
        List<BodyRun> active = new ArrayList<>();
        for (BodyRun run : bodies) {
            for (Iterator<BodyRun> others = active.iterator(); others.hasNext(); ) {
                BodyRun other = others.next();
                if (other.endSeq < run.startSeq) {
                    others.remove();
                } else if (mayNotOverlap(other, run)) {
                    log.violation(
                            "G3",
                            run + " of " + run.call.batch.conversation.key() + " began while " + other + " of "
                                    + other.call.batch.conversation.key() + " ran\n    batch " + run.call.batch
                                    + "\n    other batch " + other.call.batch);
                }
            }
            active.add(run);
        }
    }

    private static boolean mayNotOverlap(BodyRun first, BodyRun second) {
        ScriptedCall one = first.call;
        ScriptedCall other = second.call;
        if (one.equals(other)) {
            return true;
        }
        if (one.isWithin(other) || other.isWithin(one)) {
            return false;
        }
        return Touch.conflict(one.touches, other.touches) && !wasReleased(one, second) && !wasReleased(other, second);
    }

    /** Whether the harness released the call's resources, or those of a call around it, before another body began. */
    private static boolean wasReleased(ScriptedCall call, BodyRun before) {
        for (ScriptedCall one = call; one != null; one = one.batch.parent) {
            if (one.releasedSeq != 0 && one.releasedSeq < before.startSeq) {
                return true;
            }
        }
        return false;
    }

    /** Checks that conflicting calls of a batch ran in call order. */
    private void checkOrder(ScriptedBatch batch) {
        for (int i = 0; i < batch.calls.size(); i++) {
            ScriptedCall first = batch.calls.get(i);
            for (int j = i + 1; j < batch.calls.size(); j++) {
                ScriptedCall second = batch.calls.get(j);
                if (!Touch.conflict(first.touches, second.touches)) {
                    continue;
                }
                for (BodyRun one : first.bodies) {
                    for (BodyRun other : second.bodies) {
                        if (one.endSeq > other.startSeq && !wasReleased(first, other)) {
                            log.violation("G2", other + " began before " + one + " had ended\n    batch " + batch);
                        }
                    }
                }
            }
        }
    }

    /**
     * Checks that no body began after a cancel or after its round. A body that was about to begin must find its thread
     * interrupted.
     */
    private void checkStarts(ScriptedBatch batch) {
        for (ScriptedCall call : batch.calls) {
            for (BodyRun run : call.bodies) {
                if (batch.interruptBefore && batch.mode != Mode.STREAMED) {
                    log.violation("G5", run + " began although the caller had been interrupted");
                }
                if (run.flagged) {
                    continue;
                }
                if (batch.cancelSeq != 0 && run.startSeq > batch.cancelSeq) {
                    log.violation("G5", run + " began after the cancel at " + batch.cancelSeq + "\n    batch " + batch);
                }
                if (log.closeSeq != 0 && run.startSeq > log.closeSeq) {
                    log.violation("G5", run + " began after the close at " + log.closeSeq + "\n    batch " + batch);
                }
                if (run.startSeq > batch.returnSeq) {
                    log.violation("G4", run + " began after its round at " + batch.returnSeq + "\n    batch " + batch);
                }
            }
        }
    }
}
