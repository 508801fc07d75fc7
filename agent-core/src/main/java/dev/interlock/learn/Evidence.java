package dev.interlock.learn;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * How much observations say about calls that were not observed. Another call with the same arguments says little, and so
 * does another call of the same run: both may be the same for a reason that other calls do not share. So there is one
 * point for each run with arguments of its own, and one for every two other runs. Where runs are not known, two calls
 * count as one. Calls without arguments cannot differ, so each run of them counts.
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
