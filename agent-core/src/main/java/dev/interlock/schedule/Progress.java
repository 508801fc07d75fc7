package dev.interlock.schedule;

import dev.interlock.plan.Scoreboard;
import dev.interlock.schedule.Timers.Limit;
import dev.interlock.share.Claim;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The progress of all calls of a round, shared by the parts of the machine. Guarded as the machine is. */
final class Progress {

    /** How long a user's executor may leave a call lying before it is asked whether anything happens at all. */
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

    /** Those that hold a permit. */
    final Set<Call> running = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Calls that wait for a limited time only for what a call of another round holds. */
    final Set<Call> limitedWaits = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Calls that need not wait for their turn to ask. */
    final List<Call> toAsk = new ArrayList<>(0);

    /**
     * Ready calls that the owner has to run, which is not free. They hold neither a permit nor what rounds share. If there
     * are any, the owner runs a call, or is to, or is not there yet: each end of that makes them ready again.
     */
    final List<Call> awaitingOwner = new ArrayList<>(0);

    /** Of the event that is being handled. */
    long now;

    /** When the round began. */
    long since;

    /** How many have their outcome. */
    int done;

    /** How many bodies run. */
    int bodies;

    boolean sealed;

    /** Whether the round was refused: no tool starts any more. */
    boolean refused;

    /** Whether the round was suspended: nothing starts any more. */
    boolean suspended;

    /** Those that were abandoned in this round, whether or not they still keep anything. */
    final List<Call> abandoned = new ArrayList<>(0);

    /** How many are pending. */
    private int pending;

    /** How many cannot go on by themselves, see {@link Call#isBlocked}; kept from when a call is pending first. */
    private int blocked;

    private boolean countsBlocked;

    /** Whether no call begins but on the owner, one after another in call order; those that have begun go on. */
    boolean confined;

    /** Of a confined round: the first call that has not ended, which alone may begin. */
    private int nextInOrder;

    /** Whether the user's executor has begun any. */
    boolean executorBegan;

    /** Whether the engine failed: the scoreboard may be torn, so it is not used any more. */
    boolean collapsed;

    // The owner.
    boolean hasOwner;

    /** Whether the owner runs a call, or is about to. */
    boolean ownerRunsCall;

    @Nullable
    Call forOwner;

    /** Whether the owner does not know of that yet. */
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

    /** A call is pending from now on. */
    void isPending(Call call) {
        pending++;
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

    void isPendingNoMore() {
        pending--;
    }

    /** To be told whenever it may have changed whether a call can go on by itself. */
    void recount(Call call) {
        if (countsBlocked && call.isBlocked() != call.countsAsBlocked) {
            call.countsAsBlocked = !call.countsAsBlocked;
            blocked += call.countsAsBlocked ? 1 : -1;
        }
    }

    /** Whether every call that has no outcome is pending, or waits for other calls; and no other call can come. */
    boolean isAtRest() {
        return pending > 0 && sealed && !suspended && !collapsed && blocked == calls.size() - done;
    }

    boolean hasPermit() {
        return running.size() < limits.maxConcurrency();
    }

    /** How many calls may queue for the same caps: as many as there are permits for, but never none. */
    int mostQueueing() {
        return Math.max(1, limits.maxConcurrency() - running.size());
    }

    /** It holds a permit no more: it has ended, or waits. */
    void stopsRunning(Call call) {
        gate.leave(call);
        running.remove(call);
    }

    /** Whether it may begin as far as the order of a confined round goes. */
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
     * Of a confined round: looks which call is next.
     *
     * @return that call if it was ready before its time, and is to be looked at now; or null
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
     * From here on calls begin in call order. Those set aside become ready again, so that only the next in order is set aside
     * from now on: whatever is taken back can go on.
     */
    void confine() {
        if (!confined) {
            confined = true;
            ready.takeAllBack();
        }
    }

    void schedule(long delay, Limit limit, @Nullable Call call) {
        timers.schedule(now, delay, limit, call);
    }

    /** If its tool never ran, it took no time: what interceptors took, such as one that asks for an approval, is not the tool's. */
    void endsNow(Call call) {
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
        schedule(UNBEGUN_NANOS, Limit.UNBEGUN, call);
    }

    void withdrawStarts() {
        actions.withdrawStarts(call -> call.phase == Phase.DONE);
        if (forOwner != null && forOwner.phase == Phase.DONE) {
            forOwner = null;
            readyForOwner();
        }
    }

    /** The call that the owner is to run now, or null; from here on it does. */
    @Nullable
    Call takeForOwner() {
        Call own = forOwner;
        forOwner = null;
        ownerRunsCall |= own != null;
        ownerHasWork = false;
        return own;
    }

    /** The owner runs no call any more, or there is one now: what waits for it may be given to it. */
    void ownerIsFree() {
        ownerRunsCall = false;
        readyForOwner();
    }

    private void readyForOwner() {
        awaitingOwner.forEach(ready::add);
        awaitingOwner.clear();
    }

    // What calls share with other rounds.

    void giveCapsBack(Call call) {
        Claim claim = call.claim;
        if (claim != null) {
            actions.grant(sharing.limits().releaseCaps(claim));
        }
    }

    void releaseClaim(Call call) {
        ready.noteQueueingOver(call, mostQueueing());
        ready.noteCapsFree(call, mostQueueing());
        Claim claim = call.claim;
        if (claim != null) {
            call.claim = null;
            actions.grant(sharing.limits().release(claim));
        }
    }

    /** An abandoned call keeps nothing from the calls of its round any more. */
    void releaseFromBoard(Call call) {
        call.phase = Phase.RELEASED;
        if (!collapsed) {
            board.release(call.index);
        }
    }
}
