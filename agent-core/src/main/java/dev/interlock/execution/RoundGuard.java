package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.util.List;

/**
 * Says, before the calls of a round run, on which threads they may. For what belongs to the thread that called in and that no
 * {@link ContextPropagator} can carry to another: a transaction above all, which calls on other threads do not take part in,
 * and whose locks they wait for.
 *
 * {@snippet :
 * executor.roundGuard(calls -> Transactions.isActive() ? RoundGuard.Where.ON_OWNER : RoundGuard.Where.ANYWHERE);
 * }
 *
 * <p>The guard is asked on the round's <i>owner</i>, the thread on which its calls would run if they were run one after
 * another: the one that called in, or that delivers a streamed response. It is asked once a round, before the first call runs,
 * with all calls of the round, and for each round anew, so also for those that a tool's body executes. It holds no lock, so it
 * may take its time; limits of time go on meanwhile. A round without calls is not asked about.
 *
 * <p>Of several guards all are asked, and the strictest wins: one that throws, then one that says {@link Where#ON_OWNER}.
 *
 * <p><b>To refuse a round</b> a guard throws. No call runs; each has a failed outcome that says why. Who gets results
 * ({@link ToolCallExecutor#execute}, the hand-written loop of an integration) gets those; a model loop of an integration is
 * left by what the guard threw, once the memory has a result for each call.
 *
 * <p><b>While a response is streamed</b> its calls may start before all of them are known, on other threads. So the guard is
 * asked earlier too: with no calls, on the thread that asks the model; and with the calls so far, on the thread that reports a
 * call. If it says anything but {@link Where#ANYWHERE}, or throws, nothing starts early; what becomes of the round is decided
 * when all of its calls are known. Then the guard is asked if any has not begun: those that are left, and those that wait, for
 * another call or an approval. A tool that has been started goes on, whatever it says.
 *
 * <p>Implementations must be thread-safe.
 */
@FunctionalInterface
public interface RoundGuard {

    /**
     * Asks where the calls of a round may run.
     *
     * @param calls those that are known, in the model's order; immutable
     * @return where they may; null refuses the round
     * @throws RuntimeException to refuse the round
     */
    Where where(List<ToolCall> calls);

    /** Where the calls of a round run. The later one is the stricter. */
    enum Where {

        /** As ever: independent calls at the same time, on threads of their own. */
        ANYWHERE,

        /**
         * On the round's owner, one after another, in call order: each finds the thread-locals of that thread, whatever is
         * known about its tool. The owner then also waits out retries and what interceptors wait for. A limit of time
         * interrupts it; a call that ignores that is waited for, since nobody can leave the thread that it runs on.
         */
        ON_OWNER
    }
}
