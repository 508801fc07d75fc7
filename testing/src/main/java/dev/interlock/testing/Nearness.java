package dev.interlock.testing;

import dev.interlock.effect.Access;
import dev.interlock.plan.PlannedCall;
import java.util.List;

/**
 * Judges how likely two calls clash although their effects say that they do not. A clash is likely if both say that
 * they touch things of one kind, or if they have an argument in common. It is unlikely if both say that they write
 * nothing: the state alone reveals a hidden write, if the check sees one.
 */
final class Nearness {

    private static final int ANY = 10;
    private static final int COMMON_ARGUMENT = 20;
    private static final int SAME_ROOT = 40;
    private static final int BOTH_READ = 1;

    private Nearness() {}

    /**
     * Returns a weight; the greater, the likelier.
     *
     * @param common whether the two have an argument in common
     * @param seesState whether the check sees an undeclared write anyway
     */
    static int of(PlannedCall one, PlannedCall other, boolean common, boolean seesState) {
        if (seesState && !one.writes() && !other.writes()) {
            return BOTH_READ;
        }
        return ANY + (common ? COMMON_ARGUMENT : 0) + (haveOneRoot(one.accesses(), other.accesses()) ? SAME_ROOT : 0);
    }

    private static boolean haveOneRoot(List<Access> some, List<Access> others) {
        return some.stream()
                .anyMatch(one -> others.stream()
                        .anyMatch(other -> one.resource().depth() > 0
                                && other.resource().depth() > 0
                                && one.resource()
                                        .segment(0)
                                        .equals(other.resource().segment(0))));
    }

    /** Whether neither call waits for the other, judged by their effects. */
    static boolean areFree(PlannedCall one, PlannedCall other) {
        return one.barrierReason() == null
                && other.barrierReason() == null
                && one.accesses().stream()
                        .noneMatch(access -> other.accesses().stream().anyMatch(access::conflictsWith));
    }
}
