package dev.interlock.execution;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls ask one at a time, whatever rounds they are of. Of those that wait, the oldest round asks first, and
 * within a round the calls in call order. Thread-safe.
 *
 * <p>Invariant: at most one turn is granted and not given back. No lock is held when a turn is granted.
 */
final class QuestionQueue {

    /** A call's turn to ask. It completes when the call may ask. */
    static final class Turn extends CompletableFuture<@Nullable Void> {
        private final long round;
        private final int index;

        private Turn(long round, int index) {
            this.round = round;
            this.index = index;
        }
    }

    // Guarded by this.
    private final PriorityQueue<Turn> waiting = new PriorityQueue<>(
            Comparator.<Turn>comparingLong(turn -> turn.round).thenComparingInt(turn -> turn.index));
    private @Nullable Turn granted;

    /** A call wants to ask. The caller gives the turn back, also if it has not waited for it. */
    Turn join(long round, int index) {
        Turn turn = new Turn(round, index);
        synchronized (this) {
            if (granted != null) {
                waiting.add(turn);
                return turn;
            }
            granted = turn;
        }
        turn.complete(null);
        return turn;
    }

    /** The call has its answer, or wants none any more. */
    void leave(Turn turn) {
        Turn next;
        synchronized (this) {
            if (!turn.equals(granted)) {
                waiting.remove(turn);
                return;
            }
            next = waiting.poll();
            granted = next;
        }
        if (next != null) {
            next.complete(null);
        }
    }
}
