package dev.interlock.schedule;

import dev.interlock.event.Wait;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event of a call that listeners must hear of, and that the call's own thread does not report. Immutable.
 *
 * @param call the call
 * @param what happened to it
 * @param waitsFor what it waits for; null if it does not wait
 * @param at the time, as a reading of the driver's clock
 */
public record Note(Call call, What what, @Nullable Wait waitsFor, long at) {

    /** What can happen to a call. */
    public enum What {
        /** It was admitted to a round whose calls come one at a time. */
        PLANNED,
        /** It begins to wait, or now waits for something else. */
        WAITING,
        /** It waits for nothing any more. */
        READY,
        /** It will share the outcome of {@link Call#coalescedWith}. */
        COALESCED,
        /** It has its outcome, and no thread of its own to report that. */
        ENDED,
        /** Its round no longer waits for its thread. */
        ABANDONED,
        /** It was abandoned, and now holds nothing any more. */
        RELEASED
    }

    /** What it waits for. Call this only if it waits. */
    public Wait requireWait() {
        return Objects.requireNonNull(waitsFor, "it does not wait");
    }
}
