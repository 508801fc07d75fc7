package dev.interlock.benchmarks.faults;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;

/** Runs a batch one call after another on a copy of the state from before, and compares state and what calls saw. */
final class SerialCheck {

    private final ScriptedBatch batch;

    SerialCheck(ScriptedBatch batch) {
        this.batch = batch;
    }

    void check(Model before, Model after) {
        Episode episode = batch.talk.episode;
        if (batch.calls.stream().anyMatch(call -> call.nested != null && !isSettled(call.nested))) {
            return;
        }
        Model serial = before.copy();
        replay(batch, serial);
        episode.tally.add("rounds compared with a serial run");
        if (!serial.isAs(after)) {
            episode.violation("G2", "state " + after + ", serially " + serial + "\n    batch " + batch);
        }
    }

    /** Whether no call of a body's own batch was ended, and perhaps went on beside that body. */
    private static boolean isSettled(ScriptedBatch nested) {
        return nested.results.stream()
                        .map(CallResult::outcome)
                        .allMatch(outcome -> outcome.isSuccess() || outcome instanceof Outcome.Failed)
                && nested.calls.stream().allMatch(call -> call.nested == null || isSettled(call.nested));
    }

    private static void replay(ScriptedBatch batch, Model serial) {
        for (ScriptedCall call : batch.calls) {
            if (call.nested != null) {
                replay(call.nested, serial);
            }
            for (BodyRun run : call.bodies) {
                if (run.applied) {
                    long seen = serial.apply(call);
                    compare(call, run.seen, seen);
                }
            }
            if (call.bodies.isEmpty() && call.index < batch.results.size()) {
                CallResult result = batch.results.get(call.index);
                if (result.outcome() instanceof Outcome.Succeeded succeeded
                        && succeeded.value() instanceof Long shared) {
                    compare(call, shared, serial.look(call));
                }
            }
        }
    }

    private static void compare(ScriptedCall call, long seen, long serially) {
        if (seen != serially) {
            call.batch.talk.episode.violation(
                    "G2", call + " saw " + seen + ", serially " + serially + "\n    batch " + call.batch);
        }
    }
}
