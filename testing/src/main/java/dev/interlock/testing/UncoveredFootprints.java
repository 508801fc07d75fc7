package dev.interlock.testing;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Collects the footprints that effects do not cover. Thread-safe. */
final class UncoveredFootprints implements RoundListener {

    private final ConcurrentLinkedQueue<RoundEvent.FootprintUncovered> told = new ConcurrentLinkedQueue<>();

    @Override
    public void onEvent(RoundEvent event) {
        if (event instanceof RoundEvent.FootprintUncovered uncovered) {
            told.add(uncovered);
        }
    }

    /** Returns the first footprint not returned yet; null if there is none. */
    RoundEvent.@Nullable FootprintUncovered next() {
        return told.poll();
    }
}
