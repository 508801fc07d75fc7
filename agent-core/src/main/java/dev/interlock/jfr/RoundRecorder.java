package dev.interlock.jfr;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;

/**
 * Records one round. It learns of the round's end without a report, since a report costs as much as all that it writes.
 * It counts what it needs from the events.
 */
public interface RoundRecorder extends RoundListener {

    /** Receives all events but {@link RoundEvent.RoundEnded}. */
    @Override
    void onEvent(RoundEvent event);

    /**
     * Learns of the round's end, in place of {@link RoundEvent.RoundEnded}; all events of its calls were told before.
     */
    void ended();
}
