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

    /** A thread begins a call; one that is not managed begins its only attempt with it. */
    void begin(Call call, ThreadKind kind) {
        call.phase = call.asks ? Phase.ASKING : Phase.RUNNING;
        call.threadKind = kind;
        call.startNanos = progress.now;
        progress.bodies += call.asks ? 0 : 1;
        progress.executorBegan |= !call.withoutExecutor;
        if (!call.managed) {
            count(call);
        }
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
        call.attempts++;
        call.inAttempt = true;
        progress.schedule(progress.limits.timeoutOf(call.tool()), Limit.ATTEMPT, call);
    }

    /** If its limit has passed, that is what it came to. */
    void end(Call call, Outcome outcome) {
        call.inAttempt = false;
        call.attemptOutcome = outcome;
        Outcome verdict = call.verdict;
        if (verdict != null && call.verdictOfAttempt && !call.isAbandoned()) {
            call.attemptOutcome = verdict;
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
