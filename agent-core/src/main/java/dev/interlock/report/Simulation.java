package dev.interlock.report;

import dev.interlock.board.Scoreboard;
import dev.interlock.board.StartOrder;
import dev.interlock.event.CallTrace.CallCap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Simulates a round in virtual time, with the recorded times of its calls. As in the engine, the {@link Scoreboard}
 * decides which calls may start, and {@link StartOrder} which of them starts first. The simulation itself counts
 * permits, caps and the calling thread. Confined to one thread; use it once.
 *
 * <p>The simulation does not know which slots of the caps other rounds held. It treats the caps as the round's own.
 */
final class Simulation {

    /** An event at an instant. At the same instant, ends come first. */
    private record Event(long at, boolean begins, int call) {}

    /** The owner, treated as a cap that one call can have. */
    private static final String OWNER = "the calling thread";

    private final List<Work> calls;
    private final int maxConcurrency;
    private final Scoreboard board = new Scoreboard();
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::at).thenComparing(Event::begins).thenComparingInt(Event::call));
    private final Comparator<Integer> order;
    private final PriorityQueue<Integer> ready;

    /** How many slots of each cap, and of the owner, are in use. */
    private final Map<String, Integer> used = new HashMap<>();

    /** Calls that lack only a slot, by the cap that they lack. */
    private final Map<String, PriorityQueue<Integer>> aside = new HashMap<>();

    private final int[] part;
    private final boolean[] cleared;
    private final boolean[] asked;

    /** See {@link StartOrder}. */
    private final long[] weights;

    /** How many calls there were at the last weighing. */
    private int weighed;

    private int admitted;
    private int running;
    private long now;

    private Simulation(List<Work> calls, int maxConcurrency) {
        this.calls = calls;
        this.maxConcurrency = maxConcurrency;
        this.part = new int[calls.size()];
        this.cleared = new boolean[calls.size()];
        this.asked = new boolean[calls.size()];
        this.weights = new long[calls.size()];
        this.order = Comparator.<Integer>comparingInt(
                        call -> -calls.get(call).settings().priority())
                .thenComparingLong(call -> -weights[call])
                .thenComparingInt(call -> call);
        this.ready = new PriorityQueue<>(order);
    }

    /**
     * Returns how long a round takes.
     *
     * @param calls in call order
     * @param maxConcurrency how many calls may run at a time
     * @return the time in nanoseconds
     */
    static long run(List<Work> calls, int maxConcurrency) {
        return new Simulation(calls, maxConcurrency).run();
    }

    private long run() {
        while (admitted < calls.size() || !events.isEmpty()) {
            long arrival = admitted < calls.size() ? calls.get(admitted).arrival() : Long.MAX_VALUE;
            if (events.isEmpty() || arrival <= events.peek().at()) {
                now = Math.max(now, arrival);
                admit(admitted++);
            } else {
                boolean begins = events.element().begins();
                happen(events.remove());
                // Calls that begin together compete for the permits.
                while (begins
                        && !events.isEmpty()
                        && events.element().begins()
                        && events.element().at() == now) {
                    happen(events.remove());
                }
            }
            giveTurns();
        }
        return now;
    }

    private void admit(int call) {
        Work work = calls.get(call);
        board.admit(
                work.accesses(),
                work.uses().stream().mapToInt(Integer::intValue).toArray());
        events.add(new Event(Math.max(now, work.asked()), true, call));
    }

    private void happen(Event event) {
        now = event.at();
        int call = event.call();
        if (event.begins()) {
            asked[call] = true;
            wantTurn(call);
            return;
        }
        Work work = calls.get(call);
        boolean wasBusy = work.parts().get(part[call]).busy();
        if (wasBusy) {
            giveBack(work);
        }
        part[call]++;
        goOn(call);
    }

    /** Moves a call to its next part. If that part needs a permit, the call does not have one yet. */
    private void goOn(int call) {
        Work work = calls.get(call);
        if (part[call] == work.parts().size()) {
            board.complete(call);
        } else if (work.parts().get(part[call]).busy()) {
            ready.add(call);
        } else {
            events.add(new Event(now + work.parts().get(part[call]).nanos(), false, call));
        }
    }

    private void wantTurn(int call) {
        if (asked[call] && cleared[call]) {
            goOn(call);
        }
    }

    private void giveTurns() {
        boolean found = true;
        while (found) {
            found = false;
            for (int call = board.nextReady(); call >= 0; call = board.nextReady()) {
                cleared[call] = true;
                wantTurn(call);
                // A call that takes no time has already ended, so others may be ready.
                found = true;
            }
            weigh();
            while (running < maxConcurrency && !ready.isEmpty()) {
                giveTurn(ready.remove());
            }
        }
    }

    /** Weighs the calls if there are more than permits, and again when their number has grown, as the engine does. */
    private void weigh() {
        boolean grown = admitted - weighed > weighed >> 3;
        if (!grown || maxConcurrency == 1 || running >= maxConcurrency || ready.size() <= maxConcurrency - running) {
            return;
        }
        weighed = admitted;
        long[] expected = new long[admitted];
        int[] priorities = new int[admitted];
        for (int call = 0; call < admitted; call++) {
            Work work = calls.get(call);
            boolean over =
                    cleared[call] && asked[call] && part[call] == work.parts().size();
            expected[call] = over ? StartOrder.OVER : work.expected();
            priorities[call] = work.settings().priority();
        }
        List<PriorityQueue<Integer>> queues = new ArrayList<>(aside.values());
        queues.add(ready);
        List<List<Integer>> queued =
                queues.stream().<List<Integer>>map(ArrayList::new).toList();
        queues.forEach(PriorityQueue::clear);
        System.arraycopy(StartOrder.weights(board, expected, priorities, maxConcurrency), 0, weights, 0, admitted);
        for (int i = 0; i < queues.size(); i++) {
            queues.get(i).addAll(queued.get(i));
        }
    }

    private void giveTurn(int call) {
        Work work = calls.get(call);
        String lacks = lackedBy(work);
        if (lacks == null) {
            take(work);
            events.add(new Event(now + work.parts().get(part[call]).nanos(), false, call));
            return;
        }
        aside.computeIfAbsent(lacks, name -> new PriorityQueue<>(order)).add(call);
        // This call leaves its other slots free for now, so calls that lack only those may have them.
        for (String name : wants(work)) {
            if (!name.equals(lacks) && isFree(name, work)) {
                takeBack(name);
            }
        }
    }

    /** The first cap that the call wants and that is used up; null if it can have all. */
    private @Nullable String lackedBy(Work work) {
        for (String name : wants(work)) {
            if (!isFree(name, work)) {
                return name;
            }
        }
        return null;
    }

    private static List<String> wants(Work work) {
        List<String> wants = new ArrayList<>(2);
        work.settings().caps().forEach(cap -> wants.add(cap.name()));
        if (work.onOwner()) {
            wants.add(OWNER);
        }
        return wants;
    }

    private boolean isFree(String name, Work work) {
        int limit = work.settings().caps().stream()
                .filter(cap -> cap.name().equals(name))
                .mapToInt(CallCap::limit)
                .findFirst()
                .orElse(1);
        return used.getOrDefault(name, 0) < limit;
    }

    /** Gives one of the calls that lacked this cap another try. */
    private void takeBack(String name) {
        PriorityQueue<Integer> waiting = aside.get(name);
        if (waiting != null && !waiting.isEmpty()) {
            ready.add(waiting.remove());
        }
    }

    private void take(Work work) {
        running++;
        wants(work).forEach(name -> used.merge(name, 1, Integer::sum));
    }

    private void giveBack(Work work) {
        running--;
        for (String name : wants(work)) {
            used.merge(name, -1, Integer::sum);
            takeBack(name);
        }
    }
}
