package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import dev.interlock.testing.LegalOrders.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the two calls that clash.
 *
 * <p>First it finds the smallest sub-batch that still differs from its own serial run, in most cases a pair. A legal
 * order without some calls stays legal, since the remaining calls wait for no more than before. Then it goes from the
 * serial order to the differing one by swaps of neighbours that may be swapped. The first swap that makes a difference
 * is of the two that clash: they ran next to each other, from the same state, in both orders.
 */
final class Shrinker {

    private static final int MAX_PAIRS = 200;
    private static final int MEETINGS = 25;

    /**
     * Two calls that clash next to other calls.
     *
     * @param calls the other calls and the two, in call order
     * @param expected an order that gives the same as the serial one
     * @param at the place of the first of the two in that order; the other is right behind it
     */
    record Swap(List<ToolCall> calls, List<Integer> expected, int at) {

        int first() {
            return expected.get(at);
        }

        int second() {
            return expected.get(at + 1);
        }

        List<Integer> swapped() {
            List<Integer> swapped = new ArrayList<>(expected);
            Collections.swap(swapped, at, at + 1);
            return swapped;
        }
    }

    private final BatchRunner runner;

    Shrinker(BatchRunner runner) {
        this.runner = runner;
    }

    /** Returns the two calls that make an order differ from the serial one. */
    Swap swap(List<ToolCall> calls, List<Integer> order) {
        List<Integer> kept = pair(calls, order);
        if (kept == null) {
            kept = smallest(order, rest -> differs(calls, rest));
        }
        return firstSwap(subBatch(calls, kept), subOrder(kept));
    }

    /** Returns two calls of a batch that clash when they run at the same time; null if no clash shows. */
    @Nullable
    List<ToolCall> concurrentPair(List<ToolCall> calls, List<Pair> free) {
        for (Pair pair : free.subList(0, Math.min(MAX_PAIRS, free.size()))) {
            List<ToolCall> two = subBatch(calls, List.of(pair.earlier(), pair.later()));
            Run serial = runner.inOrder(two, List.of(0, 1));
            for (int i = 0; i < MEETINGS; i++) {
                if (!runner.concurrently(two, 2).isAs(serial)) {
                    return two;
                }
            }
        }
        return null;
    }

    /** Returns the smallest beginning of a batch after which {@code shows} still holds for the last call. */
    List<ToolCall> context(List<ToolCall> before, Predicate<List<ToolCall>> shows) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            all.add(i);
        }
        return subBatch(before, smallest(all, rest -> shows.test(subBatch(before, rest))));
    }

    /** Returns two calls that differ without any others; null if there are none. */
    private @Nullable List<Integer> pair(List<ToolCall> calls, List<Integer> order) {
        int tries = 0;
        for (int later = 0; later < order.size(); later++) {
            for (int earlier = later - 1; earlier >= 0; earlier--) {
                List<Integer> pair = List.of(order.get(earlier), order.get(later));
                if (pair.get(0) > pair.get(1) && tries++ < MAX_PAIRS && differs(calls, pair)) {
                    return pair;
                }
            }
        }
        return null;
    }

    /** Leaves out as many calls as possible, in ever smaller groups. */
    private static List<Integer> smallest(List<Integer> all, Predicate<List<Integer>> shows) {
        List<Integer> kept = new ArrayList<>(all);
        for (int piece = Math.max(1, kept.size() / 2); piece > 0; piece /= 2) {
            boolean smaller = true;
            while (smaller) {
                smaller = false;
                for (int from = 0; from < kept.size(); ) {
                    List<Integer> rest = new ArrayList<>(kept);
                    rest.subList(from, Math.min(kept.size(), from + piece)).clear();
                    if (shows.test(rest)) {
                        kept = rest;
                        smaller = true;
                    } else {
                        from += piece;
                    }
                }
            }
        }
        return kept;
    }

    private boolean differs(List<ToolCall> calls, List<Integer> kept) {
        if (kept.size() < 2) {
            return false;
        }
        List<ToolCall> some = subBatch(calls, kept);
        return !runner.inOrder(some, subOrder(kept)).isAs(runner.inOrder(some, serial(some)));
    }

    private Swap firstSwap(List<ToolCall> calls, List<Integer> order) {
        List<List<Integer>> way = way(order);
        Run serial = runner.inOrder(calls, way.get(0));
        int same = 0;
        int different = way.size() - 1;
        while (different - same > 1) {
            int middle = (same + different) >>> 1;
            if (runner.inOrder(calls, way.get(middle)).isAs(serial)) {
                same = middle;
            } else {
                different = middle;
            }
        }
        List<Integer> before = way.get(same);
        int at = 0;
        while (before.get(at).equals(way.get(different).get(at))) {
            at++;
        }
        return new Swap(calls, before, at);
    }

    /**
     * Returns the way from the serial order to another one, by swaps of neighbours that the other order has swapped.
     */
    private static List<List<Integer>> way(List<Integer> order) {
        List<Integer> current = new ArrayList<>(order);
        Collections.sort(current);
        List<List<Integer>> way = new ArrayList<>();
        way.add(List.copyOf(current));
        for (int place = 0; place < order.size(); place++) {
            for (int at = current.indexOf(order.get(place)); at > place; at--) {
                Collections.swap(current, at - 1, at);
                way.add(List.copyOf(current));
            }
        }
        return way;
    }

    /** Returns the calls at these places, in call order. */
    private static List<ToolCall> subBatch(List<ToolCall> calls, List<Integer> kept) {
        return kept.stream().sorted().map(calls::get).toList();
    }

    /** Returns the order of {@code kept} by the places in the sub-batch. */
    private static List<Integer> subOrder(List<Integer> kept) {
        List<Integer> sorted = kept.stream().sorted().toList();
        return kept.stream().map(sorted::indexOf).toList();
    }

    private static List<Integer> serial(List<ToolCall> calls) {
        List<Integer> serial = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            serial.add(i);
        }
        return serial;
    }
}
