package dev.interlock.jfr;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;

/**
 * Records one round. It gets numbers at the round's end and no report, since a report costs as much as all that it
 * writes.
 */
public interface RoundRecorder extends RoundListener {

    /** Receives all events but {@link RoundEvent.RoundEnded}. */
    @Override
    void onEvent(RoundEvent event);

    /**
     * Receives the round's end, in place of {@link RoundEvent.RoundEnded}.
     *
     * @param calls how many calls the round had
     * @param unsuccessful how many of them did not succeed
     * @param sequentialNanos how long the calls took together, in nanoseconds
     */
    void ended(int calls, int unsuccessful, long sequentialNanos);
}
