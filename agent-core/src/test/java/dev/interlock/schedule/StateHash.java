package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import dev.interlock.share.Claim;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All of a world's state that matters for what can happen next, as a number. Times count from now, and orders of
 * arrival by rank, so that states that behave alike are alike. What the scoreboard knows follows from the phases of the
 * calls.
 */
final class StateHash {

    private static final Field PROGRESS = field(Schedule.class, "progress");
    private static final Field ENDING = field(Schedule.class, "roundEnding");
    private static final Field EXPIRY = field(Schedule.class, "expiry");
    private static final Field LIMITED_WAITS = field(Expiry.class, "limitedWaits");
    private static final Field STOPPED = field(RoundEnding.class, "stopped");
    private static final Field EARLIEST_FAILURE = field(RoundEnding.class, "earliestFailure");
    private static final Field ROUND_EXPIRED = field(RoundEnding.class, "roundExpired");
    private static final Field OWNERS_IS_NEW = field(OwnerWork.class, "isNew");
    private static final Field WAITING_FOR_OWNER = field(OwnerWork.class, "waiting");
    private static final Field TIMERS = field(Timers.class, "timers");
    private static final Field PARKED_UNTIL = field(Timers.class, "parkedUntil");
    private static final Field MISSED = field(Timers.class, "missed");
    private static final Field QUEUE = field(ReadyCalls.class, "queue");
    private static final Field FREE = field(ReadyCalls.InOrder.class, "free");
    private static final Field GATED = field(ReadyCalls.InOrder.class, "gated");
    private static final Field AT_GATE = field(Gate.class, "current");
    private static final List<Field> OF_CLOCKS =
            List.of(field(AttemptClock.class, "since"), field(AttemptClock.class, "stoppedAt"));
    private static final Field ASIDE = field(ReadyCalls.class, "asideByCaps");
    private static final Field ASIDE_CALLS = field(ReadyCalls.Aside.class, "calls");
    private static final Field QUEUEING = field(ReadyCalls.Aside.class, "queueing");
    private static final Field STARTS = field(ActionsBuilder.class, "start");
    private static final List<Field> OF_CLAIMS = List.of(
            field(Claim.class, "capsHeld"),
            field(Claim.class, "waitsForResources"),
            field(Claim.class, "holdsResources"),
            field(Claim.class, "abandoned"));
    private static final Field ARRIVAL = field(Claim.class, "arrival");

    private final World world;
    private final StringBuilder text = new StringBuilder(512);

    private StateHash(World world) {
        this.world = world;
    }

    static long of(World world) {
        StateHash state = new StateHash(world);
        for (int round = 0; round < world.schedules.size(); round++) {
            state.ofOwner(world.owners.get(round));
            state.ofSchedule(world.schedules.get(round));
        }
        long[] arrivals = world.calls.stream()
                .map(Call::claim)
                .filter(claim -> claim != null)
                .mapToLong(claim -> (long) get(ARRIVAL, claim))
                .sorted()
                .toArray();
        for (int i = 0; i < world.calls.size(); i++) {
            state.ofCall(i, arrivals);
        }
        state.put("b", world.failures);
        for (Claim claim : world.granted) {
            state.put("g", world.calls.indexOf(Call.claiming(claim)));
        }
        for (Claim claim : world.suspected) {
            state.put("s", world.calls.indexOf(Call.claiming(claim)));
        }
        return hash(state.text);
    }

    static Progress progress(Schedule schedule) {
        return (Progress) get(PROGRESS, schedule);
    }

    static boolean isStopped(Schedule schedule) {
        return ((RoundEnding) get(ENDING, schedule)).isStopped();
    }

    static boolean hasFailed(Schedule schedule) {
        return get(EARLIEST_FAILURE, get(ENDING, schedule)) != null;
    }

    static List<?> waitingForOwner(Schedule schedule) {
        return (List<?>) get(WAITING_FOR_OWNER, progress(schedule).owner);
    }

    /** Whether calls are set aside for caps for which fewer than may queue, or are ready to. */
    static boolean leavesAside(Progress progress) {
        return ((Map<?, ?>) get(ASIDE, progress.ready)).entrySet().stream().anyMatch(aside -> {
            boolean any = inQueue(get(ASIDE_CALLS, aside.getValue()))
                    .anyMatch(call -> call.mayGetTurn() && (!call.gated || progress.gate.isOpen()));
            long ready = inQueue(get(QUEUE, progress.ready))
                    .filter(call -> call.caps().equals(aside.getKey()))
                    .count();
            return any && (int) get(QUEUEING, aside.getValue()) + ready < progress.mostQueueing();
        });
    }

    static Stream<Timers.Timer> timersOf(Progress progress) {
        return ((PriorityQueue<?>) get(TIMERS, progress.timers)).stream().map(Timers.Timer.class::cast);
    }

    private static Stream<Call> inQueue(Object queue) {
        return Stream.of(FREE, GATED)
                .flatMap(of -> ((PriorityQueue<?>) get(of, queue)).stream())
                .map(Call.class::cast);
    }

    private void ofOwner(Owner owner) {
        put(
                "o",
                owner.there,
                owner.awake,
                owner.left,
                owner.interrupted,
                owner.runs,
                owner.cancelled,
                owner.admitted,
                owner.refused);
        put("p", owner.parkedUntil == Limits.NO_LIMIT ? "never" : owner.parkedUntil - world.now);
    }

    private void ofSchedule(Schedule schedule) {
        Progress progress = progress(schedule);
        put(
                "m",
                progress.done,
                progress.order.isConfined(),
                progress.suspended,
                progress.inTurn,
                progress.sealed,
                progress.executorBegan,
                progress.collapsed,
                progress.owner.isThere,
                progress.owner.runsCall,
                world.isBusy(progress),
                get(OWNERS_IS_NEW, progress.owner),
                progress.calls.size(),
                progress.owner.next == null ? -1 : progress.owner.next.index);
        calls("w", waitingForOwner(schedule));
        calls("q", progress.toRunBeforeTurn);
        calls(
                "l",
                ((Set<?>) get(LIMITED_WAITS, get(EXPIRY, schedule)))
                        .stream()
                                .map(Call.class::cast)
                                .sorted(Comparator.comparingInt(c -> c.index))
                                .toList());
        calls("k", (List<?>) get(STARTS, progress.actions));
        Object ending = get(ENDING, schedule);
        put("e", get(STOPPED, ending), get(EARLIEST_FAILURE, ending) != null, get(ROUND_EXPIRED, ending));
        if (get(EARLIEST_FAILURE, ending) instanceof Call call) {
            put("f", call.index);
        }
        put("t", get(MISSED, progress.timers));
        long parked = (long) get(PARKED_UNTIL, progress.timers);
        put("u", parked == 0 ? "not yet" : Math.max(parked - world.now, -1));
        timersOf(progress)
                .map(timer -> (timer.at() - world.now) + " "
                        + switch (timer) {
                            case Timers.RoundTimer ofRound -> ofRound.limit() + " -1 0";
                            case Timers.CallTimer ofCall ->
                                ofCall.limit() + " " + ofCall.call().index + " " + ofCall.attempt();
                        })
                .sorted()
                .forEach(timer -> put("x", timer));
        Object queue = get(QUEUE, progress.ready);
        put("r", inOrder(queue, FREE));
        put("v", inOrder(queue, GATED));
        put("j", get(AT_GATE, progress.gate) instanceof Call call ? call.index : -1);
        put("a", aside(get(ASIDE, progress.ready)));
    }

    /** Their places; in which order they leave follows from that. */
    private static String inOrder(Object queue, Field which) {
        return ((PriorityQueue<?>) get(which, queue))
                .stream()
                        .map(call -> String.valueOf(((Call) call).index))
                        .sorted()
                        .collect(Collectors.joining(","));
    }

    /** Its parts print what they have. */
    private String aside(Object byCaps) {
        StringBuilder result = new StringBuilder();
        ((Map<?, ?>) byCaps).values().forEach(aside -> {
            for (Field field : aside.getClass().getDeclaredFields()) {
                field.setAccessible(true);
                Object value = get(field, aside);
                result.append(
                        value instanceof ReadyCalls.InOrder set
                                ? inOrder(set, FREE) + "/" + inOrder(set, GATED)
                                : String.valueOf(value));
            }
        });
        return result.toString();
    }

    private static String indices(Iterable<?> calls) {
        StringBuilder result = new StringBuilder();
        calls.forEach(call -> result.append(((Call) call).index).append(','));
        return result.toString();
    }

    private void ofCall(int i, long[] arrivals) {
        Call call = world.calls.get(i);
        put(
                "c",
                call.phase,
                call.attempts,
                kind(call.outcome),
                kind(call.verdict),
                call.verdictOfAttempt,
                call.inAttempt,
                call.failsRound,
                call.queuesForCaps,
                call.reclaiming,
                call.lends,
                call.runsBeforeTurn,
                call.cleared,
                call.suspendedAs,
                call.heldBack,
                call.missingResults,
                call.launched,
                call.withoutExecutor,
                call.gated,
                call.announced,
                call.withdrawn,
                call.overdue,
                call.threadKind,
                call.followers.size(),
                call.users.size());
        put(
                "d",
                world.does[i],
                world.starts[i],
                world.pausedOnce[i],
                world.lentOnce[i],
                world.onOwner[i],
                world.free[i]);
        put("z", world.untimedOnce[i], world.withdrawn[i]);
        put("l", world.told.get(i));
        put("$", world.stamps[i] == World.NONE ? "-" : world.stamps[i] - world.now, world.stampedOnce);
        AttemptClock clock = call.clock;
        if (clock != null && call.inAttempt && world.scenario.limits().timeoutNanos() != Limits.NO_LIMIT) {
            put("q", clock.untimed());
            OF_CLOCKS.forEach(field -> put("q", (long) get(field, clock) - world.now));
        }
        put("i", world.interrupted.contains(call), world.isStopped(call), world.refused.contains(call));
        put("n", call.verdict == null || !call.hasThread() ? 0 : call.condemnedNanos - world.now);
        boolean limited = world.scenario.limits().callTimeoutNanos() != Limits.NO_LIMIT;
        put("b", limited && call.isUnbegun() ? call.admittedNanos - world.now : 0);
        Claim claim = call.claim;
        if (claim != null) {
            OF_CLAIMS.forEach(field -> put("h", get(field, claim)));
            put("y", Arrays.binarySearch(arrivals, (long) get(ARRIVAL, claim)));
        }
    }

    private static String kind(@Nullable Outcome outcome) {
        return outcome == null ? "-" : outcome.getClass().getSimpleName();
    }

    private void calls(String tag, List<?> calls) {
        put(tag, indices(calls));
    }

    private void put(String tag, @Nullable Object... values) {
        text.append(tag);
        for (Object value : values) {
            text.append(' ').append(value);
        }
        text.append('\n');
    }

    private static long hash(CharSequence text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash ^= text.charAt(i);
            hash *= 0x100000001b3L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    private static Field field(Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("NullAway") // of fields that may be null the callers ask with that in mind
    private static Object get(Field field, Object of) {
        try {
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
