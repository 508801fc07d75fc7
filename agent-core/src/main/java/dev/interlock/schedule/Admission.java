package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import dev.interlock.event.TimeKind;
import dev.interlock.schedule.Timers.CallLimit;
import dev.interlock.schedule.Timers.RoundLimit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Admits the calls of a round. It sorts out calls with a preset outcome, calls that share the outcome of an equal one,
 * and calls that may begin before their turn. Guarded like the machine.
 */
final class Admission {

    private final Progress progress;
    private final RoundEnding roundEnding;
    private final CallEnding callEnding;
    private final Turns turns;
    private final @Nullable EqualReads equalReads;
    private final boolean runsBeforeTurn;

    /** Withdrawn calls that go on because other calls share their outcomes. */
    private final Set<Call> goOnForOthers = Collections.newSetFromMap(new IdentityHashMap<>(2));

    Admission(Progress progress, RoundEnding roundEnding, Turns turns, boolean equalReads, boolean asksFirst) {
        this.progress = progress;
        this.roundEnding = roundEnding;
        this.callEnding = roundEnding.calls();
        this.turns = turns;
        this.equalReads = equalReads ? new EqualReads() : null;
        this.runsBeforeTurn = asksFirst;
    }

    /**
     * Admits the known calls to the scoreboard; no other call follows. Until {@link #begin}, another thread may use
     * them.
     */
    void admitAll() {
        for (Call call : progress.calls) {
            admitToBoard(call);
        }
        progress.sealed = true;
    }

    /** From here on only this machine changes the known calls; their limits started at {@code since}. */
    void begin(long since) {
        progress.since = since;
        for (Call call : progress.calls) {
            settlePreset(call);
        }
        progress.timers.schedule(since, progress.limits.roundTimeoutNanos(), RoundLimit.ROUND);
        for (Call call : progress.calls) {
            startLimit(call, since);
        }
    }

    /** Admits one more call now. */
    void admit(Call call) {
        progress.calls.add(call);
        progress.notes.planned(call);
        startLimit(call, progress.now);
        admitToBoard(call);
        settlePreset(call);
        if (call.phase == Phase.WAITING) {
            roundEnding.checkLate(call);
        }
    }

    /**
     * Withdraws a call that the model did not make after all. It goes on if other calls share its outcome, until they
     * are withdrawn, too.
     */
    void withdraw(Call call, String why) {
        if (!call.followers.isEmpty()) {
            goOnForOthers.add(call);
            return;
        }
        if (equalReads != null) {
            equalReads.forget(call);
        }
        roundEnding.withdraw(call, why);
        if (call.phase == Phase.FOLLOWING) {
            stopFollowing(call, progress.calls.get(call.coalescedWith), why);
        }
    }

    private void stopFollowing(Call call, Call leader, String why) {
        if (leader.outcome != null || !leader.followers.contains(call)) {
            // It is about to share that outcome, and a journal may know it already.
            return;
        }
        leader.followers.remove(call);
        callEnding.settleAndFinish(call, Outcomes.interrupted(call, progress.now, why));
        if (goOnForOthers.contains(leader)) {
            withdraw(leader, why);
        }
    }

    private void settlePreset(Call call) {
        if (call.presetOutcome != null && call.phase == Phase.WAITING) {
            callEnding.settleAndFinish(call, call.presetOutcome);
        }
    }

    private void startLimit(Call call, long from) {
        call.admittedNanos = from;
        turns.countLimits(call);
        progress.timers.schedule(from, progress.limits.callTimeoutNanosOf(call.tool()), CallLimit.CALL, call);
    }

    private void admitToBoard(Call call) {
        if (progress.collapsed) {
            return;
        }
        if (call.phase == Phase.DONE) {
            progress.board.complete(progress.board.admit(List.of()));
            progress.done++;
            return;
        }
        if (call.phase == Phase.PENDING) {
            admitPending(call);
            return;
        }
        if (call.presetOutcome != null) {
            progress.board.admit(List.of());
            return;
        }
        Call leader = equalReads == null ? null : equalReads.leaderOf(call);
        if (leader != null) {
            progress.board.admit(List.of());
            follow(call, leader);
            return;
        }
        progress.board.admit(call.accesses, call.uses);
        progress.pending.recount(call);
        progress.notes.waits(call, TimeKind.DEPENDENCY);
        if (runsBeforeTurn && !progress.order.isConfined()) {
            awaitResults(call);
        }
    }

    /** Admits a call that was pending before the round was resumed. Equal calls share its outcome. */
    private void admitPending(Call call) {
        call.startNanos = call.attempts == 0 ? progress.now : call.startNanos;
        if (equalReads != null) {
            equalReads.leaderOf(call);
        }
        progress.board.admit(call.accesses, call.uses);
        progress.pending.add(call);
    }

    private void follow(Call call, Call leader) {
        call.coalescedWith = leader.index;
        progress.notes.coalesced(call);
        Outcome known = leader.outcome;
        if (known != null) {
            call.shareMessageOf(leader);
            callEnding.settleAndFinish(call, known);
            return;
        }
        progress.move(call, Phase.FOLLOWING);
        leader.followers = leader.followers.isEmpty() ? new ArrayList<>() : leader.followers;
        leader.followers.add(call);
    }

    /** Lets a call begin before its turn, as soon as it has its arguments. */
    private void awaitResults(Call call) {
        for (int used : call.uses) {
            Call producer = progress.calls.get(used);
            if (producer.outcome == null) {
                producer.users = producer.users.isEmpty() ? new ArrayList<>() : producer.users;
                producer.users.add(call);
                call.missingResults++;
            }
        }
        callEnding.runBeforeTurnIfComplete(call);
    }
}
