package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.fail;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.schedule.Scenario.Extra;
import dev.interlock.share.Claim;
import dev.interlock.share.SharedLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Schedules with a model of all that is around them: owners, threads, bodies, a clock. It lists what can happen next, makes
 * that happen, does what the machine says, and checks after each event what must hold.
 */
final class World {

    /** What can happen. */
    enum Move {
        ADMIT,
        OWN,
        NEXT,
        TIME,
        CANCEL,
        INTERRUPT,
        BEGIN,
        START_FAILS,
        ASK,
        GO_ON,
        ATTEMPT,
        ATTEMPT_OK,
        ATTEMPT_FAILS,
        PAUSE,
        RESUME,
        LEND,
        RECLAIM,
        OK,
        FAILS,
        LEAVES,
        TELL,
        GRANT,
        SUSPECT,
        RELEASE,
        WITHDRAW,
        GATE,
        ANNOUNCE,
        STOP_CLOCK,
        START_CLOCK
    }

    /**
     * One event.
     *
     * @param move what happens
     * @param of to which call, or in which round
     */
    record Event(Move move, int of) {
        @Override
        public String toString() {
            return move + " " + of;
        }
    }

    /** What the thread of a call does. */
    enum Does {
        NOTHING,
        BODY,
        ASKING,
        ASKED,
        BETWEEN,
        ATTEMPT,
        ATTEMPT_FAILED,
        ATTEMPT_DONE,
        PAUSED,
        RESUMING,
        LENT,
        RECLAIMING,
        AT_GATE,
        ANNOUNCING,
        UNTIMED,
        MUST_FAIL,
        TELLING,
        GONE
    }

    /** The owner of a round, and the clock that rings for it while it has none. */
    static final class Owner {
        boolean there;
        boolean awake;
        boolean left;
        boolean interrupted;
        int runs = -1;
        long parkedUntil = Limits.NO_LIMIT;
        boolean cancelled;
        int admitted;
    }

    final Scenario scenario;
    final List<Call> calls;
    final List<Schedule> schedules = new ArrayList<>();
    final List<Owner> owners = new ArrayList<>();
    final Does[] does;

    /** How many threads have been, or are to be, given a call that have not come to it. */
    final int[] starts;

    final boolean[] pausedOnce;
    final boolean[] lentOnce;
    final boolean[] untimedOnce;
    final boolean[] withdrawn;
    final boolean[] onOwner;
    final List<Claim> granted = new ArrayList<>();
    final List<Claim> suspected = new ArrayList<>();
    final Set<Call> interrupted = new HashSet<>();
    private final Map<Call, Outcome> settled = new HashMap<>();
    private final Set<Call> stoppedBefore = new HashSet<>();
    final List<Event> trace = new ArrayList<>();

    /** Readings of the clock may overflow; none is the one that stands for no limit. */
    long now = Long.MAX_VALUE - 20 * Scenario.MILLI - 7;

    World(Scenario scenario) {
        this.scenario = scenario;
        this.calls = scenario.newCalls();
        int n = calls.size();
        does = new Does[n];
        Arrays.fill(does, Does.NOTHING);
        starts = new int[n];
        pausedOnce = new boolean[n];
        lentOnce = new boolean[n];
        untimedOnce = new boolean[n];
        withdrawn = new boolean[n];
        onOwner = new boolean[n];
        SharedLimits shared = new SharedLimits(scenario.exclusive());
        int rounds =
                scenario.calls().stream().mapToInt(Scenario.Spec::round).max().orElse(1);
        for (int round = 1; round <= rounds; round++) {
            int number = round;
            boolean streams = scenario.allows(Extra.STREAM);
            List<Call> known = streams
                    ? List.of()
                    : calls.stream().filter(call -> call.round() == number).toList();
            Schedule schedule = new Schedule(
                    scenario.limits(), new Sharing(shared, "conversation " + round, null), scenario.manner(), known);
            schedules.add(schedule);
            Owner owner = new Owner();
            owners.add(owner);
            schedule.at(now, false);
            if (!streams) {
                schedule.admitAll();
                owner.there = true;
                owner.awake = true;
            }
            schedule.begin(null, !streams, now);
        }
        check();
    }

    // What can happen.

    List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (int round = 0; round < schedules.size(); round++) {
            listOfRound(events, round);
        }
        for (int i = 0; i < calls.size(); i++) {
            listOfCall(events, i);
        }
        for (int i = 0; i < granted.size(); i++) {
            events.add(new Event(Move.GRANT, i));
        }
        for (int i = 0; i < suspected.size(); i++) {
            events.add(new Event(Move.SUSPECT, i));
        }
        if (nextRing() != Limits.NO_LIMIT) {
            events.add(new Event(Move.TIME, 0));
        }
        return events;
    }

    private void listOfRound(List<Event> events, int round) {
        Owner owner = owners.get(round);
        if (!owner.there) {
            if (owner.admitted < callsOf(round)) {
                events.add(new Event(Move.ADMIT, round));
            }
            events.add(new Event(Move.OWN, round));
        } else if (owner.awake && owner.runs < 0) {
            events.add(new Event(Move.NEXT, round));
        }
        boolean over = owner.left || (!owner.there && schedules.get(round).isDone());
        if (!over && !owner.cancelled && scenario.allows(Extra.CANCEL)) {
            events.add(new Event(Move.CANCEL, round));
        }
        if (owner.there && !owner.left && !owner.interrupted && scenario.allows(Extra.INTERRUPT)) {
            events.add(new Event(Move.INTERRUPT, round));
        }
    }

    private int callsOf(int round) {
        return (int) calls.stream().filter(call -> call.round() == round + 1).count();
    }

    private void listOfCall(List<Event> events, int i) {
        Call call = calls.get(i);
        if (starts[i] > 0) {
            events.add(new Event(Move.BEGIN, i));
            if (scenario.allows(Extra.START_FAILS) && !onOwner[i]) {
                events.add(new Event(Move.START_FAILS, i));
            }
        }
        switch (does[i]) {
            case NOTHING, GONE -> {}
            case BODY -> {
                listEnds(events, i);
                if (scenario.allows(Extra.LEND) && !lentOnce[i] && call.claim() != null) {
                    events.add(new Event(Move.LEND, i));
                }
                addIf(events, scenario.allows(Extra.UNTIMED) && !untimedOnce[i], Move.STOP_CLOCK, i);
            }
            case ANNOUNCING -> {
                events.add(new Event(Move.ANNOUNCE, i));
                addIf(events, scenario.allows(Extra.LEAVE), call.isManaged() ? Move.ATTEMPT_FAILS : Move.LEAVES, i);
            }
            case UNTIMED -> events.add(new Event(Move.START_CLOCK, i));
            case AT_GATE -> addIf(events, call.hasTurn() || call.isCondemned(), Move.GO_ON, i);
            case ASKING -> {
                events.add(new Event(Move.ASK, i));
                events.add(new Event(Move.FAILS, i));
            }
            case ASKED -> addIf(events, call.hasTurn() || call.isCondemned(), Move.GO_ON, i);
            case BETWEEN -> {
                events.add(new Event(call.isToBeAnnounced() ? Move.GATE : Move.ATTEMPT, i));
                addIf(events, scenario.allows(Extra.PAUSE) && !pausedOnce[i], Move.PAUSE, i);
            }
            case ATTEMPT -> {
                events.add(new Event(Move.ATTEMPT_OK, i));
                addIf(events, scenario.allows(Extra.FAIL), Move.ATTEMPT_FAILS, i);
            }
            case ATTEMPT_DONE -> events.add(new Event(Move.OK, i));
            case ATTEMPT_FAILED, MUST_FAIL -> events.add(new Event(Move.FAILS, i));
            case PAUSED -> events.add(new Event(Move.RESUME, i));
            case RESUMING -> addIf(events, call.mayGoOn() || call.isCondemned(), Move.GO_ON, i);
            case LENT -> events.add(new Event(Move.RECLAIM, i));
            case RECLAIMING -> addIf(events, !call.isReclaiming() || call.isCondemned(), Move.GO_ON, i);
            case TELLING -> events.add(new Event(Move.TELL, i));
        }
        addIf(events, mayBeWithdrawn(call) && !withdrawn[i], Move.WITHDRAW, i);
        addIf(events, scenario.allows(Extra.RELEASE) && call.phase == Phase.ABANDONED, Move.RELEASE, i);
    }

    private boolean mayBeWithdrawn(Call call) {
        Schedule schedule = schedules.get((int) call.round() - 1);
        return scenario.allows(Extra.WITHDRAW)
                && !schedule.isDone()
                && StateHash.progress(schedule).calls.contains(call);
    }

    private void listEnds(List<Event> events, int i) {
        events.add(new Event(Move.OK, i));
        addIf(events, scenario.allows(Extra.FAIL), Move.FAILS, i);
        addIf(events, scenario.allows(Extra.LEAVE), Move.LEAVES, i);
    }

    private static void addIf(List<Event> events, boolean can, Move move, int of) {
        if (can) {
            events.add(new Event(move, of));
        }
    }

    /** When the next owner's park ends, or the clock rings for a round whose owner does not wait. */
    private long nextRing() {
        long next = Limits.NO_LIMIT;
        for (int round = 0; round < schedules.size(); round++) {
            Owner owner = owners.get(round);
            long waits = owner.there && owner.runs < 0
                    ? (owner.awake || owner.left ? Limits.NO_LIMIT : owner.parkedUntil)
                    : alarm(round);
            if (waits != Limits.NO_LIMIT && (next == Limits.NO_LIMIT || waits - next < 0)) {
                next = waits;
            }
        }
        return next;
    }

    private long alarm(int round) {
        Schedule schedule = schedules.get(round);
        if (schedule.isDone()) {
            return Limits.NO_LIMIT;
        }
        long nanos = schedule.at(now, false).alarm();
        return nanos == Limits.NO_LIMIT ? nanos : now + Math.max(0, nanos);
    }

    // What happens.

    void make(Event event) {
        trace.add(event);
        switch (event.move()) {
            case ADMIT, OWN, NEXT, CANCEL, INTERRUPT -> makeInRound(event.move(), event.of());
            case TIME -> passTime();
            case GRANT -> {
                Claim claim = granted.remove(event.of());
                perform(roundOf(claim), schedule(claim).granted(claim));
            }
            case SUSPECT -> {
                Claim claim = suspected.remove(event.of());
                perform(roundOf(claim), schedule(claim).suspected(claim));
            }
            default -> makeOfCall(event.move(), event.of());
        }
        check();
    }

    private void makeInRound(Move move, int round) {
        Owner owner = owners.get(round);
        switch (move) {
            case ADMIT -> {
                int number = owner.admitted++;
                Call next = calls.stream()
                        .filter(call -> call.round() == round + 1 && call.index() == number)
                        .findFirst()
                        .orElseThrow();
                perform(round, at(round).admit(next));
            }
            case OWN -> {
                owner.there = true;
                owner.awake = true;
                owner.admitted = callsOf(round);
                perform(round, at(round).own());
            }
            case NEXT -> look(round, owner);
            case CANCEL -> {
                owner.cancelled = true;
                stopped(round);
                perform(round, at(round).cancelled("enough"));
            }
            case INTERRUPT -> {
                owner.interrupted = true;
                owner.awake |= owner.runs < 0;
            }
            default -> throw new IllegalArgumentException("no move of a round: " + move);
        }
    }

    private void look(int round, Owner owner) {
        Schedule schedule = at(round);
        if (owner.interrupted) {
            stopped(round);
            schedule.stop(Outcomes.INTERRUPTED);
        }
        Actions actions = schedule.next();
        perform(round, actions);
        if (actions.own() != null) {
            int i = calls.indexOf(actions.own());
            owner.runs = i;
            onOwner[i] = true;
            starts[i]++;
        } else if (actions.isEmpty()) {
            owner.awake = false;
            if (schedule.isDone()) {
                owner.left = true;
            } else {
                long park = schedule.park();
                owner.parkedUntil = park == Limits.NO_LIMIT ? park : now + park;
            }
        }
    }

    private void passTime() {
        now = nextRing();
        for (int round = 0; round < schedules.size(); round++) {
            Owner owner = owners.get(round);
            if (owner.there && owner.runs < 0) {
                owner.awake |= !owner.left && owner.parkedUntil != Limits.NO_LIMIT && owner.parkedUntil - now <= 0;
            } else if (alarm(round) == now) {
                perform(round, at(round).timePassed());
            }
        }
    }

    private void makeOfCall(Move move, int i) {
        Call call = calls.get(i);
        int round = (int) call.round() - 1;
        switch (move) {
            case BEGIN -> begin(call, i, round);
            case START_FAILS -> {
                starts[i]--;
                perform(round, at(round).startFailed(call, new IllegalStateException("no thread")));
            }
            case ASK -> {
                perform(round, at(round).asked(call));
                does[i] = Does.ASKED;
            }
            case GO_ON -> goOn(call, i, round);
            case ATTEMPT -> attempt(call, i, round);
            case GATE -> {
                if (allowed(round, at(round).reachedGate(call))) {
                    attempt(call, i, round);
                } else {
                    does[i] = Does.AT_GATE;
                }
            }
            case ANNOUNCE -> {
                Does next = call.isManaged() ? Does.ATTEMPT : Does.BODY;
                does[i] = allowed(round, at(round).announced(call)) ? next : Does.MUST_FAIL;
            }
            case STOP_CLOCK -> {
                untimedOnce[i] = true;
                perform(round, at(round).clockStopped(call));
                does[i] = Does.UNTIMED;
            }
            case START_CLOCK -> {
                perform(round, at(round).clockStarted(call));
                does[i] = Does.BODY;
            }
            case WITHDRAW -> {
                withdrawn[i] = true;
                perform(round, at(round).withdrawn(call, "it is none"));
            }
            case ATTEMPT_OK -> {
                perform(round, at(round).attemptEnded(call, new Outcome.Succeeded("ok")));
                does[i] = afterAttempt(call, round);
            }
            case ATTEMPT_FAILS -> {
                perform(round, at(round).attemptEnded(call, failed()));
                does[i] = afterAttempt(call, round);
            }
            case PAUSE -> {
                pausedOnce[i] = true;
                does[i] = allowed(round, at(round).paused(call)) ? Does.PAUSED : Does.MUST_FAIL;
            }
            case RESUME -> {
                perform(round, at(round).resumed(call));
                does[i] = Does.RESUMING;
            }
            case LEND -> {
                lentOnce[i] = true;
                perform(round, at(round).lent(call));
                does[i] = Does.LENT;
            }
            case RECLAIM -> {
                perform(round, at(round).reclaimed(call));
                does[i] = Does.RECLAIMING;
            }
            case OK -> end(call, i, round, new Outcome.Succeeded("ok"), false);
            case FAILS -> end(call, i, round, failed(), false);
            case LEAVES -> end(call, i, round, failed(), true);
            case TELL -> tell(call, i, round);
            case RELEASE -> perform(round, at(round).released(call));
            default -> throw new IllegalArgumentException("no move of a call: " + move);
        }
    }

    private void attempt(Call call, int i, int round) {
        Does next = call.isToBeAnnounced() ? Does.ANNOUNCING : Does.ATTEMPT;
        does[i] = allowed(round, at(round).attemptBegins(call)) ? next : Does.MUST_FAIL;
    }

    private static Outcome failed() {
        return new Outcome.Failed(new IllegalStateException("failed"));
    }

    private void begin(Call call, int i, int round) {
        starts[i]--;
        boolean asOwner = owners.get(round).runs == i;
        if (!asOwner
                && scenario.manner().usesExecutor()
                && call.isWithoutExecutor()
                && !at(round).launch(call)) {
            return;
        }
        ThreadKind kind = asOwner ? ThreadKind.OWNER : ThreadKind.VIRTUAL;
        Actions actions = at(round).began(call, kind);
        if (actions.allowed()) {
            if (stoppedBefore.contains(call)) {
                failed(call + " begins after its round was stopped");
            }
            Does body = call.isToBeAnnounced() ? Does.ANNOUNCING : Does.BODY;
            does[i] = call.asks ? Does.ASKING : call.managed ? Does.BETWEEN : body;
        } else if (asOwner) {
            owners.get(round).runs = -1;
        }
        perform(round, actions);
    }

    private void goOn(Call call, int i, int round) {
        if (does[i] == Does.RECLAIMING) {
            if (call.isReclaiming()) {
                perform(round, at(round).stoppedReclaiming(call));
            }
            does[i] = Does.BODY;
        } else if (does[i] == Does.AT_GATE) {
            attempt(call, i, round);
        } else {
            does[i] = (does[i] == Does.ASKED ? call.hasTurn() : call.mayGoOn()) ? Does.BETWEEN : Does.MUST_FAIL;
        }
    }

    /** A second attempt follows a first that failed, if it may. */
    private Does afterAttempt(Call call, int round) {
        Outcome came = Objects.requireNonNull(call.attemptOutcome());
        if (came.isSuccess()) {
            return Does.ATTEMPT_DONE;
        }
        boolean again = call.attempts() < 2 && at(round).mayTryAgain(call, now);
        return again ? Does.BETWEEN : Does.ATTEMPT_FAILED;
    }

    private void end(Call call, int i, int round, Outcome outcome, boolean leaves) {
        does[i] = Does.TELLING;
        perform(round, at(round).ended(call, outcome, now, now, leaves));
    }

    private void tell(Call call, int i, int round) {
        Owner owner = owners.get(round);
        boolean asOwner = owner.runs == i;
        boolean stop = asOwner && owner.interrupted;
        if (asOwner) {
            owner.runs = -1;
            owner.awake = true;
        }
        if (stop) {
            stopped(round);
        }
        does[i] = Does.GONE;
        perform(round, at(round).told(call, stop ? Outcomes.INTERRUPTED : null));
    }

    /** From here on no call of the round may begin. */
    private void stopped(int round) {
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            if (call.round() == round + 1 && does[i] == Does.NOTHING) {
                stoppedBefore.add(call);
            }
        }
    }

    private Schedule at(int round) {
        Owner owner = owners.get(round);
        return schedules.get(round).at(now, owner.runs >= 0 && owner.interrupted);
    }

    private int roundOf(Claim claim) {
        return (int) Call.claiming(claim).round() - 1;
    }

    private Schedule schedule(Claim claim) {
        return at(roundOf(claim));
    }

    private boolean allowed(int round, Actions actions) {
        perform(round, actions);
        return actions.allowed();
    }

    private void perform(int round, Actions actions) {
        Owner owner = owners.get(round);
        owner.awake |= actions.wake() && owner.there && !owner.left;
        actions.start().forEach(call -> starts[calls.indexOf(call)]++);
        actions.interrupt().forEach(interrupt -> interrupted.add(interrupt.call()));
        granted.addAll(actions.granted());
        suspected.addAll(actions.suspicious());
    }

    // What must hold.

    private void check() {
        String wrong = new Invariants(this, settled).violated();
        if (wrong != null) {
            failed(wrong);
        }
    }

    /** Nothing can happen any more. */
    void checkEnd() {
        for (int round = 0; round < schedules.size(); round++) {
            if (!schedules.get(round).isDone() || !owners.get(round).left) {
                failed("round " + (round + 1) + " is stranded");
            }
        }
        for (Call call : calls) {
            if (call.claim() != null) {
                failed(call + " holds what rounds share for ever");
            }
        }
    }

    /** Whether a call must not begin any more. */
    boolean isStopped(Call call) {
        return stoppedBefore.contains(call);
    }

    private void failed(String what) {
        fail("%s\nscenario: %s\nevents: %s\ncalls: %s", what, scenario, trace, calls);
    }
}
