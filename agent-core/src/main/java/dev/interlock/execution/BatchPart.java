package dev.interlock.execution;

import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import java.util.List;

/**
 * Which calls of a batch a round runs that does not run all of them.
 *
 * <p>Invariant: what is kept of the round, by a journal, a handover or a suspension, is the batch, under the name of
 * the batch and with the places that its calls have there.
 *
 * @param batch the batch
 * @param places those of the calls of the round, in their order
 * @param isLast whether no other round of the batch comes after it
 */
record BatchPart(KeptBatch batch, List<Integer> places, boolean isLast) {

    int placeInBatch(int index) {
        return places.get(index);
    }

    /** The batch as it is suspended, with how far the calls of the round have come. */
    SuspendedRound with(int suspension, List<SuspendedCall> states) {
        List<SuspendedCall> whole = batch.calls();
        for (int i = 0; i < places.size(); i++) {
            SuspendedCall call = states.get(i);
            if (call instanceof SuspendedCall.Waiting waiting) {
                call = waiting.moved(this::placeInBatch);
            }
            whole.set(placeInBatch(i), call);
        }
        return new SuspendedRound(batch.id(), suspension, whole, batch.keys());
    }
}
