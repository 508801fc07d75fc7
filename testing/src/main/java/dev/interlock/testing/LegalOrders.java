package dev.interlock.testing;

import dev.interlock.plan.CallPlan;
import dev.interlock.plan.Dependency;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The orders in which the calls of a batch may run one after another: each call comes after all calls that its plan
 * makes it wait for. Calls are numbered from 0 in the model's order. Immutable.
 *
 * <p>Two calls are <em>free</em> if neither waits for the other, directly or through others. Wrong effects show in two
 * free calls that clash, and swapping those two reveals it. So the number of orders does not count; what counts is that
 * the search swaps each free pair.
 */
final class LegalOrders {

    /**
     * Two calls that do not wait for each other.
     *
     * @param earlier the call that the model wrote first
     * @param later the other call
     */
    record Pair(int earlier, int later) {}

    private final BitSet[] waitsFor;

    private LegalOrders(BitSet[] waitsFor) {
        this.waitsFor = waitsFor;
    }

    static LegalOrders of(CallPlan plan) {
        BitSet[] waitsFor = new BitSet[plan.calls().size()];
        for (int call = 0; call < waitsFor.length; call++) {
            waitsFor[call] = new BitSet();
            for (Dependency dependency : plan.dependencies(call)) {
                waitsFor[call].set(dependency.earlier());
                waitsFor[call].or(waitsFor[dependency.earlier()]);
            }
        }
        return new LegalOrders(waitsFor);
    }

    List<Pair> freePairs() {
        List<Pair> pairs = new ArrayList<>();
        for (int later = 1; later < waitsFor.length; later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                if (!waitsFor[later].get(earlier)) {
                    pairs.add(new Pair(earlier, later));
                }
            }
        }
        return pairs;
    }

    /** The number of calls that wait for no other. */
    int sources() {
        int sources = 0;
        for (BitSet each : waitsFor) {
            sources += each.isEmpty() ? 1 : 0;
        }
        return sources;
    }

    /** The model's own order. */
    List<Integer> serial() {
        List<Integer> order = new ArrayList<>();
        for (int call = 0; call < waitsFor.length; call++) {
            order.add(call);
        }
        return order;
    }

    /**
     * Returns a legal order that swaps as many of these pairs as go together, the first one for certain, and maybe
     * others too.
     *
     * @param pairs free pairs
     */
    List<Integer> inverting(Collection<Pair> pairs) {
        BitSet[] waits = new BitSet[waitsFor.length];
        for (int call = 0; call < waits.length; call++) {
            waits[call] = (BitSet) waitsFor[call].clone();
        }
        for (Pair pair : pairs) {
            if (!waits[pair.later()].get(pair.earlier())) {
                addWait(waits, pair.earlier(), pair.later());
            }
        }
        return order(waits, null);
    }

    /** Makes a call, and all calls that wait for it, wait for another call and all that this one waits for. */
    private static void addWait(BitSet[] waits, int call, int other) {
        for (int each = 0; each < waits.length; each++) {
            if (each == call || waits[each].get(call)) {
                waits[each].set(other);
                waits[each].or(waits[other]);
            }
        }
    }

    List<Integer> random(SplittableRandom random) {
        return order(waitsFor, random);
    }

    /** Takes one ready call at a time: a random one, or the one that the model wrote last. */
    private static List<Integer> order(BitSet[] waits, @Nullable SplittableRandom random) {
        List<Integer> order = new ArrayList<>(waits.length);
        BitSet done = new BitSet();
        while (order.size() < waits.length) {
            List<Integer> ready = ready(waits, done);
            int next = ready.get(random == null ? ready.size() - 1 : random.nextInt(ready.size()));
            done.set(next);
            order.add(next);
        }
        return order;
    }

    private static List<Integer> ready(BitSet[] waits, BitSet done) {
        List<Integer> ready = new ArrayList<>();
        for (int call = 0; call < waits.length; call++) {
            if (!done.get(call)) {
                BitSet missing = (BitSet) waits[call].clone();
                missing.andNot(done);
                if (missing.isEmpty()) {
                    ready.add(call);
                }
            }
        }
        return ready;
    }

    /**
     * Returns all legal orders.
     *
     * @param limit the most orders to return
     * @return the orders; null if there are more
     */
    @Nullable
    List<List<Integer>> all(int limit) {
        List<List<Integer>> all = new ArrayList<>();
        return collect(new ArrayList<>(), new BitSet(), all, limit) ? all : null;
    }

    private boolean collect(List<Integer> begun, BitSet done, List<List<Integer>> all, int limit) {
        if (begun.size() == waitsFor.length) {
            all.add(List.copyOf(begun));
            return all.size() <= limit;
        }
        for (int call : ready(waitsFor, done)) {
            done.set(call);
            begun.add(call);
            boolean within = collect(begun, done, all, limit);
            begun.removeLast();
            done.clear(call);
            if (!within) {
                return false;
            }
        }
        return true;
    }
}
