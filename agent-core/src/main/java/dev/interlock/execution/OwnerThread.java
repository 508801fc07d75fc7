package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.schedule.Outcomes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps track of a round's owner: where its interrupts come from, and how a cancel reaches running calls.
 *
 * <p>Invariant: when a cancelled round has interrupted its own owner, that interrupt does not stay behind. An interrupt
 * from outside the round is never lost, unless other code holds it when the round interrupts; see
 * {@link InterruptFlag}.
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

    // Written by the owner before it writes its thread, and before another thread may interrupt it.
    private @Nullable InterruptFlag flag;
    private int level;

    /** Only written by the owner. */
    private volatile boolean interrupted;

    // Only accessed by the owner.
    private boolean tookCancelInterrupt;

    /** The call that it runs, if it runs the calls one after another. */
    private @Nullable DrivenCall call;

    /**
     * Makes the current thread the owner.
     *
     * @param around the level of the innermost round around this one on the thread, or null
     */
    void own(InterruptFlag.@Nullable Level around) {
        shareFlag(around);
        thread = Thread.currentThread();
    }

    /** Shares the flag of the current thread, which will be the owner, with the rounds around. */
    void shareFlag(InterruptFlag.@Nullable Level around) {
        if (flag == null) {
            level = around == null ? 0 : around.number() + 1;
            flag = around == null ? new InterruptFlag() : around.flag();
        }
    }

    /** Undoes that: the current thread gets its flag back, and will not be the owner after all. */
    void unshareFlag() {
        restoreFlag();
        interrupted = false;
        flag = null;
    }

    private InterruptFlag flag() {
        return Objects.requireNonNull(flag, "has no thread");
    }

    /** The level of the round on its owner. */
    InterruptFlag.Level level() {
        return new InterruptFlag.Level(flag(), level);
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
                send(owner);
            }
            dispatched = owner == null ? dispatcher : null;
        }
        if (dispatched != null) {
            // Also after an earlier cancel: the cancelling thread may not have come this far yet.
            dispatched.cancel(reason);
        }
    }

    private void send(Thread owner) {
        try {
            flag().send(owner, level, true);
        } catch (Throwable e) {
            RunningThread.notInterrupted("a round's owner", e);
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
            flag().take(level);
            interrupted |= flag().isFromOutside();
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

    /**
     * Whether the owner has, or had, an interrupt that will end the round; on any thread. May not see one that other
     * code has taken meanwhile.
     */
    boolean isToStop() {
        Thread owner = thread;
        return interrupted || (owner != null && owner.isInterrupted() && flag().concerns(level));
    }

    /** Takes the interrupt flag, if it is set; {@link #restoreFlag} sets it again. */
    void takeFlag() {
        if (Thread.currentThread().isInterrupted() && flag().take(level)) {
            recordTaken();
        }
    }

    /** Records an interrupt whose flag other code has taken, such as that of a wait which threw. */
    void recordInterrupt() {
        flag().taken(level);
        recordTaken();
    }

    /** Records an interrupt whose flag was taken here, or while a call of the round waited. */
    void recordTaken() {
        if (!takeCancelInterrupt() || flag().isFromOutside()) {
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
        boolean byRound = known != null && known.isInterruptedByRound();
        boolean flagged = (byRound || Thread.currentThread().isInterrupted()) && flag().take(level);
        if (byRound) {
            takeCancelInterrupt();
            interrupted |= flag().isForOthers(level);
            return run;
        }
        boolean thrown =
                !condemned && outcome instanceof Outcome.Failed failed && Interrupts.isInterrupt(failed.error());
        if (flagged || thrown) {
            if (!flagged) {
                flag().taken(level);
            }
            recordTaken();
            String why = cancelled;
            return run.withOutcome(
                    outcome.isSuccess() || call.insistsOn(outcome)
                            ? outcome
                            : Outcomes.interrupted(
                                    call, run.endNanos(), interrupted || why == null ? Outcomes.INTERRUPTED : why));
        }
        endCancelInterrupt();
        return run;
    }

    /** Ends the interrupt of the round's cancel, which a body may have taken and ignored. */
    private void endCancelInterrupt() {
        if (takeCancelInterrupt()) {
            flag().takeOwn(level);
        }
    }

    /**
     * Restores the interrupt flag. An interrupt sent twice, for this round and for the work around it, had only one
     * flag.
     */
    void restoreFlag() {
        endCancelInterrupt();
        if (interrupted || (tookCancelInterrupt && flag().isFromAround(level))) {
            flag().set();
        }
    }
}
