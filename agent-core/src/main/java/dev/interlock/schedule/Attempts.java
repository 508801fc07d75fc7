package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.schedule.Timers.CallLimit;

/**
 * Decides when an attempt of a call may begin, how it ends, and whether another may follow. Guarded like the machine.
 */
final class Attempts {

    private final Progress progress;
    private final RoundEnding roundEnding;
    private final CallEnding callEnding;

    Attempts(Progress progress, RoundEnding roundEnding) {
        this.progress = progress;
        this.roundEnding = roundEnding;
        this.callEnding = roundEnding.calls();
    }

    /** Records that a thread for a call is about to start; false if the call needs it no more. */
    boolean launch(Call call) {
        boolean launches = call.phase == Phase.STARTING && !call.launched;
        call.launched |= launches;
        return launches;
    }

    void launchFailed(Call call, Throwable error) {
        call.launched = false;
        if (call.phase == Phase.STARTING) {
            callEnding.settleAndFinish(call, new Outcome.Failed(error));
        }
    }

    /**
     * Begins a call on the thread that has come to it, if the call may still run. A call that is not managed begins its
     * only attempt with that.
     */
    boolean begin(Call call, ThreadKind kind) {
        long limit = progress.limits.callTimeoutNanosOf(call.tool());
        if (call.phase == Phase.STARTING && progress.now - call.admittedNanos >= limit) {
            callEnding.timeOut(call);
        }
        if (call.phase != Phase.STARTING) {
            if (kind == ThreadKind.OWNER) {
                progress.owner.free();
            }
            return false;
        }
        progress.move(call, call.runsBeforeTurn ? Phase.BEFORE_TURN : Phase.RUNNING);
        call.threadKind = kind;
        call.startNanos = progress.now;
        progress.executorBegan |= !call.withoutExecutor;
        if (!call.managed) {
            count(call);
        }
        return true;
    }

    /** Begins a managed call's next attempt; false if the call was ended or waits. */
    boolean beginNext(Call call) {
        boolean begins = call.phase == Phase.RUNNING && call.verdict == null;
        if (begins) {
            count(call);
        }
        return begins;
    }

    private void count(Call call) {
        if (call.attempts == 0) {
            // What came before, such as its approval, was not its tool's.
            call.startNanos = progress.now;
        }
        call.attempts++;
        call.inAttempt = true;
        AttemptClock clock = call.clock == null ? new AttemptClock() : call.clock;
        clock.begin(progress.now);
        call.clock = clock;
        progress.schedule(progress.limits.timeoutNanosOf(call.tool()), CallLimit.ATTEMPT, call);
    }

    /** Stops the attempt's clock: its body waits for something other than its tool. */
    void stopClock(Call call) {
        AttemptClock clock = call.clock;
        if (clock != null) {
            clock.stop(progress.now);
        }
    }

    void startClock(Call call) {
        AttemptClock clock = call.clock;
        if (clock == null) {
            return;
        }
        clock.goOn(progress.now);
        long limit = progress.limits.timeoutNanosOf(call.tool());
        if (limit != Limits.NO_LIMIT && call.inAttempt) {
            progress.schedule(Math.max(0, limit - clock.nanos(progress.now)), CallLimit.ATTEMPT, call);
        }
    }

    /** Whether the running attempt has exceeded its limit. */
    boolean hasExceededLimit(Call call) {
        AttemptClock clock = call.clock;
        return clock != null && clock.hasPassed(progress.limits.timeoutNanosOf(call.tool()), progress.now);
    }

    /** Records a call's announcement that its tool comes next; false if the call was ended. */
    boolean announce(Call call) {
        boolean mayStart = call.phase == Phase.RUNNING && call.verdict == null;
        if (mayStart) {
            progress.gate.announced(call);
        }
        return mayStart;
    }

    /** Ends an attempt. If its limit has passed, the time-out is its outcome. */
    void end(Call call, Outcome outcome) {
        call.inAttempt = false;
        call.attemptOutcome = outcome;
        Outcome verdict = call.verdict;
        if (verdict != null && call.verdictOfAttempt && !call.isAbandoned()) {
            call.attemptOutcome = call.insistsOn(outcome) ? outcome : verdict;
            call.verdict = null;
            call.verdictOfAttempt = false;
        }
    }

    /** Whether another attempt that begins at {@code at} can still be within all limits. */
    boolean mayFollow(Call call, long at) {
        return call.phase == Phase.RUNNING
                && call.verdict == null
                && !roundEnding.isEnding()
                && at - call.admittedNanos < progress.limits.callTimeoutNanosOf(call.tool())
                && at - progress.since < progress.limits.roundTimeoutNanos();
    }
}
