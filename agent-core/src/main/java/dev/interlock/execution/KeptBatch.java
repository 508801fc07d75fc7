package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.durable.SuspendedCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A batch of which rounds run parts, one after another, and which is kept as one: so it is recovered, resumed and
 * handed over as a whole, and each of its calls has one key. Only accessed by the thread that executes it, and by the
 * round that runs now.
 */
final class KeptBatch {

    private final String id = UUID.randomUUID().toString();
    private final List<SuspendedCall> begun;
    private final Map<Integer, String> keys;

    /** By places, what rounds have come to so far; null where they have not. */
    private final @Nullable CallResult[] results;

    // What the journal knows, from the rounds so far.
    private boolean hasBegun;
    private boolean known;
    private boolean ended;
    private @Nullable Throwable failure;

    /**
     * Begins a batch.
     *
     * @param calls how far they have come
     * @param keys by places, of those that have one from a round before
     */
    KeptBatch(List<SuspendedCall> calls, Map<Integer, String> keys) {
        this.begun = List.copyOf(calls);
        this.keys = Map.copyOf(keys);
        this.results = new @Nullable CallResult[calls.size()];
    }

    String id() {
        return id;
    }

    /** By places, of those that have one from a round before. */
    Map<Integer, String> keys() {
        return keys;
    }

    /** How far its calls have come, but for those that run now. Made anew: for those who keep it. */
    List<SuspendedCall> calls() {
        List<SuspendedCall> calls = new ArrayList<>(begun);
        for (int place = 0; place < results.length; place++) {
            CallResult result = results[place];
            if (result != null) {
                calls.set(place, new SuspendedCall.Ended(result.withKey(null)));
            }
        }
        return calls;
    }

    /** A round has run some of its calls. */
    void cameTo(List<Integer> places, List<CallResult> came) {
        for (int i = 0; i < places.size(); i++) {
            results[places.get(i)] = came.get(i);
        }
    }

    // The journal.

    /** Whether a round of it has begun. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** The first round has begun; {@code kept} says whether the journal could keep that. */
    void began(boolean kept) {
        hasBegun = true;
        known = kept;
    }

    /** Whether the journal has its beginning, and no round has written its end or left that to a later life. */
    boolean isOpen() {
        return known && !ended;
    }

    /** No further round of it comes. */
    void ended() {
        ended = true;
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
