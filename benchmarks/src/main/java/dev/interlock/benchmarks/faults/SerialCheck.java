package dev.interlock.benchmarks.faults;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;

/** Runs a batch one call after another on a copy of the earlier state, and compares the state and what calls saw. */
final class SerialCheck {

    private final ScriptedBatch batch;
    private final Log log;

    SerialCheck(ScriptedBatch batch, Log log) {
        this.batch = batch;
        this.log = log;
    }

    void check(Model before, Model after) {
        if (batch.calls.stream().anyMatch(call -> call.nested != null && !isSettled(call.nested))) {
            return;
        }
        Model serial = before.copy();
        replay(batch, serial);
        log.tally.add("rounds compared with a serial run");
        if (!serial.isAs(after)) {
            log.violation("G2", "state " + after + ", serially " + serial + "\n    batch " + batch);
        }
    }

    /** Whether no call of a body's own batch was ended early and may have gone on beside that body. */
    private static boolean isSettled(ScriptedBatch nested) {
        return nested.results.stream()
                        .map(CallResult::outcome)
                        .allMatch(outcome -> outcome.isSuccess() || outcome instanceof Outcome.Failed)
                && nested.calls.stream().allMatch(call -> call.nested == null || isSettled(call.nested));
    }

    private void replay(ScriptedBatch batch, Model serial) {
        for (ScriptedCall call : batch.calls) {
            if (call.nested != null) {
                replay(call.nested, serial);
            }
            for (BodyRun run : call.bodies) {
                if (run.applied) {
                    long seen = call.apply(serial);
                    compare(call, run.seen, seen);
                }
            }
            if (call.bodies.isEmpty() && call.index < batch.results.size()) {
                CallResult result = batch.results.get(call.index);
                if (result.outcome() instanceof Outcome.Succeeded succeeded
                        && succeeded.value() instanceof Long shared) {
                    compare(call, shared, call.look(serial));
                }
            }
        }
    }

    private void compare(ScriptedCall call, long seen, long serially) {
        if (seen != serially) {
            log.violation("G2", call + " saw " + seen + ", serially " + serially + "\n    batch " + call.batch);
        }
    }
}
