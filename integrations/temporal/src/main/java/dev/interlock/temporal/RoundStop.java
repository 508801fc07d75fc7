package dev.interlock.temporal;

import dev.interlock.call.Outcome;

/**
 * The reason why a round ends early, for the outcomes of unbegun and interrupted calls.
 *
 * @param why in words
 * @param limitMillis the limit of the round that has passed, 0 if another reason ends it
 */
record RoundStop(String why, long limitMillis) {

    Outcome notStarted(String tool, boolean again) {
        return limitMillis > 0
                ? Words.timedOut(tool, "the round", limitMillis, false, false)
                : Words.notStarted(tool, why, again);
    }

    Outcome interrupted(String tool, boolean changes) {
        return limitMillis > 0
                ? Words.timedOut(tool, "the round", limitMillis, true, changes)
                : Words.interrupted(tool, why, changes);
    }

    /** Returns the report of a call whose worker had it when the round was stopped. A cancelled one says why. */
    CallReport over(CallReport report, boolean changes, boolean again) {
        if (!(report.came() instanceof Outcome.Cancelled)) {
            return report;
        }
        String tool = report.call().tool();
        Outcome outcome = report.attempts() > 0 ? interrupted(tool, changes) : notStarted(tool, again);
        return CallReport.of(report.call(), outcome, report.attempts(), report.startMillis(), report.endMillis());
    }
}
