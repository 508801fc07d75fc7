package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a call does not start. All code that runs calls asks this class. */
public final class Refusals {

    private Refusals() {}

    /**
     * The outcome of a call that is next, and not to be started after all.
     *
     * @param call the call
     * @param stopped why the round starts no call any more, or null
     * @param calls those of its round
     * @return null if it is to be started
     */
    public static @Nullable Outcome of(Call call, @Nullable String stopped, List<? extends Call> calls) {
        if (stopped != null) {
            return Outcomes.notStarted(call, stopped);
        }
        return call.refusal != null ? call.refusal : skipped(call, calls);
    }

    /** The outcome of a call that uses the result of one that has none; null if it has all it uses. */
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
