package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The guards of an executor, as one: each is asked, and the strictest answer counts. Foreign code, so no lock may be held. */
final class RoundGuards {

    private final List<RoundGuard> guards;

    RoundGuards(List<RoundGuard> guards) {
        this.guards = List.copyOf(guards);
    }

    /**
     * What the guards say.
     *
     * @param where the strictest that was said
     * @param refusal what the first guard threw that did, or null
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

    /** Asks all of them, on the current thread; whatever one throws, the others are asked. */
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
