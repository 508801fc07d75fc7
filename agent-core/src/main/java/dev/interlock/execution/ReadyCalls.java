package dev.interlock.execution;

import dev.interlock.execution.CallTask.Phase;
import dev.interlock.share.Cap;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a round that wait for no other call of it: the higher priority first, then in call order. Guarded by the
 * dispatcher's lock.
 *
 * <p>Of calls that want the same shared caps a round lets no more queue for them than could run then, and sets the others
 * aside: what it is granted and has no permit for it would only pass on from call to call.
 */
final class ReadyCalls {

    private static final Comparator<CallTask> BY_PRIORITY = Comparator.<CallTask>comparingInt(
                    task -> task.binding().policy().priority())
            .reversed()
            .thenComparingInt(task -> task.index);

    /** Calls that want the same caps. */
    private static final class Aside {
        private final Deque<CallTask> tasks = new ArrayDeque<>();
        private int queueing;
    }

    private final PriorityQueue<CallTask> queue = new PriorityQueue<>(BY_PRIORITY);
    private final Map<List<Cap>, Aside> asideByCaps = new HashMap<>();

    void add(CallTask task) {
        queue.add(task);
    }

    @Nullable
    CallTask poll() {
        return queue.poll();
    }

    /** Apart from those that are set aside. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Sets a call aside if as many as could run queue for its caps already. */
    boolean setAside(CallTask task, int mostQueueing) {
        Aside aside = asideByCaps.get(task.binding().caps());
        if (aside == null || task.phase == Phase.RESUMING || aside.queueing < mostQueueing) {
            return false;
        }
        aside.tasks.add(task);
        return true;
    }

    /** The call queues for its caps from now on. */
    void noteQueueing(CallTask task) {
        task.queuesForCaps = true;
        asideByCaps.computeIfAbsent(task.binding().caps(), caps -> new Aside()).queueing++;
    }

    /** The call has its caps, or wants them no more. */
    void noteQueueingOver(CallTask task, int mostQueueing) {
        if (task.queuesForCaps) {
            task.queuesForCaps = false;
            Aside aside = Objects.requireNonNull(asideByCaps.get(task.binding().caps()));
            aside.queueing--;
            takeBack(aside, mostQueueing);
        }
    }

    /** The call gives its caps back: others may queue for them. */
    void noteCapsFree(CallTask task, int mostQueueing) {
        Aside aside = asideByCaps.get(task.binding().caps());
        if (aside != null) {
            takeBack(aside, mostQueueing);
        }
    }

    /** Nobody would be, if nobody queued and nobody were taken back; one that has ended meanwhile is nobody. */
    private void takeBack(Aside aside, int mostQueueing) {
        int free = mostQueueing - aside.queueing;
        while (free > 0 && !aside.tasks.isEmpty()) {
            CallTask task = aside.tasks.remove();
            if (task.wantsTurn()) {
                queue.add(task);
                free--;
            }
        }
    }
}
