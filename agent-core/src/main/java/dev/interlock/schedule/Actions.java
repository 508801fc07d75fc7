package dev.interlock.schedule;

import dev.interlock.share.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the driver must do after an event, with no lock held. Immutable.
 *
 * @param start calls that need a thread
 * @param own the call that the owner must run itself, or null; set only by {@link Schedule#next}
 * @param interrupt calls to interrupt
 * @param unpark calls whose threads may go on
 * @param abandoned calls that were just abandoned
 * @param granted calls, perhaps of other rounds, that now hold all that they share
 * @param suspicious calls, perhaps of other rounds, that wait for a resource of a call that was just abandoned
 * @param tell the notes for listeners, in order; empty without listeners
 * @param wake whether the owner must look again
 * @param allowed whether the thread of the event may do what it came for
 */
public record Actions(
        List<Call> start,
        @Nullable Call own,
        List<Interrupt> interrupt,
        List<Call> unpark,
        List<Call> abandoned,
        List<Claim> granted,
        List<Claim> suspicious,
        List<Note> tell,
        boolean wake,
        boolean allowed) {

    /**
     * A call to interrupt.
     *
     * @param call the call
     * @param attempt interrupts the call only while it runs this attempt; 0 interrupts it in any case
     * @param again whether to interrupt it even if the round has interrupted it before
     */
    public record Interrupt(Call call, int attempt, boolean again) {

        /** Interrupts a call, whatever attempt it runs. */
        public static Interrupt of(Call call) {
            return new Interrupt(call, 0, true);
        }

        /** Interrupts a call while it runs one of its attempts, by its number from 1. */
        public static Interrupt ofAttempt(Call call, int attempt) {
            return new Interrupt(call, attempt, true);
        }

        /** Interrupts a call that the round has not interrupted yet. */
        public static Interrupt unlessInterrupted(Call call) {
            return new Interrupt(call, 0, false);
        }
    }

    /** There is nothing to do. */
    public static final Actions NONE = nothingBut(false, true);

    private static final Actions WAKE = nothingBut(true, true);

    /** There is nothing to do: the thread may not do what it came for. */
    public static final Actions NOT_ALLOWED = nothingBut(false, false);

    private static final Actions NOT_ALLOWED_WAKE = nothingBut(true, false);

    private static Actions nothingBut(boolean wake, boolean allowed) {
        return new Actions(
                List.of(), null, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), wake, allowed);
    }

    static Actions none(boolean wake, boolean allowed) {
        if (allowed) {
            return wake ? WAKE : NONE;
        }
        return wake ? NOT_ALLOWED_WAKE : NOT_ALLOWED;
    }

    /**
     * Tells whether there is nothing to do, except perhaps to wake the owner.
     *
     * @return true if all lists are empty, and the owner gets no call
     */
    public boolean isEmpty() {
        return start.isEmpty()
                && own == null
                && interrupt.isEmpty()
                && unpark.isEmpty()
                && abandoned.isEmpty()
                && granted.isEmpty()
                && suspicious.isEmpty()
                && tell.isEmpty();
    }
}
