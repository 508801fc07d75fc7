package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.schedule.Scenario.Announces;
import dev.interlock.schedule.Scenario.Extra;
import dev.interlock.schedule.Scenario.Spec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Every order of events of small rounds: beginnings and ends of bodies, failures, limits, cancels, pauses, what others
 * hold, failures of the engine itself. After each event what must hold is checked, and at the end that nothing is
 * stranded. States that were met before are not gone into again; the orders that lead through them count all the same.
 */
class ScheduleExhaustiveTest {

    private static final Spec WRITE_A = Spec.of(Access.write("a"));
    private static final Spec READ_A = Spec.of(Access.read("a"));
    private static final Spec WRITE_B = Spec.of(Access.write("b"));
    private static final Spec BARRIER = Spec.of(Access.write("/")).on(RunsOn.OWNER);
    private static final Spec OWNERS = Spec.of(Access.read("c")).on(RunsOn.OWNER);
    private static final Spec PURE = Spec.of().on(RunsOn.ANY_THREAD);

    private static final Spec ANNOUNCED_WRITE = WRITE_A.announcing(Announces.WITH_TURN);
    private static final Spec ANNOUNCED_READ = Spec.of(Access.read("c")).announcing(Announces.WITH_TURN);

    private static final List<Scenario> FIRST = List.of(
            Scenario.of("four calls, two permits", WRITE_A, READ_A, READ_A, WRITE_B)
                    .with(Extra.FAIL),
            Scenario.of("one permit", PURE, PURE, WRITE_A, BARRIER).permits(1).with(Extra.FAIL, Extra.CANCEL),
            Scenario.of("on the owner", BARRIER, PURE, PURE, BARRIER).with(Extra.INTERRUPT),
            Scenario.of("threads that fail to start", WRITE_A, READ_A, WRITE_B).with(Extra.START_FAILS, Extra.CANCEL),
            Scenario.of("a cancel", WRITE_A, READ_A, READ_A, WRITE_B).with(Extra.CANCEL),
            Scenario.of("an interrupt", WRITE_A, READ_A, BARRIER).with(Extra.INTERRUPT, Extra.CANCEL),
            Scenario.of("a limit of attempts", WRITE_A, READ_A, WRITE_B).times(5, 0, 0),
            Scenario.of("a limit of attempts of managed calls", WRITE_A.asManaged(), READ_A.asManaged())
                    .times(5, 0, 0)
                    .with(Extra.FAIL, Extra.PAUSE),
            Scenario.of("a limit of calls that pause", WRITE_A.asManaged(), READ_A.asManaged())
                    .times(0, 7, 0)
                    .permits(1)
                    .with(Extra.PAUSE),
            Scenario.of("a limit of the round", WRITE_A, READ_A.asManaged(), WRITE_B)
                    .times(0, 0, 7)
                    .with(Extra.PAUSE),
            Scenario.of("all limits", WRITE_A.asManaged(), READ_A)
                    .times(5, 12, 30)
                    .with(Extra.FAIL, Extra.CANCEL),
            Scenario.of("pauses", WRITE_A.asManaged(), WRITE_A.asManaged(), PURE.asManaged())
                    .permits(1)
                    .with(Extra.PAUSE),
            Scenario.of("a failure leaves the round", WRITE_A, READ_A, WRITE_B, READ_A)
                    .with(Extra.LEAVE),
            Scenario.of("a failure leaves a round with an owner's call", READ_A, BARRIER, PURE)
                    .with(Extra.LEAVE, Extra.INTERRUPT),
            Scenario.of("fail fast", WRITE_A, READ_A, WRITE_B, READ_A)
                    .failFast()
                    .with(Extra.FAIL),
            Scenario.of("results that are used", PURE, WRITE_A.using(0), READ_A.using(0, 1), PURE)
                    .with(Extra.FAIL, Extra.CANCEL),
            Scenario.of("a preset outcome", WRITE_A, READ_A.asPreset(), PURE.using(1), READ_A)
                    .with(Extra.FAIL),
            Scenario.of("equal reads", READ_A, READ_A, WRITE_A, READ_A)
                    .manner(true, false, false)
                    .with(Extra.FAIL, Extra.CANCEL),
            Scenario.of("questions first", WRITE_A.asManaged(), WRITE_A.asManaged(), READ_A.asManaged())
                    .manner(false, true, false)
                    .permits(1)
                    .with(Extra.CANCEL),
            Scenario.of("questions first with limits", WRITE_A.asManaged(), WRITE_A.asManaged())
                    .manner(false, true, false)
                    .times(0, 7, 0)
                    .with(Extra.PAUSE),
            Scenario.of(
                            "questions about results",
                            WRITE_A.asManaged(),
                            READ_A.asManaged().using(0))
                    .manner(false, true, false)
                    .with(Extra.FAIL, Extra.CANCEL),
            Scenario.of("a user's executor", WRITE_A, READ_A, WRITE_B)
                    .manner(false, false, true)
                    .with(Extra.CANCEL),
            Scenario.of("a stream", WRITE_A, READ_A, BARRIER).with(Extra.STREAM, Extra.CANCEL),
            Scenario.of("a stream with limits", WRITE_A, READ_A).times(5, 9, 0).with(Extra.STREAM),
            Scenario.of("a cap", WRITE_A, WRITE_B, PURE, PURE).capped(1).with(Extra.FAIL),
            Scenario.of("a cap that is lent", WRITE_A, WRITE_B, PURE).capped(1).with(Extra.LEND, Extra.CANCEL),
            Scenario.of("a cap of two rounds", WRITE_A, WRITE_B.inRound(2), PURE, READ_A.inRound(2))
                    .capped(1)
                    .with(Extra.CANCEL),
            Scenario.of("a cap, and pauses", WRITE_A.asManaged(), WRITE_B.asManaged())
                    .capped(1)
                    .with(Extra.PAUSE, Extra.CANCEL),
            Scenario.of(
                            "calls set aside for a cap, and pauses",
                            PURE.inRound(2),
                            PURE.asManaged(),
                            PURE.asManaged(),
                            PURE.asManaged())
                    .capped(1)
                    .permits(1)
                    .with(Extra.PAUSE),
            Scenario.of("calls set aside for a cap that is lent", WRITE_A, WRITE_B, PURE, PURE)
                    .capped(1)
                    .with(Extra.LEND),
            Scenario.of("two rounds exclude each other", WRITE_A, READ_A, WRITE_A.inRound(2), WRITE_B.inRound(2))
                    .exclusive(true),
            Scenario.of("two rounds exclude each other, with limits", WRITE_A, WRITE_A.inRound(2))
                    .exclusive(true)
                    .times(5, 0, 0)
                    .with(Extra.CANCEL, Extra.RELEASE),
            Scenario.of("what an abandoned call holds", WRITE_A, READ_A, WRITE_B)
                    .times(5, 0, 0)
                    .permits(1)
                    .with(Extra.RELEASE),
            Scenario.of("a call comes when another is abandoned", WRITE_A, READ_A)
                    .times(5, 0, 0)
                    .with(Extra.STREAM, Extra.RELEASE),
            Scenario.of("announcements", ANNOUNCED_WRITE, ANNOUNCED_READ, ANNOUNCED_READ, WRITE_B)
                    .with(Extra.LEAVE, Extra.CANCEL),
            Scenario.of("announcements on the owner", BARRIER.announcing(Announces.WITH_TURN), ANNOUNCED_READ, PURE)
                    .with(Extra.LEAVE, Extra.INTERRUPT),
            Scenario.of("announcements with a limit", ANNOUNCED_WRITE, ANNOUNCED_READ)
                    .times(5, 0, 0)
                    .permits(1),
            Scenario.of(
                            "announcements behind interceptors",
                            WRITE_A.asManaged().announcing(Announces.LATER),
                            WRITE_B.asManaged().announcing(Announces.LATER),
                            PURE.asManaged().announcing(Announces.LATER))
                    .with(Extra.LEAVE, Extra.CANCEL),
            Scenario.of(
                            "announcements behind interceptors, with a cap and pauses",
                            WRITE_A.asManaged().announcing(Announces.LATER),
                            WRITE_B.asManaged().announcing(Announces.LATER))
                    .capped(2)
                    .times(0, 7, 0)
                    .with(Extra.PAUSE, Extra.FAIL),
            Scenario.of(
                            "announcements after questions",
                            WRITE_A.asManaged().announcing(Announces.WITH_TURN),
                            WRITE_B.asManaged().announcing(Announces.WITH_TURN))
                    .manner(false, true, false)
                    .with(Extra.CANCEL, Extra.LEAVE),
            Scenario.of("announcements with a cap", ANNOUNCED_WRITE, ANNOUNCED_READ, ANNOUNCED_READ)
                    .capped(1)
                    .with(Extra.LEND, Extra.CANCEL),
            Scenario.of("calls that are none", WRITE_A, READ_A, WRITE_B).with(Extra.WITHDRAW, Extra.FAIL),
            Scenario.of("calls of a stream that are none", READ_A, READ_A, WRITE_A)
                    .manner(true, false, false)
                    .failFast()
                    .with(Extra.STREAM, Extra.WITHDRAW),
            Scenario.of("calls that are none, and announce themselves", ANNOUNCED_WRITE, ANNOUNCED_READ)
                    .times(5, 0, 0)
                    .with(Extra.WITHDRAW),
            Scenario.of("waits that do not count", WRITE_A, READ_A)
                    .times(5, 12, 0)
                    .with(Extra.UNTIMED),
            Scenario.of("confined to the owner", WRITE_A, READ_A, PURE, WRITE_B)
                    .confined()
                    .with(Extra.FAIL, Extra.CANCEL, Extra.INTERRUPT),
            Scenario.of("confined to the owner, with retries and limits", WRITE_A.asManaged(), READ_A.asManaged(), PURE)
                    .times(5, 12, 30)
                    .confined()
                    .with(Extra.FAIL, Extra.PAUSE),
            Scenario.of("confined to the owner, with questions", WRITE_A.asManaged(), READ_A.asManaged())
                    .manner(true, true, true)
                    .confined()
                    .with(Extra.FAIL, Extra.CANCEL, Extra.PAUSE),
            Scenario.of(
                            "confined to the owner, with results and preset outcomes",
                            READ_A,
                            READ_A.asPreset(),
                            PURE.using(0))
                    .manner(true, false, false)
                    .failFast()
                    .confined()
                    .with(Extra.FAIL, Extra.LEAVE),
            Scenario.of("confined to the owner, with announcements", ANNOUNCED_WRITE, ANNOUNCED_READ, PURE)
                    .confined()
                    .with(Extra.LEAVE, Extra.CANCEL),
            Scenario.of("two rounds, confined, with a cap", WRITE_A, READ_A.inRound(2), PURE, WRITE_A.inRound(2))
                    .capped(1)
                    .exclusive(true)
                    .confined()
                    .with(Extra.CANCEL),
            Scenario.of("a stream that is confined", READ_A, WRITE_A)
                    .times(5, 0, 0)
                    .with(Extra.STREAM, Extra.CONFINE, Extra.CANCEL),
            Scenario.of("a stream that is confined, with permits and calls that are none", READ_A, BARRIER, WRITE_A)
                    .permits(1)
                    .with(Extra.STREAM, Extra.CONFINE, Extra.WITHDRAW),
            Scenario.of("a stream with questions that is confined", READ_A.asManaged(), WRITE_A)
                    .manner(false, true, false)
                    .with(Extra.STREAM, Extra.CONFINE),
            Scenario.of(
                            "a stream with questions about results that is confined",
                            READ_A.asManaged(),
                            WRITE_B.asManaged().using(0))
                    .manner(false, true, false)
                    .with(Extra.STREAM, Extra.CONFINE, Extra.FAIL),
            Scenario.of("a stream that is refused", READ_A, BARRIER, WRITE_A)
                    .permits(1)
                    .failFast()
                    .with(Extra.STREAM, Extra.REFUSE, Extra.CONFINE),
            Scenario.of(
                            "a stream with questions and results that is refused",
                            READ_A.asManaged(),
                            WRITE_B.asManaged().using(0))
                    .manner(true, true, false)
                    .with(Extra.STREAM, Extra.REFUSE, Extra.PAUSE),
            Scenario.of("a stream with announcements and equal reads that is refused", ANNOUNCED_READ, READ_A, READ_A)
                    .manner(true, false, false)
                    .permits(1)
                    .failFast()
                    .with(Extra.STREAM, Extra.REFUSE),
            Scenario.of("pending calls", WRITE_A, READ_A, READ_A, WRITE_B).with(Extra.PEND, Extra.FAIL),
            Scenario.of("pending calls, and one permit", PURE, WRITE_A, READ_A.using(0), BARRIER)
                    .permits(1)
                    .with(Extra.PEND, Extra.CANCEL),
            Scenario.of("pending calls on the owner", BARRIER, PURE, WRITE_A).with(Extra.PEND, Extra.INTERRUPT),
            Scenario.of("pending calls with all limits", WRITE_A.asManaged(), READ_A)
                    .times(5, 12, 30)
                    .with(Extra.PEND, Extra.FAIL, Extra.CANCEL),
            Scenario.of("pending calls, and what an abandoned call holds", WRITE_A, READ_A, WRITE_B)
                    .times(5, 0, 0)
                    .with(Extra.PEND, Extra.RELEASE),
            Scenario.of("pending questions, and what an abandoned call holds", WRITE_A.asManaged(), WRITE_A.asManaged())
                    .manner(false, true, false)
                    .times(5, 0, 0)
                    .with(Extra.PEND),
            Scenario.of("a stream with pending calls, and a limit", WRITE_A, READ_A)
                    .times(0, 7, 0)
                    .with(Extra.PEND, Extra.STREAM, Extra.WITHDRAW),
            Scenario.of("pending calls that fail fast", WRITE_A, READ_A, WRITE_B)
                    .failFast()
                    .with(Extra.PEND, Extra.FAIL),
            Scenario.of("pending calls, and a failure that leaves", WRITE_A, READ_A, WRITE_B, READ_A)
                    .with(Extra.PEND, Extra.LEAVE),
            Scenario.of("equal reads that are pending", READ_A, READ_A, WRITE_A, READ_A)
                    .manner(true, false, false)
                    .with(Extra.PEND, Extra.CANCEL),
            Scenario.of("pending questions", WRITE_A.asManaged(), WRITE_A.asManaged(), READ_A.asManaged())
                    .manner(false, true, false)
                    .with(Extra.PEND, Extra.CANCEL),
            Scenario.of(
                            "pending questions about results, with a limit",
                            WRITE_A.asManaged(),
                            READ_A.asManaged().using(0))
                    .manner(false, true, false)
                    .times(0, 7, 0)
                    .with(Extra.PEND, Extra.FAIL),
            Scenario.of("pending calls of two rounds with a cap", WRITE_A, READ_A.inRound(2), PURE, WRITE_A.inRound(2))
                    .capped(1)
                    .exclusive(true)
                    .with(Extra.PEND),
            Scenario.of("a stream with pending calls", WRITE_A, READ_A, BARRIER)
                    .with(Extra.STREAM, Extra.PEND, Extra.CANCEL),
            Scenario.of("a stream with pending calls that is confined", WRITE_A, READ_A)
                    .with(Extra.STREAM, Extra.PEND, Extra.CONFINE, Extra.WITHDRAW),
            Scenario.of("a stream with pending questions that is refused", READ_A.asManaged(), WRITE_B.asManaged())
                    .manner(false, true, false)
                    .with(Extra.STREAM, Extra.PEND, Extra.REFUSE),
            Scenario.of("confined to the owner, with pending calls", WRITE_A, READ_A.asManaged(), PURE)
                    .confined()
                    .with(Extra.PEND, Extra.FAIL),
            Scenario.of("pending calls that announce themselves", ANNOUNCED_WRITE, ANNOUNCED_READ, WRITE_B)
                    .with(Extra.PEND, Extra.LEAVE),
            Scenario.of("a user's executor, and pending calls", WRITE_A, READ_A, WRITE_B)
                    .manner(false, false, true)
                    .with(Extra.PEND),
            Scenario.of("a stream that queues for a cap, and is confined", OWNERS, WRITE_B, PURE.inRound(2))
                    .capped(1)
                    .with(Extra.STREAM, Extra.CONFINE),
            Scenario.of("a stream that sets calls aside, and is confined", OWNERS, WRITE_B, READ_A, PURE.inRound(2))
                    .capped(1)
                    .permits(1)
                    .with(Extra.STREAM, Extra.CONFINE),
            Scenario.of("an engine that fails", WRITE_A, READ_A, WRITE_B).with(Extra.BREAK),
            Scenario.of("an engine that fails with an owner's call", BARRIER, PURE, WRITE_A)
                    .with(Extra.BREAK),
            Scenario.of("an engine that fails with equal reads", READ_A, READ_A, WRITE_B)
                    .manner(true, false, false)
                    .with(Extra.BREAK),
            Scenario.of("an engine that fails with questions and pauses", WRITE_A.asManaged(), READ_A.asManaged())
                    .manner(false, true, false)
                    .with(Extra.BREAK),
            Scenario.of("an engine that fails with pauses", WRITE_A.asManaged(), WRITE_B.asManaged())
                    .permits(1)
                    .with(Extra.BREAK, Extra.PAUSE),
            Scenario.of("an engine that fails with pending calls", WRITE_A, READ_A, WRITE_B)
                    .with(Extra.BREAK, Extra.PEND),
            Scenario.of("an engine that fails in a stream", READ_A, WRITE_A).with(Extra.BREAK, Extra.STREAM),
            Scenario.of("an engine that fails while calls announce themselves", ANNOUNCED_WRITE, ANNOUNCED_READ)
                    .with(Extra.BREAK),
            Scenario.of("an engine that fails in one of two rounds with a cap", WRITE_A, WRITE_B.inRound(2))
                    .capped(1)
                    .with(Extra.BREAK),
            Scenario.of("an engine that fails in one of two rounds", WRITE_A, WRITE_A.inRound(2))
                    .exclusive(true)
                    .with(Extra.BREAK, Extra.RELEASE),
            Scenario.of("an engine that fails while a user's executor begins calls", WRITE_A, WRITE_B)
                    .manner(false, false, true)
                    .with(Extra.BREAK));

    static final List<Scenario> SCENARIOS =
            Stream.of(FIRST, PendingScenarios.ALL).flatMap(List::stream).toList();

    /** On how many threads; pitest needs 1, since it asks which test runs which line. */
    private static final int THREADS = Integer.getInteger("interlock.exhaustive.threads", 2);

    private static long states;
    private static double orders;
    private static final long BEGUN = System.nanoTime();

    /** By scenario. Begun with the first test, so that scenarios, which share nothing, keep all processors busy. */
    private static final Map<Scenario, Future<Exploration.Found>> EXPLORED = new HashMap<>();

    @BeforeAll
    static void begin() {
        if (THREADS > 1) {
            ExecutorService threads = Executors.newFixedThreadPool(
                    THREADS, Thread.ofPlatform().daemon().name("scenario-", 1).factory());
            SCENARIOS.forEach(
                    scenario -> EXPLORED.put(scenario, threads.submit(() -> new Exploration(scenario).all())));
            threads.shutdown();
        }
    }

    @ParameterizedTest
    @FieldSource("SCENARIOS")
    void in_every_order_of_events_each_call_gets_one_outcome_and_nothing_is_stranded(Scenario scenario)
            throws Throwable {
        Exploration.Found explored = explored(scenario);
        states += explored.states();
        orders += explored.orders();
        System.out.printf(
                "%s: %,d states, %.3g orders of events, %.1f s%n",
                scenario, explored.states(), explored.orders(), explored.seconds());
        assertThat(explored.orders()).isGreaterThan(1);
    }

    private static Exploration.Found explored(Scenario scenario) throws Throwable {
        Future<Exploration.Found> begun = EXPLORED.get(scenario);
        if (begun == null) {
            return new Exploration(scenario).all();
        }
        try {
            return begun.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    @AfterAll
    static void tell() {
        System.out.printf(
                "schedule: %,d states, %.3g orders of events, %.1f s%n",
                states, orders, (System.nanoTime() - BEGUN) / 1e9);
    }
}
