package dev.interlock.schedule;

import dev.interlock.effect.Access;
import dev.interlock.schedule.Scenario.Announces;
import dev.interlock.schedule.Scenario.Before;
import dev.interlock.schedule.Scenario.Extra;
import dev.interlock.schedule.Scenario.Spec;
import java.util.List;

/** Scenarios of {@link ScheduleExhaustiveTest}: pending and resumed calls, limits, late threads and busy owners. */
final class PendingScenarios {

    private static final Spec WRITE_A = Spec.of(Access.write("a"));
    private static final Spec READ_A = Spec.of(Access.read("a"));
    private static final Spec WRITE_B = Spec.of(Access.write("b"));
    private static final Spec READ_B = Spec.of(Access.read("b"));
    private static final Spec PURE = Spec.of().on(RunsOn.ANY_THREAD);

    static final List<Scenario> ALL = List.of(
            Scenario.of("a pending question behind a call, with a limit", WRITE_A.asManaged(), WRITE_A.asManaged())
                    .manner(false, true, false)
                    .times(0, 7, 0)
                    .with(Extra.PEND),
            Scenario.of(
                            "a resumed question behind a call, with a limit",
                            WRITE_A.asManaged(),
                            WRITE_A.asManaged().was(Before.PENDING),
                            WRITE_B)
                    .manner(false, true, false)
                    .times(0, 7, 0)
                    .with(Extra.PEND),
            Scenario.of("a resumed round with all limits", WRITE_A.asManaged().was(Before.PENDING), WRITE_A, WRITE_B)
                    .times(5, 12, 30)
                    .with(Extra.PEND, Extra.FAIL, Extra.CANCEL),
            Scenario.of("a resumed round with equal reads", READ_A.was(Before.PENDING), READ_A, WRITE_A, READ_B)
                    .manner(true, false, false)
                    .with(Extra.PEND, Extra.FAIL, Extra.CANCEL),
            Scenario.of(
                            "a resumed round with results",
                            WRITE_A.was(Before.SUCCEEDED),
                            READ_A.was(Before.FAILED),
                            WRITE_B.using(0),
                            PURE.using(1),
                            READ_B.was(Before.PENDING))
                    .with(Extra.FAIL, Extra.CANCEL),
            Scenario.of(
                            "a resumed round with an owner's call",
                            WRITE_A.was(Before.PENDING),
                            WRITE_B.on(RunsOn.OWNER),
                            PURE,
                            READ_A)
                    .with(Extra.PEND, Extra.INTERRUPT, Extra.LEAVE),
            Scenario.of(
                            "a resumed round with announcements",
                            WRITE_A.announcing(Announces.WITH_TURN).was(Before.PENDING),
                            WRITE_B.announcing(Announces.WITH_TURN),
                            READ_B.announcing(Announces.WITH_TURN))
                    .with(Extra.PEND, Extra.LEAVE),
            Scenario.of("a resumed round whose engine fails", WRITE_A.was(Before.PENDING), READ_A, WRITE_B)
                    .with(Extra.BREAK, Extra.PEND),
            Scenario.of(
                            "a resumed round on a user's executor, and another, with a cap",
                            WRITE_A.was(Before.PENDING),
                            WRITE_B,
                            Spec.of().inRound(2))
                    .capped(1)
                    .exclusive(true)
                    .manner(false, false, true)
                    .with(Extra.PEND),
            Scenario.of("an owner that is busy, with all limits", WRITE_A.asManaged(), READ_A)
                    .times(5, 12, 30)
                    .with(Extra.BUSY, Extra.FAIL, Extra.CANCEL),
            Scenario.of("an owner that is busy, and what an abandoned call holds", WRITE_A, READ_A)
                    .times(5, 0, 0)
                    .with(Extra.BUSY, Extra.PEND, Extra.RELEASE),
            Scenario.of("an owner that is busy with a user's executor", WRITE_A, READ_A)
                    .manner(false, false, true)
                    .times(0, 7, 0)
                    .with(Extra.BUSY),
            Scenario.of("threads that come late, with all limits", WRITE_A.asManaged(), READ_A)
                    .times(5, 12, 30)
                    .with(Extra.LATE, Extra.FAIL, Extra.PAUSE),
            Scenario.of("threads that come late with questions", WRITE_A.asManaged(), READ_A.asManaged())
                    .manner(false, true, false)
                    .times(0, 7, 0)
                    .with(Extra.LATE, Extra.PEND),
            Scenario.of("threads that come late, and what an abandoned call holds", WRITE_A, READ_A)
                    .times(5, 0, 0)
                    .with(Extra.LATE, Extra.RELEASE),
            Scenario.of(
                            "pending calls of two rounds that exclude each other, with a limit",
                            WRITE_A,
                            WRITE_A.inRound(2),
                            READ_A.inRound(2))
                    .exclusive(true)
                    .times(0, 7, 0)
                    .with(Extra.PEND),
            Scenario.of("pending questions, and a failure that leaves", WRITE_A.asManaged(), READ_A.asManaged())
                    .manner(false, true, false)
                    .times(5, 0, 0)
                    .with(Extra.PEND, Extra.LEAVE, Extra.PAUSE),
            Scenario.of("a stream with equal reads that are pending, and a limit", READ_A, READ_A, WRITE_A)
                    .manner(true, false, false)
                    .times(0, 7, 0)
                    .with(Extra.STREAM, Extra.PEND),
            Scenario.of("pending calls, and threads that fail to start", WRITE_A, READ_A, WRITE_B)
                    .times(0, 7, 0)
                    .with(Extra.PEND, Extra.START_FAILS),
            Scenario.of("equal reads that are none", READ_A, READ_A, READ_A, WRITE_A)
                    .manner(true, false, false)
                    .failFast()
                    .with(Extra.WITHDRAW, Extra.FAIL));

    private PendingScenarios() {}
}
