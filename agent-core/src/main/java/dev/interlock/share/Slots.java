package dev.interlock.share;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The slots of one cap, and who queues for one. Guarded by the shared limits' monitor. */
final class Slots {

    private final int limit;
    private final TreeSet<Claim> queue = new TreeSet<>(Claim.FIRST_COME);
    private int used;

    Slots(int limit) {
        this.limit = limit;
    }

    /** Whether a claim gets a slot now: one is free, and no queued claim came before. */
    boolean take(Claim claim) {
        if (used == limit || (!queue.isEmpty() && Claim.FIRST_COME.compare(queue.first(), claim) < 0)) {
            return false;
        }
        used++;
        return true;
    }

    boolean isFull() {
        return used == limit;
    }

    void enqueue(Claim claim) {
        queue.add(claim);
    }

    void leaveQueue(Claim claim) {
        queue.remove(claim);
    }

    void giveBack() {
        used--;
    }

    /** Gives a free slot to the claim that came first; null if no slot is free or no claim queues. */
    @Nullable
    Claim grant() {
        if (used == limit) {
            return null;
        }
        Claim next = queue.pollFirst();
        if (next != null) {
            used++;
        }
        return next;
    }
}
