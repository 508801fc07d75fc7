package dev.interlock.schedule;

import dev.interlock.board.Scoreboard;
import dev.interlock.schedule.Timers.CallLimit;
import dev.interlock.schedule.Timers.RoundLimit;
import dev.interlock.share.Claim;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

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
    final OwnerWork owner;
    final CallOrder order;
    final PendingCalls pending;
    final Gate gate = new Gate();
    final ActionsBuilder actions = new ActionsBuilder();
    final Notes notes;

    /** The calls that hold a permit. */
    final Set<Call> permitHolders = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Calls of which interceptors may run now, before the turn. */
    final List<Call> toRunBeforeTurn = new ArrayList<>(0);

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

    /** Whether the user's executor has begun any call. */
    boolean executorBegan;

    /** Whether the engine failed, see {@link Collapse}. Nothing uses the scoreboard and the ready calls any more. */
    boolean collapsed;

    Progress(Limits limits, Sharing sharing, Manner manner, List<? extends Call> calls) {
        this.limits = limits;
        this.sharing = sharing;
        this.usesExecutor = manner.usesExecutor();
        this.board = new Scoreboard(manner.listened());
        this.notes = new Notes(actions, manner.listened());
        this.ready = new ReadyCalls(notes);
        this.owner = new OwnerWork(ready);
        this.calls = new ArrayList<>(calls);
        this.order = new CallOrder(this.calls, manner.confined());
        this.pending = new PendingCalls(this.calls);
    }

    /** Moves a call to another phase, and keeps what counts calls by their phases. */
    void move(Call call, Phase to) {
        inTurn += (to == Phase.RUNNING ? 1 : 0) - (call.phase == Phase.RUNNING ? 1 : 0);
        call.phase = to;
        pending.recount(call);
    }

    boolean isDone() {
        return sealed && done == calls.size();
    }

    /** Whether no further call can come, and every call without an outcome is pending or waits for other calls. */
    boolean isAtRest() {
        return sealed && !suspended && !collapsed && pending.areAllOf(calls.size() - done);
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

    /**
     * Makes calls begin in call order from now on. Calls set aside become ready again. From now on only the next call
     * in order is set aside, so a call that is taken back can go on.
     */
    void confine() {
        if (order.confine()) {
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
        owner.withdraw();
    }

    /** Counts a call in that the owner began alone. The scoreboard calls it ready; its phase says that it runs. */
    void beginOnOwner(Call call) {
        permitHolders.add(call);
        inTurn++;
        owner.runsCall = true;
        gate.enterOnOwner(call);
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
        move(call, Phase.BYPASSED);
        if (!collapsed) {
            board.release(call.index);
        }
    }
}
