package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A batch of which rounds run parts, one after another, and which is kept as one: so it is recovered, resumed and handed over
 * as a whole, and each of its calls has one key. Only accessed by the thread that executes it, and by the round that runs now.
 */
final class KeptBatch {

    private SuspendedRound round;

    // What the journal knows, from the rounds so far.
    private boolean begun;
    private boolean known;
    private @Nullable Throwable failure;

    /**
     * Begins a batch.
     *
     * @param calls how far they have come
     * @param keys by places, of those that have one from a round before
     */
    KeptBatch(List<SuspendedCall> calls, Map<Integer, String> keys) {
        this.round = new SuspendedRound(UUID.randomUUID().toString(), 0, calls, keys);
    }

    String id() {
        return round.id();
    }

    /** How far its calls have come, but for those that run now. */
    SuspendedRound round() {
        return round;
    }

    /** A round has run some of its calls. */
    void cameTo(List<Integer> places, List<CallResult> results) {
        List<SuspendedCall> calls = new ArrayList<>(round.calls());
        for (int i = 0; i < places.size(); i++) {
            calls.set(places.get(i), new SuspendedCall.Ended(results.get(i).withKey(null)));
        }
        round = round.withCalls(calls);
    }

    // The journal.

    /** Whether a round of it has begun. */
    boolean hasBegun() {
        return begun;
    }

    /** The first round has begun; {@code kept} says whether the journal could keep that. */
    void began(boolean kept) {
        begun = true;
        known = kept;
    }

    boolean isKnown() {
        return known;
    }

    void failed(@Nullable Throwable error) {
        failure = error;
    }

    /** Why no further call of it starts; null if they do. */
    @Nullable
    Throwable failure() {
        return failure;
    }
}
