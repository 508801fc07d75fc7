package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.fail;

import dev.interlock.call.Outcome;
import dev.interlock.schedule.Event.Move;
import dev.interlock.schedule.Scenario.Before;
import dev.interlock.schedule.Scenario.Extra;
import dev.interlock.share.Claim;
import dev.interlock.share.SharedLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Schedules with a model of all that is around them: owners, threads, bodies, a clock. It lists what can happen next,
 * makes that happen, does what the machine says, and checks after each event what must hold.
 */
final class World {

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

    /** Those that had a thread before their round was confined. */
    final boolean[] free;

    final List<Claim> granted = new ArrayList<>();
    final List<Claim> suspected = new ArrayList<>();
    final Set<Call> interrupted = new HashSet<>();
    private final Map<Call, Outcome> settled = new HashMap<>();
    private final Set<Call> stoppedBefore = new HashSet<>();

    /** Those that had not begun when their round was refused. */
    final Set<Call> refused = new HashSet<>();

    final Failures failures = new Failures(this);
    final List<Event> trace = new ArrayList<>();
    final List<Told> told = new ArrayList<>();

    final SharedLimits shared;

    /** Of each round whether its machine has looked who may start. */
    private final boolean[] looked;

    /** Of each thread of a call the reading of the clock with which it waits for the lock; or {@link #NONE}. */
    final long[] stamps;

    boolean stampedOnce;
    private long stamp = NONE;
    static final long NONE = Long.MAX_VALUE;

    /** Readings of the clock may overflow; none is the one that stands for no limit. */
    long now = Long.MAX_VALUE - 20 * Scenario.MILLI - 7;

    World(Scenario scenario) {
        this.scenario = scenario;
        this.calls = scenario.newCalls();
        calls.forEach(call -> told.add(new Told(this, call)));
        int n = calls.size();
        does = new Does[n];
        Arrays.fill(does, Does.NOTHING);
        stamps = new long[n];
        Arrays.fill(stamps, NONE);
        for (int i = 0; i < n; i++) {
            does[i] = scenario.calls().get(i).before() == Before.NEW ? Does.NOTHING : Does.GONE;
        }
        starts = new int[n];
        pausedOnce = new boolean[n];
        lentOnce = new boolean[n];
        untimedOnce = new boolean[n];
        withdrawn = new boolean[n];
        onOwner = new boolean[n];
        free = new boolean[n];
        shared = new SharedLimits(scenario.exclusive());
        int rounds =
                scenario.calls().stream().mapToInt(Scenario.Spec::round).max().orElse(1);
        looked = new boolean[rounds];
        for (int round = 1; round <= rounds; round++) {
            int number = round;
            boolean streams = scenario.allows(Extra.STREAM) && round == 1;
            List<Call> known = streams
                    ? List.of()
                    : calls.stream().filter(call -> call.round() == number).toList();
            Schedule schedule = new Schedule(
                    scenario.limits(), new Sharing(shared, "conversation " + round, null), scenario.manner(), known);
            schedules.add(schedule);
            Owner owner = new Owner();
            owners.add(owner);
            owner.confined = scenario.manner().confined();
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

    // What happens.

    /** When the next owner's park ends, or the clock rings for a round whose owner does not wait. */
    long nextRing() {
        long next = Limits.NO_LIMIT;
        for (int round = 0; round < schedules.size(); round++) {
            Owner owner = owners.get(round);
            long waits = waitsItself(round)
                    ? (owner.awake || owner.left ? Limits.NO_LIMIT : owner.parkedUntil)
                    : alarm(round);
            if (waits != Limits.NO_LIMIT && (next == Limits.NO_LIMIT || waits - next < 0)) {
                next = waits;
            }
        }
        return next;
    }

    /** Whether its owner neither runs a call nor is {@linkplain #isBusy busy} with actions. */
    private boolean waitsItself(int round) {
        Owner owner = owners.get(round);
        return owner.there && owner.runs < 0 && !isBusy(StateHash.progress(schedules.get(round)));
    }

    /** Whether its owner carries out actions, which takes time only where the scenario says. */
    boolean isBusy(Progress progress) {
        return scenario.allows(Extra.BUSY) && progress.owner.acts;
    }

    private long alarm(int round) {
        Schedule schedule = schedules.get(round);
        if (schedule.isDone()) {
            return Limits.NO_LIMIT;
        }
        long nanos = schedule.at(now, false).alarm();
        return nanos == Limits.NO_LIMIT ? nanos : now + Math.max(0, nanos);
    }

    /** Makes what can happen next happen, and checks after it what must hold. */
    void make(Event event) {
        happen(event);
        check();
    }

    /** Makes happen once more, in a world made anew, what {@link #make} has checked the same way before. */
    void repeat(Event event) {
        happen(event);
        new Invariants(this, settled).noteSettled();
    }

    private void happen(Event event) {
        trace.add(event);
        switch (event.move()) {
            case ADMIT, OWN, NEXT, CANCEL, CONFINE, REFUSE, INTERRUPT -> makeInRound(event.move(), event.of());
            case TIME -> passTime();
            case GRANT -> {
                Claim claim = granted.remove(event.of());
                perform(roundOf(claim), schedule(claim).granted(claim));
            }
            case BREAK_GRANT -> failures.onGrant(granted.remove(event.of()));
            case BREAK_ROUND -> failures.inRound(event.of());
            case BREAK -> failures.onThreadOf(calls.get(event.of()), event.of());
            case SUSPECT -> {
                Claim claim = suspected.remove(event.of());
                perform(roundOf(claim), schedule(claim).suspected(claim));
            }
            case READ_CLOCK -> {
                stampedOnce = true;
                stamps[event.of()] = now;
            }
            default -> {
                stamp = stamps[event.of()];
                new CallMoves(this, calls.get(event.of()), event.of()).make(event.move());
                stamps[event.of()] = NONE;
                stamp = NONE;
            }
        }
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
                if (owner.refused) {
                    next.preset(refusal(next));
                }
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
            case CONFINE -> {
                owner.confined = true;
                for (int i = 0; i < calls.size(); i++) {
                    free[i] |= calls.get(i).round() == round + 1 && calls.get(i).phase != Phase.WAITING;
                }
                at(round).confine();
                looked[round] = false;
            }
            case REFUSE -> {
                owner.refused = true;
                refused(round);
                perform(round, at(round).refused(World::refusal));
            }
            case INTERRUPT -> {
                owner.interrupted = true;
                owner.awake |= owner.runs < 0;
            }
            default -> throw new IllegalArgumentException("no move of a round: " + move);
        }
    }

    int callsOf(int round) {
        return (int) calls.stream().filter(call -> call.round() == round + 1).count();
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
            if (waitsItself(round)) {
                owner.awake |= !owner.left && owner.parkedUntil != Limits.NO_LIMIT && owner.parkedUntil - now <= 0;
            } else if (alarm(round) == now) {
                perform(round, at(round).timePassed());
            }
        }
    }

    private static Outcome refusal(Call call) {
        return new Outcome.Failed(new IllegalStateException(call.inWords() + " is refused"));
    }

    /** From here on no tool of the round may start. */
    private void refused(int round) {
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            if (call.round() == round + 1 && !call.mayHaveStartedHere()) {
                refused.add(call);
            }
        }
    }

    /** From here on no call of the round may begin. */
    void stopped(int round) {
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            if (call.round() == round + 1 && does[i] == Does.NOTHING) {
                stoppedBefore.add(call);
            }
        }
    }

    Schedule at(int round) {
        Owner owner = owners.get(round);
        return schedules.get(round).at(stamp == NONE ? now : stamp, owner.runs >= 0 && owner.interrupted);
    }

    private int roundOf(Claim claim) {
        return (int) Call.claiming(claim).round() - 1;
    }

    private Schedule schedule(Claim claim) {
        return at(roundOf(claim));
    }

    boolean allowed(int round, Actions actions) {
        perform(round, actions);
        return actions.allowed();
    }

    void perform(int round, Actions actions) {
        looked[round] = true;
        for (Note note : actions.tell()) {
            String wrong = told.get(calls.indexOf(note.call())).add(note);
            if (wrong != null) {
                failed(wrong);
            }
        }
        Owner owner = owners.get(round);
        owner.awake |= actions.wake() && owner.there && !owner.left;
        actions.start().forEach(call -> starts[calls.indexOf(call)]++);
        actions.interrupt().forEach(interrupt -> interrupted.add(interrupt.call()));
        granted.addAll(actions.granted());
        suspected.addAll(actions.suspicious());
    }

    /** Whether its machine has not looked yet who may start, or does not since its owner will end it. */
    boolean isUndecided(int round) {
        Owner owner = owners.get(round);
        return !looked[round] || (owner.interrupted && owner.runs >= 0);
    }

    // What must hold.

    private void check() {
        for (Told ofCall : told) {
            String wrong = ofCall.wrong();
            if (wrong != null) {
                failed(wrong);
            }
        }
        String wrong = new Invariants(this, settled).violated();
        if (wrong != null) {
            failed(wrong);
        }
        String broken = failures.wrong();
        if (broken != null) {
            failed(broken);
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
        String wrong = failures.wrongAtEnd();
        if (wrong != null) {
            failed(wrong);
        }
    }

    /** Whether a call has its turn, and went on without the caps that it had lent. */
    boolean lacksCaps(Call call) {
        Claim claim = call.claim();
        return call.hasTurn() && claim != null && !shared.hasAll(claim);
    }

    /** Whether a call must not begin any more. */
    boolean isStopped(Call call) {
        return stoppedBefore.contains(call);
    }

    void failed(String what) {
        fail("%s\nscenario: %s\nevents: %s\ncalls: %s", what, scenario, trace, calls);
    }
}
