package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.schedule.Timers.Limit;

/** The runs of calls' bodies: when one begins, ends, may follow another. Guarded as the machine is. */
final class Attempts {

    private final Progress progress;
    private final Ending ending;

    Attempts(Progress progress, Ending ending) {
        this.progress = progress;
        this.ending = ending;
    }

    /** A thread was made for a call, and is to be started; false if it is not needed any more. */
    boolean launch(Call call) {
        boolean launches = call.phase == Phase.STARTING && !call.launched;
        call.launched |= launches;
        return launches;
    }

    void launchFailed(Call call, Throwable error) {
        call.launched = false;
        if (call.phase == Phase.STARTING) {
            ending.settleUnbegun(call, new Outcome.Failed(error));
        }
    }

    /** A thread comes to a call, and begins it if that is still wanted; one that is not managed begins its only attempt with it. */
    boolean begin(Call call, ThreadKind kind) {
        long limit = progress.limits.callTimeoutOf(call.tool());
        if (call.phase == Phase.STARTING && progress.now - call.admittedNanos >= limit) {
            ending.settleUnbegun(call, Outcomes.timedOut(call, "the call", limit));
        }
        if (call.phase != Phase.STARTING) {
            if (kind == ThreadKind.OWNER) {
                progress.ownerIsFree();
            }
            return false;
        }
        call.phase = call.asks ? Phase.ASKING : Phase.RUNNING;
        call.threadKind = kind;
        call.startNanos = progress.now;
        progress.bodies += call.asks ? 0 : 1;
        progress.executorBegan |= !call.withoutExecutor;
        if (!call.managed) {
            count(call);
        }
        return true;
    }

    /** A managed call comes to its next attempt; false if it has been ended, or waits. */
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
        progress.schedule(progress.limits.timeoutOf(call.tool()), Limit.ATTEMPT, call);
    }

    /** Its body waits for what is not the tool's. */
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
        long limit = progress.limits.timeoutOf(call.tool());
        if (limit != Limits.NO_LIMIT && call.inAttempt) {
            progress.schedule(Math.max(0, limit - clock.nanos(progress.now)), Limit.ATTEMPT, call);
        }
    }

    /** Whether the limit of the attempt that runs has passed. */
    boolean isOver(Call call) {
        AttemptClock clock = call.clock;
        return clock != null && clock.hasPassed(progress.limits.timeoutOf(call.tool()), progress.now);
    }

    /** The tool of a call comes next; false if that has been ended. */
    boolean announce(Call call) {
        boolean mayStart = call.phase == Phase.RUNNING && call.verdict == null;
        if (mayStart) {
            progress.gate.announced(call);
        }
        return mayStart;
    }

    /** If its limit has passed, that is what it came to. */
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
                && !ending.isEnding()
                && at - call.admittedNanos < progress.limits.callTimeoutOf(call.tool())
                && at - progress.since < progress.limits.roundTimeout();
    }
}
