package dev.interlock.schedule;

import dev.interlock.board.StartOrder;
import dev.interlock.event.TimeKind;
import dev.interlock.share.Cap;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a round that wait for no other call of it, in the order in which they start: by priority, then by
 * weight, see {@link StartOrder}, then in call order. Calls that must pass the gate make their announcements in call
 * order. Guarded like the machine.
 *
 * <p>A round lets only as many calls queue for the same caps as could run, and sets the others aside. Without a permit,
 * a call would only pass a granted slot on to the next. Calls set aside are taken back in the same order: those taken
 * back too early are set aside again, and must not lose their place by that.
 *
 * <p>Invariant: once all turns are given, calls are set aside only while as many queue for their caps as may, no permit
 * is free, or they must pass a closed gate. So when a cap is free, the calls for it have a place in its queue, or want
 * only a permit. Whatever gives caps or permits back, {@link #takeBack} keeps that; {@link #countCapsFree} does it
 * earlier, so that listeners hear at once that a call waits for a permit now and not for its cap.
 */
final class ReadyCalls {

    private static final Comparator<Call> BY_PRIORITY = Comparator.<Call>comparingInt(
                    call -> call.tool().policy().priority())
            .reversed();
    private static final Comparator<Call> IN_CALL_ORDER = BY_PRIORITY.thenComparingInt(call -> call.index);
    private static final Comparator<Call> BY_WEIGHT = BY_PRIORITY
            .thenComparing(Comparator.<Call>comparingLong(call -> call.weight).reversed())
            .thenComparingInt(call -> call.index);

    /** Calls in the order in which they start. */
    static final class InOrder {
        private final PriorityQueue<Call> free = new PriorityQueue<>(BY_WEIGHT);

        /** The calls that must pass the gate. */
        private final PriorityQueue<Call> gated = new PriorityQueue<>(IN_CALL_ORDER);

        private void add(Call call) {
            (call.gated ? gated : free).add(call);
        }

        private @Nullable Call poll(boolean gateIsOpen) {
            Call first = free.peek();
            Call waiting = gateIsOpen ? gated.peek() : null;
            boolean isFirst = first != null && (waiting == null || IN_CALL_ORDER.compare(first, waiting) < 0);
            return isFirst || waiting == null ? free.poll() : gated.poll();
        }

        private boolean isEmpty() {
            return free.isEmpty() && gated.isEmpty();
        }

        /** Orders the calls anew, because their weights have changed. */
        private void reorder() {
            List<Call> calls = List.copyOf(free);
            free.clear();
            free.addAll(calls);
        }
    }

    /** Calls that want the same caps. */
    static final class Aside {
        private final InOrder calls = new InOrder();
        private int queueing;
    }

    private final Notes notes;
    private final InOrder queue = new InOrder();
    private final Map<List<Cap>, Aside> asideByCaps = new HashMap<>();

    ReadyCalls(Notes notes) {
        this.notes = notes;
    }

    void add(Call call) {
        notes.waits(call, TimeKind.PERMIT);
        queue.add(call);
    }

    @Nullable
    Call poll(boolean gateIsOpen) {
        return queue.poll(gateIsOpen);
    }

    /** How many calls there are to choose from, without those set aside and those that must pass the gate. */
    int choice() {
        return queue.free.size();
    }

    /** Weighs all calls of the round. */
    void weigh(List<Call> calls, long[] weights) {
        for (int i = 0; i < weights.length; i++) {
            calls.get(i).weight = weights[i];
        }
        queue.reorder();
        asideByCaps.values().forEach(aside -> aside.calls.reorder());
    }

    /** Whether there is no ready call, apart from calls set aside. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Sets a call aside if as many calls as could run already queue for its caps. */
    boolean setAside(Call call, int mostQueueing) {
        Aside aside = asideByCaps.get(call.caps());
        if (aside == null || call.phase == Phase.RESUMING || aside.queueing < mostQueueing) {
            return false;
        }
        aside.calls.add(call);
        notes.waits(call, TimeKind.CAP);
        return true;
    }

    /** Counts that the call queues for its caps. */
    void countQueueing(Call call) {
        call.queuesForCaps = true;
        asideByCaps.computeIfAbsent(call.caps(), caps -> new Aside()).queueing++;
    }

    /** Counts that the call has its caps, if it queued for them. */
    void countQueueingOver(Call call, int mostQueueing) {
        if (call.queuesForCaps) {
            countCapsFree(call, mostQueueing);
        }
    }

    /** Counts that the call gives its caps back, or no longer queues for them, so that others may queue. */
    void countCapsFree(Call call, int mostQueueing) {
        Aside aside = asideByCaps.get(call.caps());
        if (aside != null) {
            aside.queueing -= call.queuesForCaps ? 1 : 0;
            call.queuesForCaps = false;
            takeBack(aside, mostQueueing, true);
        }
    }

    /** Takes back all calls set aside, no matter how many queue. */
    void takeAllBack() {
        takeBack(Integer.MAX_VALUE, true);
    }

    /**
     * Takes back as many calls as may queue for the same caps; false if there are none. Calls that must pass the gate
     * stay aside while it is closed: they would wait in another place, and others would be taken back in their stead.
     */
    boolean takeBack(int mostQueueing, boolean gateIsOpen) {
        boolean any = false;
        for (Aside aside : asideByCaps.values()) {
            any |= takeBack(aside, mostQueueing, gateIsOpen);
        }
        return any;
    }

    /** Does that for the same caps. A call that has ended meanwhile does not count. */
    private boolean takeBack(Aside aside, int mostQueueing, boolean gateIsOpen) {
        int free = mostQueueing - aside.queueing;
        boolean any = false;
        while (free > 0) {
            Call call = aside.calls.poll(gateIsOpen);
            if (call == null) {
                break;
            }
            if (call.mayGetTurn()) {
                add(call);
                free--;
                any = true;
            }
        }
        return any;
    }
}
