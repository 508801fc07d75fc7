package dev.interlock.schedule;

import dev.interlock.board.WaiterSearch;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps track of pending calls, and suspends the round when nothing else goes on. Guarded like the machine.
 *
 * <p>Invariant: a pending call has no thread, no permit, and nothing that rounds share. It keeps its place on the
 * scoreboard, so calls that conflict with it or use its result wait. A round is at rest if every call without an
 * outcome is pending, or waits only for such calls. A round at rest is suspended with its pending calls; if it ends
 * otherwise, they get outcomes. One event decides this. So either every call of a round has its outcome or the round is
 * suspended, and no call is lost.
 *
 * <p>The limit of a call does not end a pending call, nor one that waits for it: the limit does not measure waits of
 * days. If the pending call ends in this round after all, such as because it is withdrawn, the limit ends the other one
 * before its turn. The limit of the round ends both, while anything else of the round goes on. A round at rest is
 * suspended at once, so no limit passes then.
 *
 * <p>A call becomes pending in two steps, as others end, so that its journal knows of it before the round can rest.
 */
final class Suspension {

    private final Progress progress;
    private final RoundEnding roundEnding;
    private final CallEnding callEnding;

    Suspension(Progress progress, RoundEnding roundEnding) {
        this.progress = progress;
        this.roundEnding = roundEnding;
        this.callEnding = roundEnding.calls();
    }

    /**
     * Lets a call end by saying that it is pending, or an interceptor around it. It is not pending yet, so its round
     * goes on: its thread writes that to the journal first.
     *
     * @return false if it cannot be pending: it must end, and its outcome is decided
     */
    boolean pend(Call call, PendingCause cause) {
        if (call.hasThread() && call.verdict == null) {
            if (progress.order.isConfined()) {
                callEnding.decide(call, Outcomes.cannotBePending(call, cause));
            } else if (roundEnding.isEnding() || call.withdrawn) {
                String why = call.withdrawn ? Outcomes.WITHDRAWN : Outcomes.FAILED;
                callEnding.decide(call, Outcomes.interrupted(call, progress.now, why));
            }
        }
        if (!call.hasThread() || call.verdict != null) {
            return false;
        }
        progress.recordEnd(call);
        progress.move(call, Phase.ENDING);
        call.pending = cause;
        call.inAttempt = false;
        return true;
    }

    /**
     * Makes a call pending that has ended so, unless its round is to end, is confined or refuses it since.
     *
     * @param stop why the round must stop then, or null
     */
    void becomePending(Call call, @Nullable String stop) {
        PendingCause cause = call.pending;
        if (call.phase != Phase.ENDING || cause == null) {
            return;
        }
        progress.move(call, Phase.PENDING);
        call.runsBeforeTurn = false;
        progress.takePermitBack(call);
        progress.giveBackAll(call);
        progress.pending.add(call);
        progress.notes.pending(call, cause);
        if (call.threadKind == ThreadKind.OWNER) {
            progress.owner.free();
        }
        if (stop != null) {
            roundEnding.stop(stop);
        }
        if (call.phase == Phase.PENDING) {
            endIfOvertaken(call, cause);
        }
    }

    /** Ends a call that has become pending if anything that ends pending calls has happened while it ended. */
    private void endIfOvertaken(Call call, PendingCause cause) {
        Outcome preset = call.presetOutcome;
        if (progress.order.isConfined()) {
            callEnding.decide(call, Outcomes.cannotBePending(call, cause));
        } else if (preset != null) {
            callEnding.decide(call, preset);
        } else if (call.withdrawn) {
            callEnding.decide(call, Outcomes.interrupted(call, progress.now, Outcomes.WITHDRAWN));
        } else {
            roundEnding.checkLate(call);
        }
    }

    /**
     * Whether the call is pending, or waits directly or indirectly for a pending call; its limit does not end it then.
     * A call that follows an equal one waits for what that waits for.
     */
    boolean isPendingOrWaitsForPending(Call call) {
        return progress.pending.isAny()
                && call.isBlocked()
                && pendingAndWaiters().get(call.index);
    }

    /**
     * The places of all pending calls, and of those that wait for one of them. Looked up at most once for any number of
     * limits that pass together.
     */
    private BitSet pendingAndWaiters() {
        BitSet known = progress.pending.withWaiters();
        if (known != null) {
            return known;
        }
        BitSet found = new BitSet();
        WaiterSearch search = new WaiterSearch(progress.board);
        for (Call call : progress.calls) {
            if (call.phase == Phase.PENDING || (call.phase == Phase.FOLLOWING && found.get(call.coalescedWith))) {
                found.set(call.index);
                for (int waiter : search.nextWaitersOf(call.index)) {
                    found.set(waiter);
                }
            }
        }
        progress.pending.withWaiters(found);
        return found;
    }

    /** Confines the round: from here on none of its calls can be pending. */
    void confine() {
        progress.confine();
        for (Call call : progress.calls) {
            PendingCause cause = call.pending;
            if (call.phase == Phase.PENDING && cause != null) {
                callEnding.decide(call, Outcomes.cannotBePending(call, cause));
            }
        }
    }

    /** Suspends the round if nothing goes on, or ends it if it is ending. Every call that could get its turn has it. */
    void restIfNothingGoesOn() {
        if (!progress.isAtRest() || keepsOthersWaiting()) {
            return;
        }
        if (roundEnding.isEnding() || progress.refused) {
            roundEnding.stop(progress.refused ? Outcomes.REFUSED : Outcomes.FAILED);
        } else {
            suspend();
        }
    }

    /**
     * Whether a call waits for an abandoned call. Such a wait ends by itself. No call comes to a round that is at rest,
     * so this forgets an abandoned call for which none waits, and looks at each only once.
     */
    private boolean keepsOthersWaiting() {
        List<Call> abandoned = progress.abandoned;
        while (!abandoned.isEmpty()) {
            Call last = abandoned.getLast();
            if (last.phase == Phase.ABANDONED && new WaiterSearch(progress.board).isAny(last.index)) {
                return true;
            }
            abandoned.removeLast();
        }
        return false;
    }

    private void suspend() {
        progress.suspended = true;
        findReasons();
        for (Call call : progress.calls) {
            if (!call.isBlocked()) {
                continue;
            }
            // Followers are blocked, too, and settled here: a leader that ends later must not settle them again.
            call.followers = List.of();
            call.suspendedAs = Objects.requireNonNullElse(call.suspendedAs, "waits for others");
            Outcome told = Outcomes.suspended(call);
            if (call.hasThread()) {
                // Its thread waits for its turn, and must end.
                callEnding.decide(call, told);
            } else {
                callEnding.settleIdle(call, told);
                progress.move(call, Phase.DONE);
                progress.done++;
            }
        }
    }

    /** Finds what each call waits for: a call that is not pending waits for the first pending call that blocks it. */
    private void findReasons() {
        WaiterSearch search = new WaiterSearch(progress.board);
        for (Call call : progress.calls) {
            PendingCause cause = call.pending;
            if (call.phase == Phase.PENDING && cause != null) {
                call.suspendedAs = "is pending: " + cause.reason();
                findReasonsBehind(search.nextWaitersOf(call.index), reasonBehind(call));
            } else if (call.phase == Phase.FOLLOWING) {
                call.suspendedAs = "equals call " + (call.coalescedWith + 1) + ", and will share its outcome";
                findReasonsBehind(
                        search.nextWaitersOf(call.index), reasonBehind(progress.calls.get(call.coalescedWith)));
            }
        }
    }

    private void findReasonsBehind(int[] waiters, @Nullable String reason) {
        for (int waiter : waiters) {
            Call waits = progress.calls.get(waiter);
            if (waits.phase != Phase.PENDING && waits.isBlocked() && waits.suspendedAs == null) {
                waits.suspendedAs = reason;
            }
        }
    }

    /** What calls wait for that need this one's outcome. It waits for an earlier call, unless it is pending itself. */
    private static @Nullable String reasonBehind(Call call) {
        PendingCause cause = call.pending;
        return call.phase == Phase.PENDING && cause != null
                ? "waits for " + cause.kind().inWords(call.index)
                : call.suspendedAs;
    }
}
