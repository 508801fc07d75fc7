package dev.interlock.jfr;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;

/** Records one round. It wants no report, which costs as much as all that it writes: its end is told in numbers. */
public interface RoundRecorder extends RoundListener {

    /** Is told all events but {@link RoundEvent.RoundEnded}. */
    @Override
    void onEvent(RoundEvent event);

    /**
     * The round has ended, in place of {@link RoundEvent.RoundEnded}.
     *
     * @param calls how many it had
     * @param unsuccessful how many of them did not succeed
     * @param sequentialNanos how long they took, all together
     */
    void ended(int calls, int unsuccessful, long sequentialNanos);
}
