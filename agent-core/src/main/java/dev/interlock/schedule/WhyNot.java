package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says why a call must not start: its round was stopped, its outcome was fixed beforehand, or a result that it needs is
 * missing. All code that runs calls looks here.
 */
public final class WhyNot {

    private WhyNot() {}

    /**
     * Returns the outcome of a call that is next but must not start.
     *
     * @param stopped why the round lets no further call start, or null
     * @param calls the calls of its round
     * @return null if the call may start
     */
    public static @Nullable Outcome of(Call call, @Nullable String stopped, List<? extends Call> calls) {
        if (stopped != null) {
            return Outcomes.notStarted(call, stopped);
        }
        return call.presetOutcome != null ? call.presetOutcome : skipped(call, calls);
    }

    /**
     * Returns the outcome of a call that needs another call's missing result; null if it has all results that it needs.
     */
    static @Nullable Outcome skipped(Call call, List<? extends Call> calls) {
        for (int used : call.uses) {
            Call producer = calls.get(used);
            if (producer.outcome == null || !producer.outcome.isSuccess()) {
                return Outcomes.skipped(call, producer, call.numberOf(producer));
            }
        }
        return null;
    }
}
