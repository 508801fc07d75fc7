package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls that are pending, and the round that is suspended when nothing else goes on. Guarded as the machine is.
 *
 * <p>Invariant: a call that is pending has no thread, no permit, and nothing of what rounds share; it keeps its place on the
 * scoreboard, so that what conflicts with it, or uses its result, waits. It gets an outcome if the round ends otherwise, and
 * is suspended with it if that is at rest: every call that has no outcome is pending, or waits for nothing but such calls. Both
 * are decided in one event, so that of a round either every call has its outcome or it is suspended, and never is a call lost.
 *
 * <p>The limit of a call does not end one that is pending, or that waits for such a one and so does not run in this process:
 * what takes days is not measured by it. That of the round does, as long as anything else of it goes on; a round at rest is
 * suspended at once, so none passes then.
 */
final class Suspension {

    private final Progress progress;
    private final Ending ending;

    Suspension(Progress progress, Ending ending) {
        this.progress = progress;
        this.ending = ending;
    }

    /**
     * A call that runs, or an interceptor around it, has ended by saying that it is pending.
     *
     * @param stop why the round is to be stopped then, or null
     * @return false if it cannot be: it is to end, and what it comes to is decided
     */
    boolean pend(Call call, PendingCause cause, @Nullable String stop) {
        if (call.isRunning() && call.verdict == null) {
            if (progress.confined) {
                ending.decide(call, Outcomes.cannotBePending(call, cause));
            } else if (ending.isEnding() || call.withdrawn) {
                String why = call.withdrawn ? Outcomes.WITHDRAWN : Outcomes.FAILED;
                ending.decide(call, Outcomes.interrupted(call, progress.now, why));
            }
        }
        if (!call.isRunning() || call.verdict != null) {
            return false;
        }
        if (call.phase == Phase.RUNNING) {
            progress.bodies--;
        }
        call.phase = Phase.PENDING;
        call.pending = cause;
        call.inAttempt = false;
        call.asks = false;
        progress.stopsRunning(call);
        progress.releaseClaim(call);
        progress.isPending(call);
        progress.notes.pending(call, cause);
        if (call.threadKind == ThreadKind.OWNER) {
            progress.ownerIsFree();
        }
        if (stop != null) {
            ending.stop(stop);
        }
        return true;
    }

    /** Whether its limit does not end a call: it is pending, or waits, through whatever others, for one that is. */
    boolean isPendingOrWaitsForPending(Call call) {
        return call.phase == Phase.PENDING
                || (progress.isAnyPending()
                        && call.isBlocked()
                        && progress.calls.stream()
                                .filter(other -> other.phase == Phase.PENDING && other.index < call.index)
                                .anyMatch(other -> isAmong(call, progress.board.waitersFor(other.index))));
    }

    private static boolean isAmong(Call call, int[] waiters) {
        return Arrays.stream(waiters).anyMatch(waiter -> waiter == call.index);
    }

    /** The round is confined from here on: a call cannot be pending in it any more. */
    void confine() {
        progress.confine();
        for (Call call : progress.calls) {
            PendingCause cause = call.pending;
            if (call.phase == Phase.PENDING && cause != null) {
                ending.decide(call, Outcomes.cannotBePending(call, cause));
            }
        }
    }

    /** All that can be given its turn has it: if nothing goes on, the round is suspended; or ended, if it is ending. */
    void restIfNothingGoesOn() {
        if (!progress.isAtRest() || keepsOthersWaiting()) {
            return;
        }
        if (ending.isEnding() || progress.refused) {
            ending.giveUp(0, progress.calls.size(), progress.refused ? Outcomes.REFUSED : Outcomes.FAILED);
        } else {
            suspend();
        }
    }

    /** Whether a call waits for one that was abandoned, which will end, or be given up, by itself. */
    private boolean keepsOthersWaiting() {
        return progress.abandoned.stream()
                .anyMatch(call -> call.phase == Phase.ABANDONED && progress.board.waitersFor(call.index).length > 0);
    }

    private void suspend() {
        progress.suspended = true;
        findReasons();
        for (Call call : progress.calls) {
            if (!call.isBlocked()) {
                continue;
            }
            call.suspendedAs = Objects.requireNonNullElse(call.suspendedAs, "waits for others");
            Outcome told = Outcomes.suspended(call);
            if (call.isRunning()) {
                // Its thread waits for its turn: it is to end.
                ending.decide(call, told);
            } else {
                ending.note(call, told);
                call.phase = Phase.DONE;
                progress.recount(call);
                progress.done++;
            }
        }
    }

    /** What calls wait for: those that are not pending for the first such call that keeps them waiting. */
    private void findReasons() {
        for (Call call : progress.calls) {
            PendingCause cause = call.pending;
            if (call.phase == Phase.PENDING && cause != null) {
                call.suspendedAs = "is pending: " + cause.reason();
                String behind = "waits for " + cause.kind().inWords(call.index);
                for (int waiter : progress.board.waitersFor(call.index)) {
                    Call waits = progress.calls.get(waiter);
                    if (waits.phase != Phase.PENDING && waits.isBlocked() && waits.suspendedAs == null) {
                        waits.suspendedAs = behind;
                    }
                }
            } else if (call.phase == Phase.FOLLOWING) {
                call.suspendedAs = "is equal to call " + (call.coalescedWith + 1) + ", and will have its outcome";
            }
        }
    }
}
