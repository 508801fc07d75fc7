package dev.interlock.schedule;

import dev.interlock.schedule.Event.Move;
import dev.interlock.schedule.Scenario.Extra;
import java.util.ArrayList;
import java.util.List;

/**
 * What can happen next in a world.
 *
 * @param world as it is
 */
record Possible(World world) {

    List<Event> list() {
        List<Event> events = new ArrayList<>();
        for (int round = 0; round < world.schedules.size(); round++) {
            listOfRound(events, round);
        }
        for (int i = 0; i < world.calls.size(); i++) {
            listOfCall(events, i);
        }
        for (int i = 0; i < world.granted.size(); i++) {
            events.add(new Event(Move.GRANT, i));
            addIf(events, world.failures.mayBreak(world.granted.get(i)), Move.BREAK_GRANT, i);
        }
        for (int i = 0; i < world.suspected.size(); i++) {
            events.add(new Event(Move.SUSPECT, i));
        }
        if (world.nextRing() != Limits.NO_LIMIT) {
            events.add(new Event(Move.TIME, 0));
        }
        return events;
    }

    private void listOfRound(List<Event> events, int round) {
        Owner owner = world.owners.get(round);
        if (!owner.there) {
            if (owner.admitted < world.callsOf(round)) {
                events.add(new Event(Move.ADMIT, round));
            }
            events.add(new Event(Move.OWN, round));
            addIf(events, world.scenario.allows(Extra.CONFINE) && !owner.confined, Move.CONFINE, round);
            addIf(events, world.scenario.allows(Extra.REFUSE) && !owner.refused, Move.REFUSE, round);
        } else if (owner.awake && owner.runs < 0) {
            events.add(new Event(Move.NEXT, round));
        }
        boolean over = owner.left || (!owner.there && world.schedules.get(round).isDone());
        if (!over && !owner.cancelled && world.scenario.allows(Extra.CANCEL)) {
            events.add(new Event(Move.CANCEL, round));
        }
        addIf(events, !over && world.failures.mayBreak(round), Move.BREAK_ROUND, round);
        if (owner.there && !owner.left && !owner.interrupted && world.scenario.allows(Extra.INTERRUPT)) {
            events.add(new Event(Move.INTERRUPT, round));
        }
    }

    private void listOfCall(List<Event> events, int i) {
        int before = events.size();
        Call call = world.calls.get(i);
        if (world.starts[i] > 0) {
            events.add(new Event(Move.BEGIN, i));
            if (world.scenario.allows(Extra.START_FAILS) && !world.onOwner[i]) {
                events.add(new Event(Move.START_FAILS, i));
            }
        }
        switch (world.does[i]) {
            case NOTHING, GONE -> {}
            case BODY -> {
                listEnds(events, i);
                listWaits(events, i);
            }
            case ANNOUNCING -> {
                events.add(new Event(Move.ANNOUNCE, i));
                boolean vetoed = world.scenario.allows(Extra.LEAVE);
                addIf(events, vetoed, call.isManaged() ? Move.ATTEMPT_FAILS : Move.LEAVES, i);
            }
            case UNTIMED -> events.add(new Event(Move.START_CLOCK, i));
            case AT_GATE -> addIf(events, call.hasTurn() || call.isCondemned(), Move.GO_ON, i);
            case BEFORE_TURN -> {
                events.add(new Event(Move.WANT_TURN, i));
                events.add(new Event(Move.FAILS, i));
                addIf(events, world.scenario.allows(Extra.PEND), Move.PENDS, i);
            }
            case WANTS_TURN -> addIf(events, call.hasTurn() || call.isCondemned(), Move.GO_ON, i);
            case BETWEEN -> {
                events.add(new Event(call.isToBeAnnounced() ? Move.GATE : Move.ATTEMPT, i));
                addIf(events, world.scenario.allows(Extra.PAUSE) && !world.pausedOnce[i], Move.PAUSE, i);
            }
            case ATTEMPT -> {
                events.add(new Event(Move.ATTEMPT_OK, i));
                addIf(events, world.scenario.allows(Extra.FAIL), Move.ATTEMPT_FAILS, i);
            }
            case ATTEMPT_DONE -> events.add(new Event(Move.OK, i));
            case ATTEMPT_FAILED, MUST_FAIL -> {
                events.add(new Event(Move.FAILS, i));
                addIf(events, world.scenario.allows(Extra.PEND), Move.PENDS, i);
            }
            case PAUSED -> events.add(new Event(Move.RESUME, i));
            case RESUMING -> addIf(events, call.mayGoOn() || call.isCondemned(), Move.GO_ON, i);
            case LENT -> events.add(new Event(Move.RECLAIM, i));
            case RECLAIMING -> addIf(events, !call.isReclaiming() || call.isCondemned(), Move.GO_ON, i);
            case TELLING -> events.add(new Event(Move.TELL, i));
            case WRITING_PENDING -> events.add(new Event(Move.BECOMES_PENDING, i));
        }
        addIf(
                events,
                events.size() > before && world.scenario.allows(Extra.LATE) && !world.stampedOnce,
                Move.READ_CLOCK,
                i);
        addIf(events, world.failures.mayBreak(call, i), Move.BREAK, i);
        addIf(events, mayBeWithdrawn(call) && !world.withdrawn[i], Move.WITHDRAW, i);
        addIf(events, world.scenario.allows(Extra.RELEASE) && call.phase == Phase.ABANDONED, Move.RELEASE, i);
    }

    private boolean mayBeWithdrawn(Call call) {
        Schedule schedule = world.schedules.get((int) call.round() - 1);
        return world.scenario.allows(Extra.WITHDRAW)
                && !schedule.isDone()
                && StateHash.progress(schedule).calls.contains(call);
    }

    private void listWaits(List<Event> events, int i) {
        boolean holds = world.calls.get(i).claim() != null;
        addIf(events, world.scenario.allows(Extra.LEND) && !world.lentOnce[i] && holds, Move.LEND, i);
        addIf(events, world.scenario.allows(Extra.UNTIMED) && !world.untimedOnce[i], Move.STOP_CLOCK, i);
    }

    private void listEnds(List<Event> events, int i) {
        events.add(new Event(Move.OK, i));
        addIf(events, world.scenario.allows(Extra.FAIL), Move.FAILS, i);
        addIf(events, world.scenario.allows(Extra.LEAVE), Move.LEAVES, i);
        addIf(events, world.scenario.allows(Extra.PEND), Move.PENDS, i);
    }

    private static void addIf(List<Event> events, boolean can, Move move, int of) {
        if (can) {
            events.add(new Event(move, of));
        }
    }
}
