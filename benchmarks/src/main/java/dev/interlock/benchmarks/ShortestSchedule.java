package dev.interlock.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * Finds the shortest time in which dependent calls can run with a number of permits, if all times are known beforehand
 * and no call is interrupted. It tries all schedules, except those that cannot become shorter than the shortest so far
 * (branch and bound). The longest chain, and the work divided by the permits, are only lower bounds: three equal calls
 * with two permits take the time of two calls, not of one and a half.
 */
final class ShortestSchedule {

    private static final int MOST_STATES = 2_000_000;
    private static final int MOST_CALLS = 24;

    private final int permits;
    private final int[] millis;

    /** For each call, the calls that it waits for, as bits. */
    private final int[] waitsFor;

    /** For each call, the time from its start to the end of the longest chain that begins with it. */
    private final int[] path;

    /** By the started calls, and how long each of them still runs: the earliest moment of that state. */
    private final Map<List<Integer>, Integer> seen = new HashMap<>();

    private int shortest;
    private int states;

    private ShortestSchedule(int permits, int[] millis, int[] waitsFor) {
        this.permits = permits;
        this.millis = millis;
        this.waitsFor = waitsFor;
        this.path = paths();
    }

    /**
     * Finds the time.
     *
     * @param calls the number of calls
     * @param permits how many calls may run at the same time
     * @param millis the time of each call
     * @param dependencies returns the earlier calls that a call waits for
     * @return the time in milliseconds; empty if there are too many calls or schedules to try
     */
    static OptionalInt millis(
            int calls, int permits, IntUnaryOperator millis, IntFunction<List<Integer>> dependencies) {
        if (calls > MOST_CALLS) {
            return OptionalInt.empty();
        }
        int[] times = new int[calls];
        int[] waitsFor = new int[calls];
        int all = 0;
        for (int call = 0; call < calls; call++) {
            times[call] = millis.applyAsInt(call);
            all += times[call];
            for (int earlier : dependencies.apply(call)) {
                waitsFor[call] |= 1 << earlier;
            }
        }
        ShortestSchedule search = new ShortestSchedule(permits, times, waitsFor);
        search.shortest = all;
        search.from(0, 0, new int[calls]);
        return search.states > MOST_STATES ? OptionalInt.empty() : OptionalInt.of(search.shortest);
    }

    private int[] paths() {
        int[] paths = millis.clone();
        for (int call = paths.length - 1; call >= 0; call--) {
            for (int earlier = 0; earlier < call; earlier++) {
                if ((waitsFor[call] & 1 << earlier) != 0) {
                    paths[earlier] = Math.max(paths[earlier], millis[earlier] + paths[call]);
                }
            }
        }
        return paths;
    }

    /**
     * Tries all schedules from a moment at which a call has ended or nothing has begun.
     *
     * @param started the started calls, as bits
     * @param ends the end of each started call
     */
    private void from(int now, int started, int[] ends) {
        if (++states > MOST_STATES || bound(now, started, ends) >= shortest) {
            return;
        }
        List<Integer> ready = new ArrayList<>();
        List<Integer> state = new ArrayList<>(List.of(started));
        int running = 0;
        for (int call = 0; call < millis.length; call++) {
            boolean begun = (started & 1 << call) != 0;
            if (begun && ends[call] > now) {
                running++;
                state.add(call);
                state.add(ends[call] - now);
            } else if (!begun && isReady(call, now, started, ends)) {
                ready.add(call);
            }
        }
        if (started == (1 << millis.length) - 1) {
            shortest = bound(now, started, ends);
            return;
        }
        if (seen.getOrDefault(state, Integer.MAX_VALUE) <= now) {
            return;
        }
        seen.put(state, now);
        ready.sort((a, b) -> path[b] - path[a]);
        start(ready, 0, permits - running, now, started, ends, running > 0);
    }

    /** Starts each choice of ready calls for which there are permits. */
    private void start(List<Integer> ready, int next, int free, int now, int started, int[] ends, boolean any) {
        if (free > 0 && next < ready.size()) {
            int call = ready.get(next);
            int[] with = ends.clone();
            with[call] = now + millis[call];
            start(ready, next + 1, free - 1, now, started | 1 << call, with, true);
            start(ready, next + 1, free, now, started, ends, any);
        } else if (any) {
            from(nextEnd(now, started, ends), started, ends);
        }
    }

    private boolean isReady(int call, int now, int started, int[] ends) {
        for (int earlier = 0; earlier < call; earlier++) {
            boolean over = (started & 1 << earlier) != 0 && ends[earlier] <= now;
            if ((waitsFor[call] & 1 << earlier) != 0 && !over) {
                return false;
            }
        }
        return true;
    }

    private int nextEnd(int now, int started, int[] ends) {
        int next = Integer.MAX_VALUE;
        for (int call = 0; call < millis.length; call++) {
            if ((started & 1 << call) != 0 && ends[call] > now) {
                next = Math.min(next, ends[call]);
            }
        }
        return next;
    }

    /** A lower bound for the end of all schedules from here; the exact end once all calls have started. */
    private int bound(int now, int started, int[] ends) {
        int bound = now;
        int work = 0;
        for (int call = 0; call < millis.length; call++) {
            if ((started & 1 << call) != 0) {
                bound = Math.max(bound, ends[call]);
                work += Math.max(0, ends[call] - now);
            } else {
                bound = Math.max(bound, now + path[call]);
                work += millis[call];
            }
        }
        return Math.max(bound, now + Math.ceilDiv(work, permits));
    }
}
