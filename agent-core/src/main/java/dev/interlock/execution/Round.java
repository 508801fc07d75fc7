package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.durable.SuspendedRound;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One batch being executed, for integrations that bring their own {@link RoundCall}s; users of
 * {@link ToolCallExecutor#execute} do not meet it.
 *
 * <p>The thread that calls {@link #execute()} is the owner. Which calls run on it follows from their tools, see
 * {@link ContextPropagator}. Where all may, and sequential execution is known to be as fast, it runs them itself, one after
 * another, without any plan: where each call is to wait for the one before anyway, and where all tools have been brief of
 * late.
 */
public final class Round {

    private final RoundFrame frame;

    /** Only accessed by the owner. */
    private boolean executed;

    /** Why no call was run; only accessed by the owner. */
    private @Nullable Throwable refused;

    Round(RoundFrame frame) {
        this.frame = frame;
    }

    RoundFrame frame() {
        return frame;
    }

    /**
     * Executes the batch on the current thread and threads of its own. When it returns every call has its outcome, and
     * every thread it started has ended, those of abandoned calls excepted.
     *
     * <p>If the current thread is interrupted, or was before, no further call starts, those that run are interrupted, the
     * rest get a cancelled outcome, and the interrupt flag is set on return.
     *
     * @throws IllegalStateException if it was executed before
     */
    public void execute() {
        if (executed) {
            throw new IllegalStateException("round " + frame.number() + " was executed before");
        }
        executed = true;
        frame.owner().own(Within.current().owner());
        frame.begin();
        frame.whileLent(this::run);
        frame.restoreFlag();
    }

    private void run() {
        Throwable refusal = frame.isGuarded()
                ? frame.askGuards(Arrays.asList(frame.calls())).refusal()
                : null;
        if (refusal == null && frame.isResumed() && frame.isConfined()) {
            refusal = SuspendedRounds.whyNotConfined(frame);
        }
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        if (frame.isResumed()) {
            frame.findReferences();
            new Dispatcher(frame).planAndRun();
            return;
        }
        boolean alone = !frame.findReferences() && OwnerRun.isPossible(frame);
        if (alone && (frame.isConfined() || OwnerRun.isSerial(frame))) {
            new OwnerRun(frame, false).run();
        } else if (alone && OwnerRun.isAsFast(frame)) {
            new OwnerRun(frame, true).run();
        } else {
            new Dispatcher(frame).planAndRun();
        }
    }

    /** No call runs; each says why, and what the guard threw leaves the round. */
    private void refuse(Throwable refusal) {
        for (DrivenCall call : frame.calls()) {
            call.refuseWithRound(refusal);
        }
        frame.failure(refusal);
        refused = refusal;
        new OwnerRun(frame, false).run();
    }

    /**
     * Whether the thread that executed the round was interrupted.
     *
     * @return true if that ended the round
     */
    public boolean interrupted() {
        return frame.owner().interrupted();
    }

    /**
     * What must leave the round, see {@link RoundFailure}; of several the one of the earliest call.
     *
     * @return the cause, or null if there is none
     */
    public @Nullable Throwable failure() {
        return frame.failure();
    }

    /** What the guard threw that has refused the round; or why it could not be resumed here. Null if it was run. */
    @Nullable
    Throwable refused() {
        return refused;
    }

    /**
     * The round as data, if it was suspended: some calls are pending, and those that wait for them have no outcome either. To
     * be asked after {@link #execute()}, before any outcome.
     *
     * @return null if every call has its outcome
     */
    public @Nullable SuspendedRound suspended() {
        return SuspendedRounds.of(frame);
    }

    /**
     * The results with calls and times.
     *
     * @return one result a call, in call order
     */
    public List<CallResult> results() {
        return frame.reporter().results(frame.calls());
    }

    /**
     * Why the round was cancelled, by {@link #cancel}, a {@link Cancellation}, or closing the executor.
     *
     * @return the reason, or null if it was not
     */
    public @Nullable String cancelled() {
        return frame.owner().cancelled();
    }

    /**
     * Cancels the round, on any thread: no further call starts, running ones are interrupted. Does not wait. The
     * first reason counts.
     *
     * @param why in words, for the messages of the calls
     */
    public void cancel(String why) {
        frame.cancel(why);
    }
}
