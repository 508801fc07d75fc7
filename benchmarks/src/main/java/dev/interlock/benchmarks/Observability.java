package dev.interlock.benchmarks;

import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Decides without the test kit whether wrong effects can make any difference on recorded batches, by what the calls
 * really touch.
 */
final class Observability {

    enum Answer {
        /** The wrong effects allow an order with another result, or hide a write. */
        OBSERVABLE,
        /** In all batches they still order every two calls that really conflict, so they do no harm. */
        EQUIVALENT,
        /** Two calls that really conflict are free, but both orders give the same result. */
        MASKED
    }

    private record Outcome(List<String> results, Map<String, Integer> state) {}

    private Observability() {}

    static Answer of(List<List<KeyCall>> batches, Function<KeyCall, List<Access>> declared) {
        Answer answer = Answer.EQUIVALENT;
        for (List<KeyCall> batch : batches) {
            if (writesUndeclared(batch, declared)) {
                return Answer.OBSERVABLE;
            }
            BitSet[] truth = waits(batch, KeyCall::accesses);
            BitSet[] wrong = waits(batch, declared);
            for (int later = 0; later < batch.size(); later++) {
                BitSet free = (BitSet) truth[later].clone();
                free.andNot(wrong[later]);
                for (int earlier = free.nextSetBit(0); earlier >= 0; earlier = free.nextSetBit(earlier + 1)) {
                    answer = Answer.MASKED;
                    if (differs(batch, wrong, earlier, later)) {
                        return Answer.OBSERVABLE;
                    }
                }
            }
        }
        return answer;
    }

    /** Whether a call that claims to write nothing changes the state in the serial run. */
    private static boolean writesUndeclared(List<KeyCall> batch, Function<KeyCall, List<Access>> declared) {
        KeyWorld world = new KeyWorld();
        for (KeyCall call : batch) {
            Map<String, Integer> before = world.state();
            world.run(call);
            if (declared.apply(call).stream().noneMatch(Access::isWrite)
                    && !world.state().equals(before)) {
                return true;
            }
        }
        return false;
    }

    /** Returns for each call the earlier calls that it waits for, directly or through others. */
    private static BitSet[] waits(List<KeyCall> batch, Function<KeyCall, List<Access>> declared) {
        BitSet[] waits = new BitSet[batch.size()];
        for (int later = 0; later < waits.length; later++) {
            waits[later] = new BitSet();
            for (int earlier = 0; earlier < later; earlier++) {
                if (conflict(declared.apply(batch.get(earlier)), declared.apply(batch.get(later)))) {
                    waits[later].set(earlier);
                    waits[later].or(waits[earlier]);
                }
            }
        }
        return waits;
    }

    private static boolean conflict(List<Access> some, List<Access> others) {
        return some.stream().anyMatch(one -> others.stream().anyMatch(one::conflictsWith));
    }

    /** Whether the order of two free calls makes a difference when they run next to each other. */
    private static boolean differs(List<KeyCall> batch, BitSet[] waits, int earlier, int later) {
        BitSet before = (BitSet) waits[earlier].clone();
        before.or(waits[later]);
        List<Integer> order = new ArrayList<>();
        before.stream().forEach(order::add);
        List<Integer> swapped = new ArrayList<>(order);
        order.addAll(List.of(earlier, later));
        swapped.addAll(List.of(later, earlier));
        for (int call = 0; call < batch.size(); call++) {
            if (!before.get(call) && call != earlier && call != later) {
                order.add(call);
                swapped.add(call);
            }
        }
        List<Integer> serial = order.stream().sorted().toList();
        Outcome expected = run(batch, serial);
        return !run(batch, order).equals(expected) || !run(batch, swapped).equals(expected);
    }

    private static Outcome run(List<KeyCall> batch, List<Integer> order) {
        KeyWorld world = new KeyWorld();
        String[] results = new String[batch.size()];
        order.forEach(call -> results[call] = world.run(batch.get(call)));
        return new Outcome(List.of(results), world.state());
    }
}
