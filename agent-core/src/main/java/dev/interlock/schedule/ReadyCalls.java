package dev.interlock.schedule;

import dev.interlock.event.TimeKind;
import dev.interlock.plan.StartOrder;
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
 * The calls of a round that wait for no other call of it: the higher priority first, then the greater weight, see {@link
 * StartOrder}, then in call order. Those that go on by the gate are announced in call order. Guarded as the machine is.
 *
 * <p>Of calls that want the same caps, a round lets only as many queue as could run, and sets the others aside. Without
 * a permit a granted slot would only pass from call to call.
 */
final class ReadyCalls {

    private static final Comparator<Call> BY_PRIORITY = Comparator.<Call>comparingInt(
                    call -> call.tool().policy().priority())
            .reversed();
    private static final Comparator<Call> IN_CALL_ORDER = BY_PRIORITY.thenComparingInt(call -> call.index);
    private static final Comparator<Call> BY_WEIGHT = BY_PRIORITY
            .thenComparing(Comparator.<Call>comparingLong(call -> call.weight).reversed())
            .thenComparingInt(call -> call.index);

    /** Calls that want the same caps. */
    private static final class Aside {
        private final Deque<Call> calls = new ArrayDeque<>();
        private int queueing;
    }

    private final Notes notes;
    private final PriorityQueue<Call> queue = new PriorityQueue<>(BY_WEIGHT);

    /** Those that go on by the gate. */
    private final PriorityQueue<Call> gated = new PriorityQueue<>(IN_CALL_ORDER);

    private final Map<List<Cap>, Aside> asideByCaps = new HashMap<>();

    ReadyCalls(Notes notes) {
        this.notes = notes;
    }

    void add(Call call) {
        notes.waits(call, TimeKind.PERMIT);
        (call.gated ? gated : queue).add(call);
    }

    @Nullable
    Call poll(boolean gateIsOpen) {
        Call free = queue.peek();
        Call waiting = gateIsOpen ? gated.peek() : null;
        boolean first = free != null && (waiting == null || IN_CALL_ORDER.compare(free, waiting) < 0);
        return first || waiting == null ? queue.poll() : gated.poll();
    }

    /** How many there are to choose from, apart from those that are set aside and those that go on by the gate. */
    int choice() {
        return queue.size();
    }

    /** Weighs all calls of the round. */
    void weigh(List<Call> calls, long[] weights) {
        List<Call> queued = List.copyOf(queue);
        queue.clear();
        for (int i = 0; i < weights.length; i++) {
            calls.get(i).weight = weights[i];
        }
        queue.addAll(queued);
    }

    /** Apart from those that are set aside. */
    boolean isEmpty() {
        return queue.isEmpty() && gated.isEmpty();
    }

    /** Sets a call aside if as many as could run queue for its caps already. */
    boolean setAside(Call call, int mostQueueing) {
        Aside aside = asideByCaps.get(call.caps());
        if (aside == null || call.phase == Phase.RESUMING || aside.queueing < mostQueueing) {
            return false;
        }
        aside.calls.add(call);
        notes.waits(call, TimeKind.CAP);
        return true;
    }

    /** The call queues for its caps from now on. */
    void noteQueueing(Call call) {
        call.queuesForCaps = true;
        asideByCaps.computeIfAbsent(call.caps(), caps -> new Aside()).queueing++;
    }

    /** The call has its caps, or wants them no more. */
    void noteQueueingOver(Call call, int mostQueueing) {
        if (call.queuesForCaps) {
            call.queuesForCaps = false;
            Aside aside = Objects.requireNonNull(asideByCaps.get(call.caps()));
            aside.queueing--;
            takeBack(aside, mostQueueing);
        }
    }

    /** The call gives its caps back: others may queue for them. */
    void noteCapsFree(Call call, int mostQueueing) {
        Aside aside = asideByCaps.get(call.caps());
        if (aside != null) {
            takeBack(aside, mostQueueing);
        }
    }

    /** Whatever queues: no call is set aside. */
    void takeAllBack() {
        for (Aside aside : asideByCaps.values()) {
            takeBack(aside, Integer.MAX_VALUE);
        }
    }

    /** Empty if no call queues and none was taken back. A call that has ended meanwhile does not count. */
    private void takeBack(Aside aside, int mostQueueing) {
        int free = mostQueueing - aside.queueing;
        while (free > 0 && !aside.calls.isEmpty()) {
            Call call = aside.calls.remove();
            if (call.wantsTurn()) {
                add(call);
                free--;
            }
        }
    }
}
