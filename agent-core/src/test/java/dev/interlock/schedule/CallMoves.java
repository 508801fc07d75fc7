package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.Event.Move;
import java.util.Objects;

/** What the thread of one call does in a {@link World}: each move tells the machine, and does what it says. */
final class CallMoves {

    private final World world;
    private final Call call;
    private final int i;
    private final int round;

    CallMoves(World world, Call call, int i) {
        this.world = world;
        this.call = call;
        this.i = i;
        this.round = (int) call.round() - 1;
    }

    void make(Move move) {
        switch (move) {
            case BEGIN -> begin();
            case START_FAILS -> {
                world.starts[i]--;
                world.perform(round, world.at(round).startFailed(call, new IllegalStateException("no thread")));
            }
            case WANT_TURN -> {
                world.perform(round, world.at(round).wantsTurn(call));
                world.does[i] = Does.WANTS_TURN;
            }
            case GO_ON -> goOn();
            case ATTEMPT -> attempt();
            case GATE -> {
                if (world.allowed(round, world.at(round).reachedGate(call))) {
                    attempt();
                } else {
                    world.does[i] = Does.AT_GATE;
                }
            }
            case ANNOUNCE -> {
                Does next = call.isManaged() ? Does.ATTEMPT : Does.BODY;
                world.does[i] = world.allowed(round, world.at(round).announced(call)) ? next : Does.MUST_FAIL;
            }
            case STOP_CLOCK -> {
                world.untimedOnce[i] = true;
                world.perform(round, world.at(round).clockStopped(call));
                world.does[i] = Does.UNTIMED;
            }
            case START_CLOCK -> {
                world.perform(round, world.at(round).clockStarted(call));
                world.does[i] = Does.BODY;
            }
            case WITHDRAW -> {
                world.withdrawn[i] = true;
                world.perform(round, world.at(round).withdrawn(call, "it is none"));
            }
            case ATTEMPT_OK -> {
                world.perform(round, world.at(round).attemptEnded(call, new Outcome.Succeeded("ok")));
                world.does[i] = afterAttempt();
            }
            case ATTEMPT_FAILS -> {
                world.perform(round, world.at(round).attemptEnded(call, failed()));
                world.does[i] = afterAttempt();
            }
            case PAUSE -> {
                world.pausedOnce[i] = true;
                boolean pauses = world.allowed(round, world.at(round).paused(call));
                world.does[i] = pauses ? Does.PAUSED : Does.MUST_FAIL;
                if (pauses) {
                    world.told.get(i).pauses();
                }
            }
            case RESUME -> {
                world.perform(round, world.at(round).resumed(call));
                world.does[i] = Does.RESUMING;
            }
            case LEND -> {
                world.lentOnce[i] = true;
                world.perform(round, world.at(round).lent(call));
                world.does[i] = Does.LENT;
            }
            case RECLAIM -> {
                world.perform(round, world.at(round).reclaimed(call));
                world.does[i] = Does.RECLAIMING;
            }
            case OK -> end(new Outcome.Succeeded("ok"), false);
            case FAILS -> end(failed(), false);
            case LEAVES -> end(failed(), true);
            case PENDS -> pends();
            case BECOMES_PENDING -> becomesPending();
            case TELL -> tell();
            case RELEASE -> world.perform(round, world.at(round).released(call));
            default -> throw new IllegalArgumentException("no move of a call: " + move);
        }
    }

    private void attempt() {
        Does next = call.isToBeAnnounced() ? Does.ANNOUNCING : Does.ATTEMPT;
        world.does[i] = world.allowed(round, world.at(round).attemptBegins(call)) ? next : Does.MUST_FAIL;
    }

    private static Outcome failed() {
        return new Outcome.Failed(new IllegalStateException("failed"));
    }

    private void begin() {
        world.starts[i]--;
        boolean asOwner = world.owners.get(round).runs == i;
        if (!asOwner
                && world.scenario.manner().usesExecutor()
                && call.isWithoutExecutor()
                && !world.at(round).launch(call)) {
            return;
        }
        ThreadKind kind = asOwner ? ThreadKind.OWNER : ThreadKind.VIRTUAL;
        Actions actions = world.at(round).began(call, kind);
        if (actions.allowed()) {
            if (world.isStopped(call)) {
                world.failed(call + " begins after its round was stopped");
            }
            Does body = call.isToBeAnnounced() ? Does.ANNOUNCING : Does.BODY;
            world.does[i] = call.runsBeforeTurn ? Does.BEFORE_TURN : call.managed ? Does.BETWEEN : body;
        } else if (asOwner) {
            world.owners.get(round).runs = -1;
        }
        world.perform(round, actions);
    }

    private void goOn() {
        if (world.does[i] == Does.RECLAIMING) {
            if (call.isReclaiming()) {
                world.perform(round, world.at(round).stoppedReclaiming(call));
            }
            world.does[i] = Does.BODY;
        } else if (world.does[i] == Does.AT_GATE) {
            attempt();
        } else {
            world.does[i] = (world.does[i] == Does.WANTS_TURN ? call.hasTurn() : call.mayGoOn())
                    ? Does.BETWEEN
                    : Does.MUST_FAIL;
        }
    }

    /** A second attempt follows a first that failed, if it may. */
    private Does afterAttempt() {
        Outcome came = Objects.requireNonNull(call.attemptOutcome());
        if (came.isSuccess()) {
            return Does.ATTEMPT_DONE;
        }
        boolean again = call.attempts() < 2 && world.at(round).mayTryAgain(call, world.now);
        return again ? Does.BETWEEN : Does.ATTEMPT_FAILED;
    }

    private void end(Outcome outcome, boolean leaves) {
        world.does[i] = Does.TELLING;
        world.perform(round, world.at(round).ended(call, outcome, world.now, world.now, leaves));
    }

    /** Its thread ends with that, if it is allowed; if not what it comes to is decided. */
    private void pends() {
        PendingCause cause =
                new PendingCause(call.attempts() == 0 ? PendingKind.APPROVAL : PendingKind.EXTERNAL, "a reason");
        if (world.allowed(round, world.at(round).pends(call, cause))) {
            world.does[i] = Does.WRITING_PENDING;
        } else {
            end(failed(), false);
        }
    }

    /** The journal knows that it is pending. */
    private void becomesPending() {
        Owner owner = world.owners.get(round);
        boolean asOwner = owner.runs == i;
        boolean stop = asOwner && owner.interrupted;
        if (asOwner) {
            owner.runs = -1;
            owner.awake = true;
        }
        world.does[i] = Does.GONE;
        world.perform(round, world.at(round).becomesPending(call, stop ? Outcomes.INTERRUPTED : null));
    }

    private void tell() {
        Owner owner = world.owners.get(round);
        boolean asOwner = owner.runs == i;
        boolean stop = asOwner && owner.interrupted;
        if (asOwner) {
            owner.runs = -1;
            owner.awake = true;
        }
        if (stop) {
            world.stopped(round);
        }
        world.does[i] = Does.GONE;
        world.perform(round, world.at(round).endHeard(call, stop ? Outcomes.INTERRUPTED : null));
    }
}
