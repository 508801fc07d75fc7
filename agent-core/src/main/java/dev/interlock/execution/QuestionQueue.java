package dev.interlock.execution;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls ask one at a time, whatever rounds they are of. Of those that wait, the oldest round asks first, and
 * within a round the calls in call order. Thread-safe.
 *
 * <p>Invariant: at most one call may ask. No lock is held when the queue lets a call ask.
 */
final class QuestionQueue {

    /** A call that wants to ask. This completes when the call may. */
    static final class Asker extends CompletableFuture<@Nullable Void> {
        private final long round;
        private final int index;

        private Asker(long round, int index) {
            this.round = round;
            this.index = index;
        }
    }

    // Guarded by this.
    private final PriorityQueue<Asker> waiting = new PriorityQueue<>(
            Comparator.<Asker>comparingLong(asker -> asker.round).thenComparingInt(asker -> asker.index));
    private @Nullable Asker asking;

    /** A call wants to ask. The caller lets it {@link #leave}, also if it has not waited. */
    Asker join(long round, int index) {
        Asker asker = new Asker(round, index);
        synchronized (this) {
            if (asking != null) {
                waiting.add(asker);
                return asker;
            }
            asking = asker;
        }
        asker.complete(null);
        return asker;
    }

    /** The call has its answer, or wants none any more. */
    void leave(Asker asker) {
        Asker next;
        synchronized (this) {
            if (!asker.equals(asking)) {
                waiting.remove(asker);
                return;
            }
            next = waiting.poll();
            asking = next;
        }
        if (next != null) {
            next.complete(null);
        }
    }
}
