package dev.interlock.learn;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * How much observations say about calls not observed yet. Another call with equal arguments says little, and so does
 * another call of the same run: both may touch the same thing for a reason that other calls do not share. So each run
 * with arguments of its own gives one point, and every two other runs give one. If runs are unknown, two calls count as
 * one. Calls without arguments cannot differ, so each of their runs counts.
 */
final class Evidence {

    private static final double HALF = 0.5;

    private Evidence() {}

    static double of(Collection<Observation> observations) {
        Set<String> runs = new HashSet<>();
        Set<Object> arguments = new HashSet<>();
        double without = 0;
        boolean none = true;
        for (Observation each : observations) {
            runs.addAll(each.runs());
            arguments.add(each.call().arguments());
            without += each.callsWithoutRun() * HALF;
            none &= each.call().arguments().isEmpty();
        }
        double all = runs.size() + without;
        double distinct = none ? all : Math.min(all, arguments.size());
        return distinct + (all - distinct) * HALF;
    }
}
