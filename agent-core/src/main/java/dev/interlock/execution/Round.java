package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.durable.SuspendedRound;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a batch, for integrations with their own {@link RoundCall}s. Users of
 * {@link ToolCallExecutor#execute} do not meet it.
 *
 * <p>The thread that calls {@link #execute()} is the owner. The tools decide which calls run on it, see
 * {@link ContextPropagator}. If all calls may run on the owner, and a sequential run is as fast, the owner runs them
 * one after another without a plan. This is so if each call must wait for the one before, or if all tools have been
 * brief lately.
 */
public final class Round {

    private final RoundFrame frame;

    /** Only accessed by the owner. */
    private boolean executed;

    /** Why no call ran; only accessed by the owner. */
    private @Nullable Throwable whyNot;

    Round(RoundFrame frame) {
        this.frame = frame;
    }

    RoundFrame frame() {
        return frame;
    }

    /**
     * Executes the batch on the current thread and on threads of its own. On return, every call has its outcome, and
     * every thread that the round started has ended, except those of abandoned calls.
     *
     * <p>If the current thread is interrupted, now or before, no further call starts, running calls are interrupted,
     * and the rest get a cancelled outcome. On return the interrupt flag is set.
     *
     * @throws IllegalStateException if the round was executed before
     */
    public void execute() {
        if (executed) {
            throw new IllegalStateException("round " + frame.number() + " was executed before");
        }
        executed = true;
        frame.owner().own(Within.current().levelHere());
        try {
            executeOrResume();
        } finally {
            frame.leave();
        }
    }

    private void executeOrResume() {
        ResumedRound resumed = frame.resumed();
        if (resumed == null) {
            frame.begin(null);
            frame.whileLent(this::run);
        } else {
            try {
                resume(resumed);
            } finally {
                resumed.end(isUntouched());
            }
        }
    }

    /**
     * Resumes the round, unless a guard, its confinement or the register of resumes forbids that. Then the journal
     * keeps the round as it was: still suspended, and not over.
     */
    private void resume(ResumedRound resumed) {
        Throwable found = guardsRefusal();
        if (found == null && frame.isConfined()) {
            found = resumed.whyNotConfined(frame.calls());
        }
        if (found == null) {
            found = resumed.begin();
        }
        frame.begin(found);
        Throwable why = found;
        frame.whileLent(() -> {
            if (why == null) {
                RoundReferences.findIn(frame);
                new Dispatcher(frame).planAndRun();
            } else {
                doNotRun(why);
            }
        });
    }

    private @Nullable Throwable guardsRefusal() {
        return frame.isGuarded() ? frame.askGuards(Arrays.asList(frame.calls())).refusal() : null;
    }

    private void run() {
        Throwable refusal = guardsRefusal();
        if (refusal != null) {
            doNotRun(refusal);
            return;
        }
        boolean alone = !RoundReferences.findIn(frame) && OwnerRun.isPossible(frame);
        if (alone && (frame.isConfined() || OwnerRun.isSerial(frame))) {
            new OwnerRun(frame, false).run();
        } else if (alone && OwnerRun.isAsFast(frame)) {
            new OwnerRun(frame, true).run();
        } else {
            new Dispatcher(frame).planAndRun();
        }
    }

    /**
     * Runs no call of a round that a guard refuses, or that cannot be resumed: each says why, and the cause leaves the
     * round.
     */
    private void doNotRun(Throwable why) {
        for (DrivenCall call : frame.calls()) {
            call.refuseWithRound(why);
        }
        frame.failure(why);
        whyNot = why;
        new OwnerRun(frame, false).run();
    }

    /**
     * Tells whether the thread that executed the round was interrupted.
     *
     * @return true if the interrupt ended the round
     */
    public boolean interrupted() {
        return frame.owner().interrupted();
    }

    /**
     * Returns the failure that must leave the round, see {@link RoundFailure}; of several, the earliest call's.
     *
     * @return the cause, or null if there is none
     */
    public @Nullable Throwable failure() {
        return frame.failure();
    }

    /**
     * Why the round did not run: the exception of the guard that refused it, or the reason why it cannot be resumed
     * here. Null if it ran.
     */
    @Nullable
    Throwable whyNot() {
        return whyNot;
    }

    /**
     * Returns the round as data, if it was suspended: some calls are pending, and calls that wait for them have no
     * outcome either. Call this after {@link #execute()}, before you read any outcome.
     *
     * @return the suspended round; null if every call has its outcome
     */
    public @Nullable SuspendedRound suspended() {
        return frame.suspended();
    }

    /**
     * Tells whether a resume has started nothing, neither a tool nor, by an interceptor, anything outside of the
     * process: then the suspended round is as it was, and may be resumed once more. To be asked after {@link
     * #execute()}.
     *
     * @return false for a round that was not resumed
     */
    public boolean isUntouched() {
        return frame.resumed() != null && KeptRounds.isUntouched(frame.calls());
    }

    /**
     * Returns the results with calls and times.
     *
     * @return one result for each call, in call order
     */
    public List<CallResult> results() {
        return RoundResults.all(frame.calls());
    }

    /**
     * Returns why the round was cancelled: by {@link #cancel}, by a {@link Cancellation}, or by closing the executor.
     *
     * @return the reason, or null if it was not
     */
    public @Nullable String cancelled() {
        return frame.owner().cancelled();
    }

    /**
     * Cancels the round, from any thread: no further call starts, and running calls are interrupted. Does not wait. The
     * first reason counts.
     *
     * @param why the reason in words, for the calls' messages
     */
    public void cancel(String why) {
        frame.cancel(why);
    }
}
