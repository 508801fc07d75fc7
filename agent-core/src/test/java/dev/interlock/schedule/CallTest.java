package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static dev.interlock.schedule.RoundByHand.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.PendingKind;
import dev.interlock.share.SharedLimits;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What drivers and the machine see of a call in each phase. */
class CallTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");

    /** A call that real events have brought to the phase. */
    private static Call in(Phase phase) {
        Call call =
                switch (phase) {
                    case WAITING ->
                        RoundByHand.of(writes("a"), writes("a")).begin().call(1);
                    case FOLLOWING ->
                        RoundByHand.of(reads("a"), reads("a"))
                                .equalReads()
                                .begin()
                                .call(1);
                    case STARTING -> RoundByHand.of(pure()).begin().call(0);
                    case BEFORE_TURN -> beforeTurn().call(1);
                    case WANTS_TURN -> wantsTurn().call(1);
                    case RUNNING -> running(pure()).call(0);
                    case PAUSED -> paused().call(0);
                    case RESUMING -> resuming().call(0);
                    case PENDING -> pending(PendingKind.EXTERNAL).call(0);
                    case ENDING -> {
                        RoundByHand round = running(pure());
                        round.ended(0, OK, false);
                        yield round.call(0);
                    }
                    case DONE -> {
                        RoundByHand round = running(pure());
                        round.succeeds(0);
                        yield round.call(0);
                    }
                    case ABANDONED -> abandoned().call(0);
                    case BYPASSED -> {
                        RoundByHand round = abandoned();
                        round.did(round.event().released(round.call(0)));
                        yield round.call(0);
                    }
                };
        assertThat(call.phase).isEqualTo(phase);
        return call;
    }

    private static RoundByHand running(CallSpec spec) {
        RoundByHand round = RoundByHand.of(spec).callLimit(20).begin();
        round.begins(0);
        return round;
    }

    /** The second asks while the first runs. */
    private static RoundByHand beforeTurn() {
        RoundByHand round = RoundByHand.of(writes("a").managed(), writes("a").managed())
                .runsBeforeTurn()
                .callLimit(20)
                .begin();
        round.begins(1);
        return round;
    }

    private static RoundByHand wantsTurn() {
        RoundByHand round = beforeTurn();
        round.did(round.event().wantsTurn(round.call(1)));
        return round;
    }

    private static RoundByHand paused() {
        RoundByHand round = RoundByHand.of(pure().managed(), pure())
                .permits(1)
                .callLimit(20)
                .begin();
        round.begins(0);
        round.did(round.event().paused(round.call(0)));
        return round;
    }

    /** It waits for the permit that the other has. */
    private static RoundByHand resuming() {
        RoundByHand round = paused();
        round.did(round.event().resumed(round.call(0)));
        return round;
    }

    /** The other goes on, so the round is not suspended. */
    private static RoundByHand pending(PendingKind kind) {
        RoundByHand round = RoundByHand.of(pure().managed(), pure()).begin();
        round.begins(0);
        round.pends(0, kind);
        return round;
    }

    private static RoundByHand abandoned() {
        RoundByHand round = running(writes("a"));
        round.at(20).timePassed();
        round.at(30).timePassed();
        return round;
    }

    private static Set<Phase> phases(Predicate<Call> which) {
        EnumSet<Phase> found = EnumSet.noneOf(Phase.class);
        for (Phase phase : Phase.values()) {
            if (which.test(in(phase))) {
                found.add(phase);
            }
        }
        return found;
    }

    @Test
    void a_thread_is_busy_with_a_call_from_its_questions_to_its_end() {
        assertThat(phases(Call::hasThread))
                .containsExactly(Phase.BEFORE_TURN, Phase.WANTS_TURN, Phase.RUNNING, Phase.PAUSED, Phase.RESUMING);
    }

    @Test
    void a_call_without_a_busy_thread_is_condemned() {
        assertThat(phases(call -> !call.isCondemned())).isEqualTo(phases(Call::hasThread));
    }

    @Test
    void a_call_has_its_turn_only_while_it_runs_and_may_also_go_on_while_it_asks() {
        assertThat(phases(Call::hasTurn)).containsExactly(Phase.RUNNING);
        assertThat(phases(Call::mayGoOn)).containsExactly(Phase.BEFORE_TURN, Phase.RUNNING);
    }

    @Test
    void a_call_wants_its_turn_before_it_starts_or_has_asked_and_a_permit_also_to_go_on() {
        assertThat(phases(Call::mayGetTurn)).containsExactly(Phase.WAITING, Phase.WANTS_TURN);
        assertThat(phases(Call::wantsPermit)).containsExactly(Phase.WAITING, Phase.WANTS_TURN, Phase.RESUMING);
    }

    @Test
    void a_call_is_blocked_while_it_waits_for_others_or_for_something_outside() {
        assertThat(phases(Call::isBlocked))
                .containsExactly(Phase.WAITING, Phase.FOLLOWING, Phase.WANTS_TURN, Phase.PENDING);
    }

    @Test
    void a_call_without_running_code_gets_its_outcome_at_once() {
        assertThat(phases(Call::isUnbegun)).containsExactly(Phase.WAITING, Phase.STARTING);
        assertThat(phases(Call::canBeSettled)).containsExactly(Phase.WAITING, Phase.STARTING, Phase.PENDING);
    }

    @Test
    void the_machine_can_end_all_calls_but_those_that_follow_or_have_come_to_their_end() {
        assertThat(phases(call -> !call.isUnended()))
                .containsExactly(Phase.FOLLOWING, Phase.ENDING, Phase.DONE, Phase.ABANDONED, Phase.BYPASSED);
    }

    @Test
    void an_abandoned_call_is_over_and_stays_abandoned_when_it_keeps_nothing() {
        assertThat(phases(Call::isAbandoned)).containsExactly(Phase.ABANDONED, Phase.BYPASSED);
        assertThat(phases(Call::isOver)).containsExactly(Phase.DONE, Phase.ABANDONED, Phase.BYPASSED);
    }

    @Test
    void a_refusal_keeps_all_calls_from_running_whose_tool_has_not_started() {
        assertThat(phases(Call::isRefusable))
                .containsExactly(
                        Phase.WAITING,
                        Phase.STARTING,
                        Phase.BEFORE_TURN,
                        Phase.WANTS_TURN,
                        Phase.PAUSED,
                        Phase.RESUMING);
    }

    @Test
    void a_refusal_comes_too_late_once_a_thread_is_about_to_run_the_tool() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        assertThat(round.call(0).isRefusable()).isTrue();
        round.event().launch(round.call(0));
        assertThat(round.call(0).isRefusable()).isFalse();
    }

    @Test
    void a_refusal_reaches_a_started_thread_that_has_something_else_to_do_before_the_tool() {
        RoundByHand managed = RoundByHand.of(pure().managed()).begin();
        managed.event().launch(managed.call(0));
        assertThat(managed.call(0).isRefusable()).isTrue();

        RoundByHand announces = RoundByHand.of(pure().with(call -> call.giveAnnouncement(false)))
                .begin();
        announces.event().launch(announces.call(0));
        assertThat(announces.call(0).isRefusable()).isTrue();

        RoundByHand asks = RoundByHand.of(pure()).runsBeforeTurn().begin();
        asks.event().launch(asks.call(0));
        assertThat(asks.call(0).isRefusable()).isTrue();
    }

    @Test
    void a_refusal_reaches_a_running_call_until_its_first_attempt() {
        RoundByHand round = running(pure().managed());
        assertThat(round.call(0).isRefusable()).isTrue();
        round.attempts(0);
        assertThat(round.call(0).isRefusable()).isFalse();
    }

    @Test
    void a_refusal_reaches_a_pending_call_only_if_its_tool_cannot_have_started() {
        assertThat(pending(PendingKind.APPROVAL).call(0).attempts()).isZero();
        assertThat(pending(PendingKind.APPROVAL).call(0).isRefusable()).isTrue();
        assertThat(pending(PendingKind.EXTERNAL).call(0).isRefusable()).isFalse();
        assertThat(pending(PendingKind.MAY_HAVE_HAPPENED).call(0).isRefusable()).isFalse();
    }

    @Test
    void a_tool_may_have_started_from_the_first_attempt_on_and_not_before_its_announcement() {
        RoundByHand round = running(pure().with(call -> call.giveAnnouncement(true)));
        Call call = round.call(0);
        assertThat(call.attempts()).isEqualTo(1);
        assertThat(call.isToBeAnnounced()).isTrue();
        assertThat(call.mayHaveStartedHere()).isFalse();
        assertThat(round.did(round.event().announced(call))).isTrue();
        assertThat(call.isToBeAnnounced()).isFalse();
        assertThat(call.mayHaveStartedHere()).isTrue();
    }

    @Test
    void a_call_without_an_announcement_has_none_to_make() {
        assertThat(in(Phase.STARTING).isToBeAnnounced()).isFalse();
        assertThat(in(Phase.STARTING).mayHaveStartedHere()).isFalse();
    }

    @Test
    void a_call_that_must_end_while_it_asks_must_not_go_on() {
        RoundByHand round = beforeTurn();
        assertThat(round.call(1).isCondemned()).isFalse();
        round.at(20).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.BEFORE_TURN);
        assertThat(round.call(1).isCondemned()).isTrue();
        assertThat(round.call(1).mayGoOn()).isFalse();
        assertThat(round.call(1).mustEnd()).isTrue();
    }

    @Test
    void a_call_that_must_end_after_it_has_asked_wants_no_turn_and_is_not_blocked() {
        RoundByHand round = wantsTurn();
        round.at(20).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.WANTS_TURN);
        assertThat(round.call(1).mayGetTurn()).isFalse();
        assertThat(round.call(1).isBlocked()).isFalse();
    }

    @Test
    void a_call_whose_earlier_calls_have_ended_waits_for_a_permit_and_is_not_blocked() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).begin();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        assertThat(round.call(1).isBlocked()).isFalse();
    }

    @Test
    void a_call_that_must_end_while_it_waits_to_go_on_wants_no_permit() {
        RoundByHand round = resuming();
        round.at(20).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.RESUMING);
        assertThat(round.call(0).wantsPermit()).isFalse();
    }

    @Test
    void an_attempt_that_must_end_does_not_end_a_call_that_may_try_again() {
        RoundByHand round = RoundByHand.of(pure().managed()).attemptLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        assertThat(round.call(0).mustEnd()).isFalse();
        round.at(20).timePassed();
        assertThat(round.call(0).isCondemned()).isTrue();
        assertThat(round.call(0).mustEnd()).isFalse();
        assertThat(round.call(0).attemptOutcome()).isNull();
        round.did(round.event().attemptEnded(round.call(0), OK));
        assertThat(round.call(0).attemptOutcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(round.call(0).isCondemned()).isFalse();
    }

    @Test
    void the_time_of_waits_that_are_not_its_tools_is_counted_for_its_thread() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        Call call = round.call(0);
        assertThat(call.untimedNanos()).isZero();
        round.begins(0);
        round.at(3);
        round.did(round.event().clockStopped(call));
        round.at(8);
        round.did(round.event().clockStarted(call));
        assertThat(call.untimedNanos()).isEqualTo(5 * MILLI);
    }

    @Test
    void a_call_has_the_times_the_thread_and_the_attempts_that_it_came_to() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        Call call = round.call(0);
        assertThat(call.threadKind()).isEqualTo(ThreadKind.NONE);
        long start = round.at(2).now();
        round.begins(0);
        long end = round.at(7).now();
        round.succeeds(0);
        assertThat(call.startNanos()).isEqualTo(start);
        assertThat(call.endNanos()).isEqualTo(end);
        assertThat(call.threadKind()).isEqualTo(ThreadKind.VIRTUAL);
        assertThat(call.attempts()).isEqualTo(1);
        assertThat(call.settled()).isEqualTo(OK);
        assertThat(call.coalescedWith()).isEqualTo(-1);
        assertThat(call.claim()).isNull();
        assertThat(call.pending()).isNull();
        assertThat(call.suspendedAs()).isNull();
    }

    @Test
    void an_owner_alone_begins_and_ends_its_calls_itself() {
        Call call = pure().with(made -> made.giveAnnouncement(true)).make(1, 0);
        call.beginAlone(5);
        assertThat(call.hasTurn()).isTrue();
        assertThat(call.startNanos()).isEqualTo(5);
        assertThat(call.attempts()).isEqualTo(1);
        assertThat(call.threadKind()).isEqualTo(ThreadKind.OWNER);
        assertThat(call.isToBeAnnounced()).isTrue();
        call.announceAlone();
        assertThat(call.isToBeAnnounced()).isFalse();
        call.endAlone(OK, 6, 9);
        assertThat(call.phase).isEqualTo(Phase.DONE);
        assertThat(call.settled()).isSameAs(OK);
        assertThat(call.startNanos()).isEqualTo(6);
        assertThat(call.endNanos()).isEqualTo(9);
    }

    @Test
    void a_call_kept_from_the_executor_stays_so() {
        Call call = pure().make(1, 0);
        assertThat(call.isWithoutExecutor()).isFalse();
        call.startWithoutExecutor();
        assertThat(call.isWithoutExecutor()).isTrue();
    }

    @Test
    void the_claim_of_a_call_is_known_by_its_call() {
        Call call = in(Phase.ABANDONED);
        assertThat(Call.claiming(Objects.requireNonNull(call.claim()))).isSameAs(call);
        Call other = pure().make(1, 0);
        assertThat(Call.claiming(new SharedLimits(false).claim(other, "conversation", null)))
                .isSameAs(other);
    }

    @Test
    void by_default_no_outcome_of_a_call_wins_over_a_verdict_and_nothing_else_kept_it_waiting() {
        ToolTraits tool = new ToolTraits("search", ToolPolicy.builder().build(), List.of(), true, true);
        Call call = new Call(tool) {};
        assertThat(call.insistsOn(OK)).isFalse();
        assertThat(call.keptWaiting()).isEmpty();
    }

    @Test
    void a_call_as_text_has_its_number_its_tool_and_its_phase() {
        assertThat(pure().make(1, 2)).hasToString("call 3 (tool 't2', WAITING)");
    }
}
