package dev.interlock.schedule;

import dev.interlock.event.Wait;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What listeners are to be told of a call, that its own thread does not tell. Immutable.
 *
 * @param call the call
 * @param what happened to it
 * @param waitsFor what it waits for; null unless it does
 * @param at when; a reading of the driver's clock
 */
public record Note(Call call, What what, @Nullable Wait waitsFor, long at) {

    /** What can happen to a call. */
    public enum What {
        /** It was admitted to a round whose calls come one at a time. */
        PLANNED,
        /** It waits for something, or for something else. */
        WAITING,
        /** It waits for nothing any more. */
        READY,
        /** It will have the outcome of {@link Call#coalescedWith}. */
        COALESCED,
        /** It has its outcome, without a thread of its own that would tell. */
        ENDED,
        /** Its round no longer waits for its thread. */
        ABANDONED,
        /** It was abandoned, and holds nothing any more. */
        RELEASED
    }

    /** What it waits for; not to be asked unless it does. */
    public Wait requireWait() {
        return Objects.requireNonNull(waitsFor, "it does not wait");
    }
}
