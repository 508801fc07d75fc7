package dev.interlock.schedule;

import dev.interlock.plan.Scoreboard;
import dev.interlock.schedule.Timers.CallLimit;
import dev.interlock.schedule.Timers.RoundLimit;
import dev.interlock.share.Claim;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The progress of all calls of a round, shared by the parts of the machine. Guarded like the machine. */
final class Progress {

    /** How long the user's executor may leave a call unbegun before the machine checks whether anything runs at all. */
    private static final long UNBEGUN_NANOS = 100_000_000;

    final Limits limits;
    final Sharing sharing;
    final boolean usesExecutor;

    /** In call order; a call's place is its ticket on the scoreboard. */
    final List<Call> calls;

    final Scoreboard board;
    final Timers timers = new Timers();
    final ReadyCalls ready;
    final Gate gate = new Gate();
    final ActionsBuilder actions = new ActionsBuilder();
    final Notes notes;

    /** The calls that hold a permit. */
    final Set<Call> permitHolders = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Calls whose wait for a resource of another round's call is limited. */
    final Set<Call> limitedWaits = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Calls of which interceptors may run now, before the turn. */
    final List<Call> toRunBeforeTurn = new ArrayList<>(0);

    /**
     * Ready calls for the owner, which is busy or not there yet. They hold neither a permit nor anything that rounds
     * share. They become ready again when the owner ends its call, or arrives.
     */
    final List<Call> awaitingOwner = new ArrayList<>(0);

    /** The time of the current event. */
    long now;

    /** When the round began. */
    long since;

    /** How many calls have their outcome. */
    int done;

    /** How many bodies run. */
    int inTurn;

    boolean sealed;

    /** Whether the round was refused, so that no tool starts any more. */
    boolean refused;

    /** Whether the round was suspended, so that nothing starts any more. */
    boolean suspended;

    /**
     * The calls that this round has abandoned. Only {@link Suspension} looks at them, and forgets those that it need
     * not know.
     */
    final List<Call> abandoned = new ArrayList<>(0);

    /** How many calls are pending. */
    private int pending;

    /** See {@link #pendingAndWaiters()}. */
    private @Nullable BitSet pendingAndWaiters;

    /** How many calls there were then. */
    private int lookedUpAmong;

    /** How many calls cannot go on by themselves, see {@link Call#isBlocked}; counted once a call has been pending. */
    private int blocked;

    private boolean countsBlocked;

    /** Whether calls begin only on the owner, one after another in call order; begun calls go on. */
    boolean confined;

    /** In a confined round, the first call that has not ended; only this one may begin. */
    private int nextInOrder;

    /** Whether the user's executor has begun any call. */
    boolean executorBegan;

    /** Whether the engine failed, see {@link Collapse}. Nothing uses the scoreboard and the ready calls any more. */
    boolean collapsed;

    // The owner.
    boolean hasOwner;

    /** Whether the owner runs a call, or is about to. */
    boolean ownerRunsCall;

    /** Whether the owner, which runs a call, was interrupted before the current event: it will stop the round. */
    boolean ownerInterrupted;

    @Nullable
    Call forOwner;

    /** Whether the owner has yet to learn of the call that it must run. */
    boolean ownerHasWork;

    Progress(Limits limits, Sharing sharing, boolean usesExecutor, boolean listened, List<? extends Call> calls) {
        this.limits = limits;
        this.sharing = sharing;
        this.usesExecutor = usesExecutor;
        this.board = new Scoreboard(listened);
        this.notes = new Notes(actions, listened);
        this.ready = new ReadyCalls(notes);
        this.calls = new ArrayList<>(calls);
    }

    boolean isDone() {
        return sealed && done == calls.size();
    }

    // Which calls can go on.

    /** Records that a call is pending. */
    void addPending(Call call) {
        pending++;
        pendingAndWaiters = null;
        if (countsBlocked) {
            recount(call);
        } else {
            countsBlocked = true;
            calls.forEach(this::recount);
        }
    }

    boolean isAnyPending() {
        return pending > 0;
    }

    /** Records the end of a call, which may be pending, or follow an equal one that waits for a pending one. */
    void endWait(Call call) {
        if (call.phase == Phase.PENDING) {
            pending--;
            pendingAndWaiters = null;
        } else if (call.phase == Phase.FOLLOWING && pendingAndWaiters != null && pendingAndWaiters.get(call.index)) {
            // Calls that use its result do not wait for what it waited for any more.
            pendingAndWaiters = null;
        }
    }

    /**
     * The places of pending calls and of those that wait for them, as {@link Suspension} found them; null if it must
     * look again. Waits begin only with a call's admission, and no wait for a pending call ends before that call, or
     * one that follows another, has ended. So until then the answer holds.
     */
    @Nullable
    BitSet pendingAndWaiters() {
        return lookedUpAmong == calls.size() ? pendingAndWaiters : null;
    }

    void pendingAndWaiters(BitSet found) {
        pendingAndWaiters = found;
        lookedUpAmong = calls.size();
    }

    /** Counts a call anew, because it may have changed whether the call can go on by itself. */
    void recount(Call call) {
        if (countsBlocked && call.isBlocked() != call.countsAsBlocked) {
            call.countsAsBlocked = !call.countsAsBlocked;
            blocked += call.countsAsBlocked ? 1 : -1;
        }
    }

    /** Whether no further call can come, and every call without an outcome is pending or waits for other calls. */
    boolean isAtRest() {
        return pending > 0 && sealed && !suspended && !collapsed && blocked == calls.size() - done;
    }

    boolean hasPermit() {
        return permitHolders.size() < limits.maxConcurrency();
    }

    /** How many calls may queue for the same caps: one for each permit, but at least one. */
    int mostQueueing() {
        return Math.max(1, limits.maxConcurrency() - permitHolders.size());
    }

    /** Takes the permit of a call that has ended or waits. */
    void takePermitBack(Call call) {
        gate.leave(call);
        permitHolders.remove(call);
    }

    /** Whether the order of a confined round lets the call begin. */
    boolean isNextInOrder(Call call) {
        return !confined || call.equals(nextInOrder());
    }

    private @Nullable Call nextInOrder() {
        while (nextInOrder < calls.size() && calls.get(nextInOrder).isOver()) {
            nextInOrder++;
        }
        return nextInOrder < calls.size() ? calls.get(nextInOrder) : null;
    }

    /**
     * Finds the next call of a confined round.
     *
     * @return the call if it became ready before it was next; otherwise null
     */
    @Nullable
    Call takeNextInOrder() {
        Call next = confined ? nextInOrder() : null;
        if (next == null || !next.heldBack) {
            return null;
        }
        next.heldBack = false;
        return next;
    }

    /**
     * Makes calls begin in call order from now on. Calls set aside become ready again. From now on only the next call
     * in order is set aside, so a call that is taken back can go on.
     */
    void confine() {
        if (!confined) {
            confined = true;
            ready.takeAllBack();
        }
    }

    void schedule(long delay, RoundLimit limit) {
        timers.schedule(now, delay, limit);
    }

    void schedule(long delay, CallLimit limit, Call call) {
        timers.schedule(now, delay, limit, call);
    }

    /**
     * Records when a call ended. Between its start and its end there is nothing but its tool and what belongs to that:
     * a call whose tool never ran takes no time, whatever interceptors took, such as one that asks for an approval. The
     * time in which a call is pending is not its tool's either, so the call ended when it became pending.
     */
    void recordEnd(Call call) {
        if (call.attempts > 0 && call.phase == Phase.PENDING) {
            return;
        }
        call.startNanos = call.attempts == 0 ? now : call.startNanos;
        call.endNanos = now;
    }

    void giveThread(Call call) {
        actions.start(call);
        if (usesExecutor) {
            watchUnbegun(call);
        }
    }

    void watchUnbegun(Call call) {
        schedule(UNBEGUN_NANOS, CallLimit.UNBEGUN, call);
    }

    void withdrawStarts() {
        actions.withdrawStarts(call -> call.phase == Phase.DONE);
        if (forOwner != null && forOwner.phase == Phase.DONE) {
            forOwner = null;
            readyForOwner();
        }
    }

    /** Takes the call that the owner runs from now on; null if there is none. */
    @Nullable
    Call takeForOwner() {
        Call own = forOwner;
        forOwner = null;
        ownerRunsCall |= own != null;
        ownerHasWork = false;
        return own;
    }

    /** Counts a call in that the owner began alone. The scoreboard calls it ready; its phase says that it runs. */
    void beginOnOwner(Call call) {
        permitHolders.add(call);
        inTurn++;
        ownerRunsCall = true;
        gate.enterOnOwner(call);
    }

    /** Makes calls for the owner ready again, because the owner has arrived or has ended its call. */
    void freeOwner() {
        ownerRunsCall = false;
        readyForOwner();
    }

    private void readyForOwner() {
        if (!collapsed) {
            awaitingOwner.forEach(ready::add);
        }
        awaitingOwner.clear();
    }

    // What calls share with other rounds.

    void giveCapsBack(Call call) {
        countCapsFree(call);
        Claim claim = call.claim;
        if (claim != null) {
            actions.grant(sharing.limits().giveCapsBack(claim));
        }
    }

    /** Lets calls that were set aside want the caps that a call no longer has or wants. */
    void countCapsFree(Call call) {
        if (!collapsed) {
            ready.countCapsFree(call, mostQueueing());
        }
    }

    void giveBackAll(Call call) {
        countCapsFree(call);
        Claim claim = call.claim;
        if (claim != null) {
            call.claim = null;
            actions.grant(sharing.limits().giveBackAll(claim));
        }
    }

    /** Lets an abandoned call keep nothing from the calls of its round any more. */
    void bypass(Call call) {
        call.phase = Phase.BYPASSED;
        if (!collapsed) {
            board.release(call.index);
        }
    }
}
