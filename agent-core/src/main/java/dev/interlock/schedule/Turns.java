package dev.interlock.schedule;

import dev.interlock.board.StartOrder;
import dev.interlock.call.Outcome;
import dev.interlock.event.TimeKind;
import dev.interlock.share.Claim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives ready calls their turns, in order, each with permit, caps, resources and a thread. Guarded like the machine.
 */
final class Turns {

    private final Progress progress;
    private final RoundEnding roundEnding;
    private final CallEnding callEnding;
    private final Expiry expiry;
    private final Reasons reasons;

    /** How many calls there were at the last weighing. */
    private int weighed;

    /** Whether some call has a time limit. Then the owner runs no call that may run elsewhere. */
    private boolean limited;

    Turns(Progress progress, RoundEnding roundEnding, Expiry expiry, Reasons reasons) {
        this.progress = progress;
        this.roundEnding = roundEnding;
        this.callEnding = roundEnding.calls();
        this.expiry = expiry;
        this.reasons = reasons;
    }

    /** Counts a new call in, which may have a time limit. */
    void countLimits(Call call) {
        limited |= progress.limits.limitTimeOf(call.tool());
    }

    /** Gives ready calls their turns: other threads start them, or the owner runs one. */
    void give() {
        if (roundEnding.isStopped() || progress.suspended || progress.owner.isInterrupted) {
            return;
        }
        findReady();
        giveToReady();
        reasons.sumUp();
    }

    /**
     * Weighs the calls if there are fewer permits than ready calls, since then their order matters. While calls come
     * one at a time, this weighs them again whenever their number has grown by an eighth, so the total time stays
     * near-linear.
     */
    private void weigh() {
        List<Call> calls = progress.calls;
        int permits = progress.limits.maxConcurrency();
        boolean grown = calls.size() - weighed > weighed >> 3;
        if (!grown
                || permits == 1
                || progress.order.isConfined()
                || progress.ready.choice() <= permits - progress.permitHolders.size()) {
            return;
        }
        weighed = calls.size();
        long[] expected = calls.stream()
                .mapToLong(call -> call.isOver() ? StartOrder.OVER : call.expectedNanos)
                .toArray();
        int[] priorities =
                calls.stream().mapToInt(call -> call.tool().policy().priority()).toArray();
        progress.ready.weigh(calls, StartOrder.weights(progress.board, expected, priorities, permits));
    }

    private void giveToReady() {
        if (progress.hasPermit()) {
            weigh();
        }
        while (progress.hasPermit()) {
            Call next = progress.order.takeHeldBack();
            if (next != null) {
                progress.ready.add(next);
            }
            boolean gateIsOpen = progress.gate.isOpen();
            Call call = progress.ready.poll(gateIsOpen);
            if (call == null) {
                if (progress.ready.takeBack(progress.mostQueueing(), gateIsOpen)) {
                    continue;
                }
                return;
            }
            if (!call.wantsPermit()) {
                continue;
            }
            Outcome skipped = call.phase == Phase.WAITING ? WhyNot.skipped(call, progress.calls) : null;
            if (skipped != null) {
                callEnding.settleAndFinish(call, skipped);
                findReady();
            } else if (!isInOrder(call)) {
                call.heldBack = true;
                progress.notes.waits(call, TimeKind.OWNER);
            } else if (mustAwaitOwner(call)) {
                progress.owner.await(call);
                progress.notes.waits(call, TimeKind.OWNER);
            } else if (!progress.ready.setAside(call, progress.mostQueueing()) && holdsAllItWants(call)) {
                go(call);
            }
        }
    }

    private void findReady() {
        // Do this first, so that a ready call and one that runs before its turn cannot be confused.
        if (!progress.order.isConfined()) {
            progress.toRunBeforeTurn.forEach(this::startBeforeTurn);
        }
        // In a confined round no call gets a thread: its interceptors run on the owner, with its turn.
        progress.toRunBeforeTurn.clear();
        for (int ticket = progress.board.nextReady(); ticket >= 0; ticket = progress.board.nextReady()) {
            Call call = progress.calls.get(ticket);
            call.cleared = true;
            progress.pending.recount(call);
            if (!call.mayGetTurn()) {
                continue;
            }
            if (call.overdue) {
                callEnding.timeOut(call);
            } else {
                progress.ready.add(call);
            }
        }
    }

    /** Gives a call a thread for interceptors that need no turn. That needs no permit. */
    private void startBeforeTurn(Call call) {
        if (call.phase == Phase.WAITING) {
            progress.move(call, Phase.STARTING);
            call.runsBeforeTurn = true;
            progress.giveThread(call);
        }
    }

    /** Whether the order of a confined round lets the call go on. A begun call keeps its thread. */
    private boolean isInOrder(Call call) {
        return call.phase != Phase.WAITING || progress.order.lets(call);
    }

    private boolean mustAwaitOwner(Call call) {
        return call.phase == Phase.WAITING && needsOwner(call) && !progress.owner.isFree();
    }

    private boolean needsOwner(Call call) {
        return progress.order.isConfined() || call.runsOn == RunsOn.OWNER;
    }

    private boolean holdsAllItWants(Call call) {
        Claim claim = claimOf(call);
        if (claim == null) {
            return true;
        }
        boolean again = call.phase == Phase.RESUMING;
        boolean all = again
                ? progress.sharing.limits().acquireAgain(claim)
                : progress.sharing.limits().acquire(claim);
        if (!all) {
            boolean forResources = !again && progress.sharing.limits().waitsForResources(claim);
            progress.notes.waits(call, forResources ? TimeKind.RESOURCE : TimeKind.CAP);
            if (!again) {
                if (!forResources) {
                    progress.ready.countQueueing(call);
                }
                expiry.limitWait(call, claim);
            }
        }
        return all;
    }

    private @Nullable Claim claimOf(Call call) {
        Claim claim = call.claim;
        if (claim == null
                && (progress.sharing.limits().concernsAll() || !call.caps().isEmpty())) {
            claim = progress.sharing.claimOf(call);
            call.claim = claim;
        }
        return claim;
    }

    /** Handles a call that now holds all that it shares with other rounds. */
    void granted(Call call, Claim claim) {
        if (!progress.sharing.limits().hasAll(claim)) {
            // It was ended before it heard of the grant, and has given back what it got.
            return;
        }
        if (!progress.collapsed) {
            progress.ready.countQueueingOver(call, progress.mostQueueing());
        }
        if (call.reclaiming) {
            call.reclaiming = false;
            progress.notes.ready(call);
            progress.actions.unpark(call);
        } else if (!call.wantsPermit()) {
            if (call.phase == Phase.RESUMING) {
                // It was ended while it waited, and needs no caps, but its thread has not ended yet.
                progress.giveCapsBack(call);
            }
        } else if (mayGo(call)) {
            go(call);
        } else {
            // It cannot use this now, so it must not keep it from others.
            progress.actions.grant(
                    call.phase == Phase.RESUMING
                            ? progress.sharing.limits().giveCapsBack(claim)
                            : progress.sharing.limits().giveBackAll(claim));
            progress.ready.add(call);
        }
    }

    /** Whether a call that waited for a grant may use it now. None may once an interrupt is to end the round. */
    private boolean mayGo(Call call) {
        return progress.hasPermit()
                && !progress.owner.isInterrupted
                && isInOrder(call)
                && !mustAwaitOwner(call)
                && progress.gate.isOpenFor(call);
    }

    private void go(Call call) {
        progress.gate.enter(call);
        progress.notes.ready(call);
        if (call.phase == Phase.RESUMING || call.phase == Phase.WANTS_TURN) {
            progress.move(call, Phase.RUNNING);
            call.runsBeforeTurn = false;
            progress.permitHolders.add(call);
            progress.actions.unpark(call);
            return;
        }
        progress.move(call, Phase.STARTING);
        boolean alone =
                progress.permitHolders.isEmpty() && (progress.ready.isEmpty() || progress.limits.maxConcurrency() == 1);
        progress.permitHolders.add(call);
        if (needsOwner(call) || (call.runsOn == RunsOn.ANY_THREAD && alone && isFastestOnOwner(call))) {
            progress.owner.give(call);
        } else {
            progress.giveThread(call);
        }
    }

    /** Whether running the call on the owner is fastest, because nothing else is to do meanwhile. */
    private boolean isFastestOnOwner(Call call) {
        return progress.owner.isIdle() && progress.timers.isEmpty() && call.claim == null && !call.managed && !limited;
    }
}
