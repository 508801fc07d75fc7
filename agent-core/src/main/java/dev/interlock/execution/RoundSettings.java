package dev.interlock.execution;

import dev.interlock.durable.ResumeRegister;
import dev.interlock.durable.journal.RoundHandover;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.event.RoundListener;
import dev.interlock.schedule.Limits;
import dev.interlock.schedule.RunsOn;
import dev.interlock.share.SharedLimits;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The settings of all rounds of an executor.
 *
 * @param limits of time and of concurrency
 * @param batch limits of sizes
 * @param coalescing whether equal reads of a round run once
 * @param chaining whether arguments may refer to results of earlier calls
 * @param threadFactory makes the threads of calls, null for virtual ones
 * @param propagators the propagators, which carry context to the threads of calls
 * @param interceptors the interceptors, which surround calls
 * @param beforeTurn how many interceptors, from the first on, do not need a call's turn
 * @param guards the guards, which decide before each round where its calls may run
 * @param listeners the listeners
 * @param bodyListeners the listeners that surround bodies; null if there are none
 * @param loggingContext whether the log's context names the call whose body runs
 * @param watch the watch of what calls touch; null if neither a listener nor the audit needs it
 * @param journal the journal, or null
 * @param handover the handover of journalled rounds, or null
 * @param resumeRegister the register of resumes, or null
 * @param time the clock
 * @param shared what the rounds of the executor share
 * @param replicas what the executor shares with other replicas, or null
 * @param abandoned the abandoned calls of the executor
 * @param closing cancels all rounds of the executor
 */
record RoundSettings(
        Limits limits,
        BatchLimits batch,
        boolean coalescing,
        boolean chaining,
        @Nullable ThreadFactory threadFactory,
        List<ContextPropagator> propagators,
        List<CallInterceptor> interceptors,
        int beforeTurn,
        RoundGuards guards,
        List<RoundListener> listeners,
        @Nullable BodyListeners bodyListeners,
        boolean loggingContext,
        @Nullable FootprintWatch watch,
        @Nullable RoundJournal journal,
        @Nullable RoundHandover handover,
        @Nullable ResumeRegister resumeRegister,
        TimeSource time,
        SharedLimits shared,
        @Nullable Replicas replicas,
        AbandonedCalls abandoned,
        CancelSignal closing) {

    /** Whether the owner may run the calls of a round alone, as far as the executor's own settings go. */
    boolean letOwnerRunAlone() {
        return !limits.limitTimeOfAll()
                && interceptors.isEmpty()
                && replicas == null
                && !coalescing
                && !shared.concernsAll();
    }

    /** Whether a call's thread does more than run its body once. */
    boolean isManaged(DrivenCall call) {
        return !interceptors.isEmpty()
                || replicas != null
                || call.references() != null
                || call.tool().policy().retry() != null;
    }

    /**
     * Where a call runs. A barrier runs on the owner, unless the owner must stay free to interrupt or repeat it. That
     * is constant for a tool in its executor.
     */
    RunsOn runsOn(DrivenCall call) {
        RunsOn plain = call.binding().runsOn();
        boolean needsOwnThread = plain == RunsOn.OWNER
                && (!interceptors.isEmpty()
                        || replicas != null
                        || call.tool().policy().retry() != null
                        || limits.limitTimeOf(call.tool()));
        return needsOwnThread ? RunsOn.OWN_THREAD : plain;
    }

    /** Counts the interceptors before the first one that needs a call's turn. Asks each once. */
    static int beforeTurn(List<CallInterceptor> interceptors) {
        int count = 0;
        while (count < interceptors.size() && !interceptors.get(count).needsTurn()) {
            count++;
        }
        return count;
    }
}
