package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.util.List;

/**
 * Decides before a round's calls run on which threads they may run. It protects state of the owner that no
 * {@link ContextPropagator} can carry to other threads. The main case is a transaction: calls on other threads do not
 * take part in it, and they wait for its locks.
 *
 * {@snippet :
 * executor.roundGuard(calls -> Transactions.isActive() ? RoundGuard.Where.ON_OWNER : RoundGuard.Where.ANYWHERE);
 * }
 *
 * <p>The engine asks the guard on the round's <i>owner</i>, the thread on which the calls would run one after another:
 * the calling thread, or the one that delivers a streamed response. It asks once for each round, before the first call
 * runs, with all calls of the round. Rounds that a tool's body executes count too. The engine holds no lock meanwhile,
 * so the guard may take its time; time limits go on. The engine does not ask about a round without calls.
 *
 * <p>The engine asks all guards, and the strictest answer wins: an exception first, then {@link Where#ON_OWNER}.
 *
 * <p><b>To refuse a round</b> a guard throws. No call runs, and each fails with a message that says why. Callers of
 * {@link ToolCallExecutor#execute}, and an integration's hand-written loop, get these results. The guard's exception
 * leaves an integration's model loop, after the memory has a result for each call.
 *
 * <p><b>While a response streams</b>, calls may start on other threads before all calls are known. So the engine also
 * asks earlier: without calls, on the thread that asks the model; and with the calls so far, on the thread that reports
 * a call. Unless the guard answers {@link Where#ANYWHERE}, nothing starts early. When all calls are known, the engine
 * asks again if any call has not begun, because it is new or waits for another call or an approval. A started tool goes
 * on, no matter what the guard answers then.
 *
 * <p>A guard sees the calls as the model wrote them, also those whose arguments refer to results that do not exist yet.
 * So a check of arguments belongs in an {@linkplain ApprovalInterceptor interceptor}, which sees what the tool will
 * get.
 *
 * <p>Implementations must be thread-safe.
 */
@FunctionalInterface
public interface RoundGuard {

    /**
     * Decides where the calls of a round may run.
     *
     * @param calls the known calls in the model's order; immutable
     * @return where the calls may run. Null is an error that refuses the round
     * @throws RuntimeException to refuse the round
     */
    Where where(List<ToolCall> calls);

    /** Where the calls of a round run. The later constant is the stricter one. */
    enum Where {

        /** As without a guard: independent calls run at the same time, on threads of their own. */
        ANYWHERE,

        /**
         * On the round's owner, one after another in call order. Each call finds the owner's thread-locals, regardless
         * of its tool's effects. The owner then also waits for retries and for interceptors. A time limit interrupts
         * the owner. If a call ignores the interrupt, the round waits for it, since it cannot leave its own thread.
         */
        ON_OWNER
    }
}
