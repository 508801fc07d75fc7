package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks all guards of an executor; the strictest answer counts. Guards are foreign code, so call this with no lock held.
 */
final class RoundGuards {

    private final List<RoundGuard> guards;

    RoundGuards(List<RoundGuard> guards) {
        this.guards = List.copyOf(guards);
    }

    /**
     * The answer of all guards.
     *
     * @param where the strictest answer
     * @param refusal the first exception that a guard threw, or null
     */
    record Answer(RoundGuard.Where where, @Nullable Throwable refusal) {

        static final Answer ANYWHERE = new Answer(RoundGuard.Where.ANYWHERE, null);

        boolean isAnywhere() {
            return refusal == null && where == RoundGuard.Where.ANYWHERE;
        }
    }

    boolean isEmpty() {
        return guards.isEmpty();
    }

    /** Asks all guards on the current thread, even if one throws. */
    Answer ask(List<ToolCall> calls) {
        RoundGuard.Where strictest = RoundGuard.Where.ANYWHERE;
        Throwable refusal = null;
        for (RoundGuard guard : guards) {
            try {
                RoundGuard.Where where = guard.where(calls);
                if (where == null) {
                    throw new IllegalStateException(
                            "guard " + guard + " returned null; it must say where" + " the calls may run");
                }
                strictest = where.compareTo(strictest) > 0 ? where : strictest;
            } catch (Throwable e) {
                refusal = refusal == null ? e : refusal;
            }
        }
        return new Answer(strictest, refusal);
    }
}
