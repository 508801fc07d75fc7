package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.schedule.Outcomes;
import org.jspecify.annotations.Nullable;

/**
 * Keeps track of a round's owner: where its interrupts come from, and how a cancel reaches running calls.
 *
 * <p>Invariant: when a cancelled round has interrupted its own owner, that interrupt does not stay behind. An interrupt
 * from outside the round is never lost.
 */
final class OwnerThread implements RoundFacts.Course {

    private final Object cancelLock = new Object();

    // Guarded by cancelLock.
    private CancelSignal.@Nullable Target dispatcher;

    private @Nullable CallControl control;
    private @Nullable Thread interruptible;
    private boolean cancelInterrupted;

    /** Why the round was cancelled; written with cancelLock held. */
    private volatile @Nullable String cancelled;

    /** Null while no thread awaits a round whose calls come one at a time; then written under the driver's lock. */
    private volatile @Nullable Thread thread;

    // Only accessed by the owner.
    private boolean interrupted;
    private boolean tookCancelInterrupt;
    private @Nullable OwnerThread outer;

    /** The call that it runs, if it runs the calls one after another. */
    private @Nullable DrivenCall call;

    /**
     * Makes the current thread the owner.
     *
     * @param around the owner of the innermost round whose calls the thread runs itself, or null
     */
    void own(@Nullable OwnerThread around) {
        outer = around;
        thread = Thread.currentThread();
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    boolean isCurrent() {
        return Thread.currentThread().equals(thread);
    }

    // Cancellation of the round.

    @Override
    public @Nullable String cancelled() {
        return cancelled;
    }

    /** Cancels the round, on any thread. The first reason counts. */
    void cancel(String why) {
        CancelSignal.Target dispatched;
        String reason;
        synchronized (cancelLock) {
            String before = cancelled;
            reason = before == null ? why : before;
            cancelled = reason;
            Thread owner = interruptible;
            if (before == null && owner != null) {
                cancelInterrupted = true;
                owner.interrupt();
            }
            dispatched = owner == null ? dispatcher : null;
        }
        if (dispatched != null) {
            // Also after an earlier cancel: the cancelling thread may not have come this far yet.
            dispatched.cancel(reason);
        }
    }

    /**
     * Routes cancels, and what threads of calls want, to the dispatcher from now on. Returns the reason of an earlier
     * cancel, if any.
     *
     * @param driving the driver that threads of calls turn to
     */
    @Nullable
    String dispatchedBy(CancelSignal.Target planned, CallControl driving) {
        synchronized (cancelLock) {
            dispatcher = planned;
            control = driving;
            interruptible = null;
            return cancelled;
        }
    }

    @Override
    public @Nullable CallControl control() {
        synchronized (cancelLock) {
            return control;
        }
    }

    /** Records that the owner runs the calls itself, so that a cancel interrupts it. */
    void beginCalls() {
        synchronized (cancelLock) {
            interruptible = thread;
        }
    }

    /** Records that the owner has run all calls itself, so that a cancel comes too late. */
    void endCalls() {
        boolean sent;
        synchronized (cancelLock) {
            interruptible = null;
            sent = takeCancelInterrupt();
        }
        if (sent) {
            Thread.interrupted();
        }
    }

    /** Whether the interrupt that the current thread noticed came from the round's cancel and not from outside. */
    private boolean takeCancelInterrupt() {
        synchronized (cancelLock) {
            boolean result = cancelInterrupted;
            cancelInterrupted = false;
            tookCancelInterrupt |= result;
            return result;
        }
    }

    // The owner's own call.

    void setCall(@Nullable DrivenCall next) {
        call = next;
    }

    @Nullable
    DrivenCall call() {
        return call;
    }

    // Interrupts of the owner.

    /** Whether an interrupt from outside the round reached the owner, which ends the round. */
    boolean interrupted() {
        return interrupted;
    }

    /** Takes the interrupt flag, if it is set; {@link #restoreFlag} sets it again. */
    void takeFlag() {
        if (Thread.interrupted()) {
            recordInterrupt();
        }
    }

    /** Records an interrupt whose flag has been taken. */
    void recordInterrupt() {
        if (!takeCancelInterrupt()) {
            interrupted = true;
        }
    }

    /**
     * Records an interrupt, and takes the flag, after a call that ran on the owner.
     *
     * @param condemned whether the round has decided to end the call, even if its interrupt never arrives; a failure by
     *     an interrupt then does not count as one from outside
     */
    BodyRun endCall(DrivenCall call, BodyRun run, boolean condemned) {
        Outcome outcome = run.outcome();
        RunningThread known = call.threadIfDispatched();
        if (known != null && known.thread() != null) {
            // A later interrupt is not the round's, unless a rescuer takes over after this.
            known.leave();
        }
        boolean flagged = Thread.interrupted();
        if (known != null && known.isInterruptedByRound()) {
            takeCancelInterrupt();
            interrupted |= known.wasInterruptedBefore() || known.isAroundInterrupted();
            known.recordFlagTaken();
            return run;
        }
        boolean thrown =
                !condemned && outcome instanceof Outcome.Failed failed && Interrupts.isInterrupt(failed.error());
        if (flagged || thrown) {
            recordInterrupt();
            String why = cancelled;
            return run.withOutcome(
                    outcome.isSuccess() || call.insistsOn(outcome)
                            ? outcome
                            : Outcomes.interrupted(
                                    call, run.endNanos(), interrupted || why == null ? Outcomes.INTERRUPTED : why));
        }
        return run;
    }

    /**
     * Restores the interrupt flag. An interrupt sent twice, for this round and for the work around it, had only one
     * flag.
     */
    void restoreFlag(@Nullable DrivenCall caller) {
        boolean sentTwice = tookCancelInterrupt
                && ((outer != null && outer.cancelled != null) || (caller != null && caller.isInterruptedByRound()));
        if (interrupted || sentTwice) {
            Thread.currentThread().interrupt();
        }
    }
}
