package dev.interlock.schedule;

import dev.interlock.share.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done after an event, with no lock held. Immutable.
 *
 * @param start calls to be given a thread
 * @param own the call that the owner is to run itself, or null; only after {@link Schedule#next}
 * @param interrupt calls to be interrupted
 * @param unpark calls whose threads may go on
 * @param abandoned calls that were just abandoned
 * @param granted calls, of other rounds perhaps, that now hold what they share
 * @param suspicious calls, of other rounds perhaps, that wait for what a call holds that was just abandoned
 * @param tell what listeners are to be told, in order; empty without listeners
 * @param wake whether the owner must look again
 * @param allowed whether the call may do what its thread asked for
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
     * @param attempt only if this attempt runs; 0 whatever the call does
     * @param again whether also if the round has interrupted it before
     */
    public record Interrupt(Call call, int attempt, boolean again) {}

    /** Nothing is to be done. */
    public static final Actions NONE = nothingBut(false, true);

    private static final Actions WAKE = nothingBut(true, true);
    /** Nothing is to be done: what was asked for is not allowed. */
    public static final Actions REFUSED = nothingBut(false, false);

    private static final Actions REFUSED_WAKE = nothingBut(true, false);

    private static Actions nothingBut(boolean wake, boolean allowed) {
        return new Actions(
                List.of(), null, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), wake, allowed);
    }

    static Actions none(boolean wake, boolean allowed) {
        if (allowed) {
            return wake ? WAKE : NONE;
        }
        return wake ? REFUSED_WAKE : REFUSED;
    }

    /**
     * Whether there is nothing to do but, perhaps, to wake the owner.
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
