package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static dev.interlock.schedule.RoundByHand.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import org.junit.jupiter.api.Test;

/** How a call begins, and how its attempts follow each other. */
class AttemptsTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");

    // A thread for the call.

    @Test
    void a_call_that_has_its_turn_is_launched_once() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        assertThat(round.event().launch(round.call(0))).isTrue();
        assertThat(round.event().launch(round.call(0))).isFalse();
    }

    @Test
    void a_call_that_waits_for_its_turn_is_not_launched_before_it_has_that() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).begin();
        assertThat(round.event().launch(round.call(1))).isFalse();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.started()).containsExactly(1);
        assertThat(round.event().launch(round.call(1))).isTrue();
    }

    @Test
    void a_call_that_runs_already_is_not_launched() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        round.begins(0);
        assertThat(round.event().launch(round.call(0))).isFalse();
    }

    @Test
    void a_call_whose_thread_cannot_start_fails_with_that_error_and_frees_its_permit() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).begin();
        Throwable error = new OutOfMemoryError("no thread");
        round.did(round.event().startFailed(round.call(0), error));
        assertThat(round.call(0).settled()).isEqualTo(new Outcome.Failed(error));
        assertThat(round.call(0).threadKind()).isEqualTo(ThreadKind.NONE);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_thread_that_cannot_start_says_nothing_about_a_call_that_another_thread_has_begun() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        round.begins(0);
        round.did(round.event().startFailed(round.call(0), new OutOfMemoryError("no thread")));
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.call(0).settled()).isNull();
    }

    // A call begins.

    @Test
    void a_call_begins_its_only_attempt_with_its_thread() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        round.at(5);
        assertThat(round.begins(0)).isTrue();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.call(0).attempts()).isEqualTo(1);
        assertThat(round.call(0).startNanos()).isEqualTo(round.now());
        assertThat(round.call(0).threadKind()).isEqualTo(ThreadKind.VIRTUAL);
    }

    @Test
    void a_managed_call_begins_without_an_attempt_and_starts_with_its_first() {
        RoundByHand round = RoundByHand.of(pure().managed()).begin();
        round.begins(0);
        assertThat(round.call(0).attempts()).isZero();
        round.at(5);
        assertThat(round.attempts(0)).isTrue();
        assertThat(round.call(0).attempts()).isEqualTo(1);
        assertThat(round.call(0).startNanos()).isEqualTo(round.now());
    }

    @Test
    void a_second_attempt_does_not_change_when_the_call_started() {
        RoundByHand round = RoundByHand.of(pure().managed()).begin();
        round.begins(0);
        round.attempts(0);
        long start = round.now();
        round.at(5).did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        assertThat(round.attempts(0)).isTrue();
        assertThat(round.call(0).attempts()).isEqualTo(2);
        assertThat(round.call(0).startNanos()).isEqualTo(start);
    }

    @Test
    void a_call_whose_thread_comes_before_its_limit_begins() {
        RoundByHand round = RoundByHand.of(pure()).callLimit(20).begin();
        round.at(19);
        assertThat(round.begins(0)).isTrue();
        assertThat(round.call(0).settled()).isNull();
    }

    @Test
    void a_call_whose_thread_comes_when_its_limit_has_passed_does_not_begin_even_if_the_clock_has_not_rung() {
        RoundByHand round =
                RoundByHand.of(pure(), pure()).permits(1).callLimit(20).begin();
        round.at(20);
        assertThat(round.begins(0)).isFalse();
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the call exceeded 20 ms before the tool could start");
        assertThat(round.call(0).threadKind()).isEqualTo(ThreadKind.NONE);
    }

    @Test
    void a_call_that_begins_and_asks_before_its_turn_has_no_attempt() {
        RoundByHand round = RoundByHand.of(pure().managed()).runsBeforeTurn().begin();
        assertThat(round.begins(0)).isTrue();
        assertThat(round.phase(0)).isEqualTo(Phase.BEFORE_TURN);
        assertThat(round.attempts(0)).isFalse();
        assertThat(round.call(0).attempts()).isZero();
    }

    @Test
    void the_owner_gets_the_next_call_if_the_one_that_it_comes_to_has_ended() {
        RoundByHand round = RoundByHand.of(pure().on(RunsOn.OWNER).callLimit(7), pure().on(RunsOn.OWNER))
                .begin();
        assertThat(round.forOwner()).isZero();
        round.at(7).timePassed();
        assertThat(round.beginsOnOwner(0)).isFalse();
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    @Test
    void a_thread_that_comes_to_an_ended_call_does_not_free_the_owner() {
        RoundByHand round = RoundByHand.of(pure().on(RunsOn.OWNER), pure().on(RunsOn.OWNER), pure().callLimit(7))
                .permits(3)
                .begin();
        assertThat(round.forOwner()).isZero();
        round.beginsOnOwner(0);
        round.at(7).timePassed();
        assertThat(round.begins(2)).isFalse();
        round.next();
        assertThat(round.forOwner()).isEqualTo(-1);
    }

    // The next attempt.

    @Test
    void a_paused_call_begins_no_attempt() {
        RoundByHand round = RoundByHand.of(pure().managed()).begin();
        round.begins(0);
        round.did(round.event().paused(round.call(0)));
        assertThat(round.attempts(0)).isFalse();
        assertThat(round.call(0).attempts()).isZero();
    }

    @Test
    void a_call_that_must_end_begins_no_attempt() {
        RoundByHand round = RoundByHand.of(pure().managed()).begin();
        round.begins(0);
        round.did(round.event().cancelled("enough"));
        assertThat(round.attempts(0)).isFalse();
        assertThat(round.call(0).attempts()).isZero();
    }

    @Test
    void another_attempt_may_follow_that_begins_before_the_limit_of_the_call() {
        RoundByHand round = RoundByHand.of(pure().managed().callLimit(20)).stream();
        round.at(5).admit(0);
        round.begins(0);
        assertThat(round.event().mayTryAgain(round.call(0), round.now() + 20 * MILLI - 1))
                .isTrue();
        assertThat(round.event().mayTryAgain(round.call(0), round.now() + 20 * MILLI))
                .isFalse();
    }

    @Test
    void another_attempt_may_follow_that_begins_before_the_limit_of_the_round() {
        RoundByHand round = RoundByHand.of(pure().managed()).roundLimit(20).stream();
        round.at(5).admit(0);
        round.begins(0);
        assertThat(round.event().mayTryAgain(round.call(0), round.now() + 15 * MILLI - 1))
                .isTrue();
        assertThat(round.event().mayTryAgain(round.call(0), round.now() + 15 * MILLI))
                .isFalse();
    }

    @Test
    void no_attempt_follows_of_a_call_that_is_paused_or_must_end() {
        RoundByHand round = RoundByHand.of(pure().managed(), pure().managed()).begin();
        round.begins(0);
        round.begins(1);
        assertThat(round.event().mayTryAgain(round.call(0), round.now())).isTrue();
        round.did(round.event().paused(round.call(0)));
        assertThat(round.event().mayTryAgain(round.call(0), round.now())).isFalse();
        assertThat(round.event().mayTryAgain(round.call(1), round.now())).isTrue();
        round.did(round.event().cancelled("enough"));
        assertThat(round.event().mayTryAgain(round.call(1), round.now())).isFalse();
    }

    @Test
    void no_attempt_follows_while_a_failure_ends_the_round() {
        RoundByHand round = RoundByHand.of(writes("a").managed(), pure()).begin();
        round.begins(0);
        round.begins(1);
        round.leaves(1);
        assertThat(round.call(0).isCondemned()).isFalse();
        assertThat(round.event().mayTryAgain(round.call(0), round.now())).isFalse();
    }

    // The clock of an attempt.

    @Test
    void time_while_the_clock_stands_does_not_count_for_the_limit_of_the_attempt() {
        RoundByHand round = RoundByHand.of(pure()).attemptLimit(20).begin();
        round.begins(0);
        round.at(5).did(round.event().clockStopped(round.call(0)));
        round.at(20).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(30).did(round.event().clockStarted(round.call(0)));
        assertThat(round.call(0).untimedNanos()).isEqualTo(25 * MILLI);
        assertThat(round.event().park()).isEqualTo(15 * MILLI);
        round.at(44).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(45).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
    }

    @Test
    void a_clock_that_goes_on_after_the_limit_was_used_up_ends_the_attempt_at_once() {
        RoundByHand round = RoundByHand.of(pure()).attemptLimit(20).begin();
        round.begins(0);
        round.at(25).did(round.event().clockStopped(round.call(0)));
        round.at(30).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(40).did(round.event().clockStarted(round.call(0)));
        assertThat(round.event().park()).isZero();
        round.timePassed();
        assertThat(round.interrupted()).containsExactly(0);
    }

    @Test
    void a_clock_that_goes_on_without_a_limit_sets_none() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        round.begins(0);
        round.did(round.event().clockStopped(round.call(0)));
        round.at(3).did(round.event().clockStarted(round.call(0)));
        assertThat(round.call(0).untimedNanos()).isEqualTo(3 * MILLI);
        assertThat(round.event().park()).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void a_clock_that_goes_on_between_attempts_sets_no_limit() {
        RoundByHand round = RoundByHand.of(pure().managed()).attemptLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        round.at(5).did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        round.did(round.event().clockStopped(round.call(0)));
        round.at(20).timePassed();
        round.did(round.event().clockStarted(round.call(0)));
        assertThat(round.event().park()).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void a_call_without_an_attempt_has_no_clock_to_stop() {
        RoundByHand round = RoundByHand.of(pure().managed()).attemptLimit(20).begin();
        round.begins(0);
        assertThat(round.did(round.event().clockStopped(round.call(0)))).isTrue();
        assertThat(round.did(round.event().clockStarted(round.call(0)))).isTrue();
        assertThat(round.call(0).untimedNanos()).isZero();
        assertThat(round.event().park()).isEqualTo(Limits.NO_LIMIT);
    }

    // An announcement.

    @Test
    void an_announcement_lets_the_next_call_begin() {
        RoundByHand round = RoundByHand.of(
                        pure().with(call -> call.giveAnnouncement(true)),
                        pure().with(call -> call.giveAnnouncement(true)))
                .begin();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.begins(0);
        assertThat(round.did(round.event().announced(round.call(0)))).isTrue();
        assertThat(round.call(0).isToBeAnnounced()).isFalse();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_must_end_announces_nothing() {
        RoundByHand round = RoundByHand.of(
                        pure().callLimit(20).with(call -> call.giveAnnouncement(true)),
                        pure().with(call -> call.giveAnnouncement(true)))
                .begin();
        round.begins(0);
        round.at(20).timePassed();
        assertThat(round.did(round.event().announced(round.call(0)))).isFalse();
        assertThat(round.call(0).isToBeAnnounced()).isTrue();
        assertThat(round.started()).isEmpty();
    }

    @Test
    void an_abandoned_call_announces_nothing() {
        RoundByHand round = RoundByHand.of(pure().callLimit(20).with(call -> call.giveAnnouncement(true)))
                .begin();
        round.begins(0);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        assertThat(round.did(round.event().announced(round.call(0)))).isFalse();
        assertThat(round.call(0).isToBeAnnounced()).isTrue();
    }

    // An attempt ends.

    @Test
    void an_attempt_comes_to_its_own_outcome() {
        RoundByHand round = RoundByHand.of(pure().managed()).begin();
        round.begins(0);
        round.attempts(0);
        round.did(round.event().attemptEnded(round.call(0), OK));
        assertThat(round.call(0).attemptOutcome()).isEqualTo(OK);
    }

    @Test
    void an_attempt_that_exceeded_its_limit_comes_to_a_time_out_and_another_may_begin() {
        RoundByHand round = RoundByHand.of(pure().managed()).attemptLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        round.at(20).timePassed();
        assertThat(round.call(0).isCondemned()).isTrue();
        round.at(21).did(round.event().attemptEnded(round.call(0), OK));
        assertThat(round.call(0).attemptOutcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(round.call(0).isCondemned()).isFalse();
        assertThat(round.event().mayTryAgain(round.call(0), round.now())).isTrue();
        assertThat(round.attempts(0)).isTrue();
        round.did(round.event().attemptEnded(round.call(0), OK));
        assertThat(round.call(0).attemptOutcome()).isEqualTo(OK);
    }

    @Test
    void an_attempt_whose_own_outcome_must_not_be_lost_comes_to_that_even_after_its_limit() {
        RoundByHand round =
                RoundByHand.of(pure().managed().insisting()).attemptLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        round.at(20).timePassed();
        round.did(round.event().attemptEnded(round.call(0), OK));
        assertThat(round.call(0).attemptOutcome()).isEqualTo(OK);
        assertThat(round.call(0).isCondemned()).isFalse();
    }

    @Test
    void an_attempt_that_ends_does_not_save_a_call_that_must_end_as_a_whole() {
        RoundByHand round = RoundByHand.of(reads("a").managed()).callLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        round.at(20).timePassed();
        round.did(round.event().attemptEnded(round.call(0), OK));
        assertThat(round.call(0).attemptOutcome()).isEqualTo(OK);
        assertThat(round.call(0).isCondemned()).isTrue();
        round.ended(0, OK, false);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the call exceeded 20 ms");
    }

    @Test
    void an_attempt_that_ends_after_its_call_was_abandoned_comes_to_its_own_outcome() {
        RoundByHand round = RoundByHand.of(pure().managed()).attemptLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        round.did(round.event().attemptEnded(round.call(0), OK));
        assertThat(round.call(0).attemptOutcome()).isEqualTo(OK);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the attempt exceeded 20 ms");
    }
}
