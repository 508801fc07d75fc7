package dev.interlock.report;

import dev.interlock.event.CallTrace.CallCap;
import dev.interlock.plan.Scoreboard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Runs the calls of a round again, without running them: in virtual time, with the times that were recorded. Which call may
 * start is the {@link Scoreboard}'s to say; permits, caps and the calling thread are counted here. Of one thread, used once.
 *
 * <p>What calls of other rounds took of the caps is not known here: to a round its caps are its own.
 */
final class Simulation {

    /** What happens at an instant; of several at the same one, ends come first. */
    private record Event(long at, boolean begins, int call) {}

    private final List<Work> calls;
    private final int maxConcurrency;
    private final Scoreboard board = new Scoreboard();
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::at).thenComparing(Event::begins).thenComparingInt(Event::call));
    private final PriorityQueue<Integer> ready;
    private final Map<String, Integer> used = new HashMap<>();
    private final int[] part;
    private final boolean[] cleared;
    private final boolean[] asked;
    private int running;
    private boolean ownerIsBusy;
    private long now;

    private Simulation(List<Work> calls, int maxConcurrency) {
        this.calls = calls;
        this.maxConcurrency = maxConcurrency;
        this.part = new int[calls.size()];
        this.cleared = new boolean[calls.size()];
        this.asked = new boolean[calls.size()];
        this.ready = new PriorityQueue<>(Comparator.<Integer>comparingInt(
                        call -> -calls.get(call).settings().priority())
                .thenComparingInt(call -> call));
    }

    /**
     * How long a round takes.
     *
     * @param calls in call order
     * @param maxConcurrency how many may run at a time
     * @return nanoseconds
     */
    static long run(List<Work> calls, int maxConcurrency) {
        return new Simulation(calls, maxConcurrency).run();
    }

    private long run() {
        int admitted = 0;
        while (admitted < calls.size() || !events.isEmpty()) {
            long arrival = admitted < calls.size() ? calls.get(admitted).arrival() : Long.MAX_VALUE;
            if (events.isEmpty() || arrival <= events.peek().at()) {
                now = Math.max(now, arrival);
                admit(admitted++);
            } else {
                happen(events.remove());
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

    /** To its next part, which has no permit yet if it needs one. */
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
        List<Integer> aside = new ArrayList<>();
        boolean found = true;
        while (found) {
            found = false;
            for (int call = board.nextReady(); call >= 0; call = board.nextReady()) {
                cleared[call] = true;
                wantTurn(call);
                // One that takes no time has ended: others may be ready.
                found = true;
            }
            while (running < maxConcurrency && !ready.isEmpty()) {
                int call = ready.remove();
                Work work = calls.get(call);
                if (isHeldUp(work)) {
                    aside.add(call);
                    continue;
                }
                take(work);
                events.add(new Event(now + work.parts().get(part[call]).nanos(), false, call));
            }
        }
        ready.addAll(aside);
    }

    private boolean isHeldUp(Work work) {
        return (work.onOwner() && ownerIsBusy)
                || work.settings().caps().stream().anyMatch(cap -> used.getOrDefault(cap.name(), 0) >= cap.limit());
    }

    private void take(Work work) {
        running++;
        ownerIsBusy |= work.onOwner();
        for (CallCap cap : work.settings().caps()) {
            used.merge(cap.name(), 1, Integer::sum);
        }
    }

    private void giveBack(Work work) {
        running--;
        ownerIsBusy &= !work.onOwner();
        for (CallCap cap : work.settings().caps()) {
            used.merge(cap.name(), -1, Integer::sum);
        }
    }
}
