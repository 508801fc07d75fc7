package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.schedule.Timers.CallLimit;
import dev.interlock.schedule.Timers.CallTimer;
import dev.interlock.schedule.Timers.RoundLimit;
import dev.interlock.schedule.Timers.RoundTimer;
import dev.interlock.share.Claim;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What holds between any two events.
 *
 * @param world whose state is looked at
 * @param settled the outcomes so far; those that are new are added
 */
record Invariants(World world, Map<Call, Outcome> settled) {

    /** Keeps the outcomes so far, which must not change. */
    void noteSettled() {
        for (Call call : world.calls) {
            if (call.outcome != null) {
                settled.put(call, call.outcome);
            }
        }
    }

    /** What does not hold, in words; null if all does. */
    @Nullable
    String violated() {
        for (int round = 0; round < world.schedules.size(); round++) {
            String wrong = ofRound(world.schedules.get(round), world.owners.get(round));
            if (wrong != null) {
                return wrong;
            }
        }
        for (Call call : world.calls) {
            String wrong = ofCall(call);
            if (wrong != null) {
                return wrong;
            }
        }
        return ofCaps();
    }

    private @Nullable String ofRound(Schedule schedule, Owner owner) {
        Progress progress = StateHash.progress(schedule);
        if (progress.permitHolders.size() > world.scenario.limits().maxConcurrency()) {
            return "more calls hold a permit than there are: " + progress.permitHolders;
        }
        long permits = progress.calls.stream().filter(this::needsPermit).count();
        if (permits != progress.permitHolders.size()) {
            return permits + " calls run, but " + progress.permitHolders + " hold a permit";
        }
        long done = progress.calls.stream()
                .filter(call -> call.outcome != null && call.phase != Phase.ENDING)
                .count();
        if (done != progress.done) {
            return done + " calls have their outcome, but " + progress.done + " count";
        }
        for (Call call : progress.calls) {
            CallLimit lost = progress.collapsed ? null : lost(progress, call);
            if (lost != null) {
                return call + " goes on without its limit: " + lost;
            }
        }
        String unlimited = unlimited(schedule, progress);
        if (unlimited != null) {
            return unlimited;
        }
        String pending = ofPending(progress);
        if (pending != null) {
            return pending;
        }
        if (isUnused(schedule, progress)) {
            return "calls are set aside, though a permit is free and more could queue for their caps";
        }
        String atGate = ofGate(progress);
        return atGate == null ? ofOwner(progress, owner) : atGate;
    }

    /** Calls are set aside only while as many as may queue for their caps, or no permit is free. */
    private boolean isUnused(Schedule schedule, Progress progress) {
        return progress.hasPermit()
                && !progress.collapsed
                && !progress.suspended
                && !StateHash.isStopped(schedule)
                && !world.isUndecided(world.schedules.indexOf(schedule))
                && StateHash.leavesAside(progress);
    }

    /**
     * A round is suspended only if nothing goes on but what waits for pending calls; and a pending call holds nothing,
     * while nothing that it keeps waiting begins.
     */
    private @Nullable String ofPending(Progress progress) {
        boolean any = false;
        for (Call call : progress.calls) {
            if (call.phase == Phase.PENDING) {
                any = true;
                if (call.claim != null || call.outcome != null || call.hasThread()) {
                    return call + " is pending, and holds something";
                }
                for (Call later : progress.calls) {
                    boolean waits = later.index > call.index && (later.conflictsWith(call) || uses(later, call));
                    if (waits && (later.phase == Phase.RUNNING || later.phase == Phase.PAUSED)) {
                        return later + " runs, though it waits for " + call;
                    }
                }
            }
            if (call.suspendedAs != null && !progress.suspended) {
                return call + " is suspended, and its round is not";
            }
            if (progress.suspended && call.outcome == null && !call.hasThread() && call.phase != Phase.ENDING) {
                return call + " is lost: its round is suspended without it";
            }
        }
        for (Call call : progress.calls) {
            if (any && call.countsAsBlocked != call.isBlocked()) {
                return call + " counts as one that " + (call.countsAsBlocked ? "cannot" : "can") + " go on by itself";
            }
        }
        return any && progress.suspended ? "the round is suspended, and a call is still pending" : null;
    }

    /** Which limit no timer keeps any more, although it holds for what the call does now; null if there is none. */
    private @Nullable CallLimit lost(Progress progress, Call call) {
        Limits limits = world.scenario.limits();
        if (call.hasThread() && call.verdict != null) {
            // A round cannot leave its owner.
            return call.threadKind == ThreadKind.OWNER ? null : unlessTimed(progress, call, CallLimit.GRACE);
        }
        AttemptClock clock = call.clock;
        if (limits.timeoutNanos() != Limits.NO_LIMIT
                && call.hasThread()
                && call.inAttempt
                && clock != null
                && clock.hasPassed(0, world.now)) {
            return unlessTimed(progress, call, CallLimit.ATTEMPT);
        }
        boolean mayHang = call.isUnended() && !call.isBlocked();
        return limits.callTimeoutNanos() != Limits.NO_LIMIT && mayHang
                ? unlessTimed(progress, call, CallLimit.CALL)
                : null;
    }

    private static @Nullable CallLimit unlessTimed(Progress progress, Call call, CallLimit limit) {
        boolean timed = StateHash.timersOf(progress)
                .anyMatch(timer ->
                        timer instanceof CallTimer ofCall && ofCall.limit() == limit && call.equals(ofCall.call()));
        return timed ? null : limit;
    }

    /** What else is limited: what waits for abandoned calls, for a user's executor, or for the end of a round. */
    private @Nullable String unlimited(Schedule schedule, Progress progress) {
        if (progress.collapsed) {
            return null;
        }
        for (Call call : progress.calls) {
            if (call.phase == Phase.ABANDONED && unlessTimed(progress, call, CallLimit.HELD) != null) {
                return call + " keeps calls of its round waiting without end";
            }
            if (isHeldUp(call) && unlessTimed(progress, call, CallLimit.HELD_ELSEWHERE) != null) {
                return call + " waits for an abandoned call of another round without end";
            }
            if (mayStayUnbegun(progress, call) && unlessTimed(progress, call, CallLimit.UNBEGUN) != null) {
                return call + " may stay unbegun without end";
            }
            if (call.overdue && call.isUnended() && call.verdict == null && !call.isBlocked()) {
                return call + " goes on, though it is overdue";
            }
        }
        boolean goesOn = progress.calls.stream().anyMatch(call -> call.isUnended() && call.verdict == null);
        boolean limited = world.scenario.limits().roundTimeoutNanos() != Limits.NO_LIMIT;
        if (goesOn && limited && !isTimed(progress, RoundLimit.ROUND)) {
            return "calls go on, though the limit of their round has passed";
        }
        boolean failed = StateHash.hasFailed(schedule) && !StateHash.isStopped(schedule);
        return goesOn && failed && !isTimed(progress, RoundLimit.FAILED_ROUND)
                ? "calls go on without a limit, though their round has failed"
                : null;
    }

    private static boolean isTimed(Progress progress, RoundLimit limit) {
        return StateHash.timersOf(progress)
                .anyMatch(timer -> timer instanceof RoundTimer ofRound && ofRound.limit() == limit);
    }

    private boolean isHeldUp(Call call) {
        Claim claim = call.claim();
        return claim != null
                && call.mayGetTurn()
                && world.shared.suspect(claim) != null
                && !world.suspected.contains(claim);
    }

    /** Whether only a user's executor may begin it. */
    private boolean mayStayUnbegun(Progress progress, Call call) {
        return call.phase == Phase.STARTING
                && progress.usesExecutor
                && !call.withoutExecutor
                && !call.launched
                && !call.equals(progress.owner.next)
                && !world.onOwner[world.calls.indexOf(call)];
    }

    private static boolean uses(Call later, Call call) {
        return Arrays.stream(later.uses).anyMatch(place -> place == call.index);
    }

    /** Of the calls that announce themselves one does so at a time; none waits while no other does and it could run. */
    private @Nullable String ofGate(Progress progress) {
        List<Call> announcing = progress.calls.stream()
                .filter(call -> world.does[world.calls.indexOf(call)] == Does.ANNOUNCING && call.hasThread())
                .toList();
        if (announcing.size() > 1) {
            return "several calls announce themselves at the same time: " + announcing;
        }
        boolean there = progress.calls.stream()
                .anyMatch(call -> call.isToBeAnnounced()
                        && (call.phase == Phase.STARTING || call.phase == Phase.ENDING || call.hasThread()));
        return progress.gate.isOpen() || there ? null : "the gate is shut, and nobody is there";
    }

    private boolean needsPermit(Call call) {
        return switch (call.phase) {
            case RUNNING -> true;
            case STARTING -> !call.runsBeforeTurn;
            case ENDING ->
                StateHash.progress(world.schedules.get((int) call.round() - 1))
                        .permitHolders
                        .contains(call);
            case WAITING, FOLLOWING, BEFORE_TURN, WANTS_TURN, PAUSED, RESUMING, PENDING, DONE, ABANDONED, BYPASSED ->
                false;
        };
    }

    /** An owner that waits is woken for whatever there is to do, and when the next limit passes at the latest. */
    private @Nullable String ofOwner(Progress progress, Owner owner) {
        if (!owner.there || owner.awake || owner.left || owner.runs >= 0) {
            return null;
        }
        long next = progress.timers.next(world.now);
        if (next != Limits.NO_LIMIT
                && (owner.parkedUntil == Limits.NO_LIMIT || owner.parkedUntil - (world.now + next) > 0)) {
            return "the owner sleeps past a limit: until " + owner.parkedUntil + ", the limit passes in " + next;
        }
        Call given = progress.owner.next;
        if (given != null) {
            return "the owner sleeps, though it is to run " + given;
        }
        return progress.isDone() ? "the owner sleeps, though all is done" : null;
    }

    /** In a confined round only the owner begins calls, each when all before it are over. */
    private @Nullable String ofOrder(Call call) {
        int i = world.calls.indexOf(call);
        boolean begun = call.phase != Phase.WAITING && call.phase != Phase.FOLLOWING && !call.isOver();
        if (!world.owners.get((int) call.round() - 1).confined || world.free[i] || !begun) {
            return null;
        }
        if (!world.onOwner[i] && world.starts[i] > 0) {
            return call + " is given a thread, though its round is confined to the owner";
        }
        for (Call before : world.calls) {
            if (before.round() == call.round() && before.index() < call.index() && !before.isOver()) {
                return call + " begins before " + before + " is over, though the round is confined to the owner";
            }
        }
        return call.hasThread() && call.threadKind != ThreadKind.OWNER
                ? call + " runs on a thread of its own, though its round is confined to the owner"
                : null;
    }

    @SuppressWarnings("ReferenceEquality") // an outcome is settled once
    private @Nullable String ofCall(Call call) {
        Outcome before = settled.get(call);
        Outcome outcome = call.outcome;
        if (before != null && before != outcome) {
            return call + " had an outcome, and has another: " + before + ", " + outcome;
        }
        if (outcome != null) {
            settled.put(call, outcome);
        }
        if (call.hasThread() && call.verdict != null && !world.interrupted.contains(call)) {
            return call + " must end, but was not interrupted";
        }
        if (outcome instanceof Outcome.TimedOut
                && call.pending != null
                && outcome.message().contains("the call exc")) {
            return call + " was pending, and its limit has ended it: " + outcome;
        }
        if (isWithdrawn(call) && call.onlyReads() && call.hasThread() && call.verdict == null) {
            return call + " goes on, though it is none, and so are all that share its outcome";
        }
        if (call.threadKind == ThreadKind.OWNER && call.isAbandoned()) {
            return call + " was abandoned on the owner";
        }
        if (world.refused.contains(call) && call.mayHaveStartedHere()) {
            return call + " begins, though its round was refused";
        }
        boolean refused = world.owners.get((int) call.round() - 1).refused;
        if (refused && !world.refused.contains(call) && call.verdict != null) {
            // Nothing else ends calls where rounds are refused.
            return call + " had begun when its round was refused, and is to end";
        }
        String outOfOrder = ofOrder(call);
        if (outOfOrder != null) {
            return outOfOrder;
        }
        for (Call other : world.calls) {
            if (!other.equals(call) && overlap(call, other)) {
                return call + " and " + other + " conflict, and run at the same time";
            }
        }
        return null;
    }

    private boolean isWithdrawn(Call call) {
        return world.withdrawn[world.calls.indexOf(call)]
                && call.followers.stream().allMatch(this::isWithdrawn);
    }

    private boolean overlap(Call call, Call other) {
        boolean exclude = call.round() == other.round() || world.scenario.exclusive();
        return exclude && isInBody(call) && holds(other) && call.conflictsWith(other);
    }

    private boolean isInBody(Call call) {
        Does does = world.does[world.calls.indexOf(call)];
        return call.hasThread()
                && (call.phase == Phase.RUNNING || does == Does.PAUSED || does == Does.RESUMING)
                && does != Does.NOTHING;
    }

    /** Whether it keeps others from what it accesses; one that the user has freed keeps nothing. */
    private static boolean holds(Call call) {
        return switch (call.phase) {
            case RUNNING, PAUSED, RESUMING, ABANDONED -> true;
            case ENDING -> !call.runsBeforeTurn;
            case BYPASSED -> call.claim != null;
            case WAITING, FOLLOWING, STARTING, BEFORE_TURN, WANTS_TURN, PENDING, DONE -> false;
        };
    }

    private boolean isAtTool(Call call) {
        Does does = world.does[world.calls.indexOf(call)];
        return does == Does.BODY || does == Does.ATTEMPT;
    }

    /** Of the calls that want a cap only as many run as it lets; those that have lent it, or must end, do not count. */
    private @Nullable String ofCaps() {
        List<Call> using = world.calls.stream()
                .filter(call -> call.phase == Phase.RUNNING && call.verdict == null)
                .filter(call -> !world.lacksCaps(call) || isAtTool(call))
                .filter(call -> call.lends == 0 && !call.reclaiming)
                .filter(call -> world.does[world.calls.indexOf(call)] != Does.RECLAIMING)
                .toList();
        return using.size() > world.scenario.cap() ? "more calls run than their cap allows: " + using : null;
    }
}
