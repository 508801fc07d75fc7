package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.writes;
import static dev.interlock.schedule.RoundByHand.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import dev.interlock.share.SharedLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each event answers to the thread that tells it, and which events give other calls their turns. */
class ScheduleTest {

    private final SharedLimits shared = new SharedLimits(false);
    private final Cap cap =
            new Caps(List.of(), 1).of("t0", ToolPolicy.builder().build()).get(0);

    // The thread of a call.

    @Test
    void a_thread_for_a_call_is_launched_once() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        assertThat(round.event().launch(round.call(0))).isTrue();
        assertThat(round.event().launch(round.call(0))).isFalse();
    }

    @Test
    void no_thread_is_launched_for_a_call_that_has_ended() {
        RoundByHand round = RoundByHand.of(pure()).callLimit(20).begin();
        round.at(20).timePassed();
        assertThat(round.event().launch(round.call(0))).isFalse();
    }

    @Test
    void a_call_fails_whose_thread_cannot_start_and_its_permit_goes_to_the_next() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).begin();
        Throwable error = new OutOfMemoryError("no thread");
        assertThat(round.did(round.event().startFailed(round.call(0), error))).isTrue();
        assertThat(round.call(0).settled()).isEqualTo(new Outcome.Failed(error));
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_thread_must_not_begin_a_call_whose_limit_has_passed_and_the_next_has_its_turn() {
        RoundByHand round =
                RoundByHand.of(pure().callLimit(20), pure()).permits(1).begin();
        round.at(20);
        assertThat(round.begins(0)).isFalse();
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the call exceeded 20 ms before the tool could start");
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_thread_may_begin_a_call_up_to_its_limit() {
        RoundByHand round = RoundByHand.of(pure().callLimit(20)).begin();
        round.at(19);
        assertThat(round.begins(0)).isTrue();
    }

    @Test
    void a_call_may_pass_the_gate_if_no_other_announces_before_it() {
        RoundByHand round = RoundByHand.of(
                        pure().managed().with(call -> call.giveAnnouncement(false)),
                        pure().managed().with(call -> call.giveAnnouncement(false)))
                .begin();
        round.begins(0);
        round.begins(1);
        assertThat(round.did(round.event().reachedGate(round.call(1)))).isTrue();
        assertThat(round.did(round.event().reachedGate(round.call(0)))).isFalse();
        assertThat(round.call(0).hasTurn()).isFalse();
        assertThat(round.did(round.event().announced(round.call(1)))).isTrue();
        assertThat(round.unparked()).containsExactly(0);
        assertThat(round.call(0).hasTurn()).isTrue();
    }

    @Test
    void a_call_that_must_end_must_not_announce_its_tool() {
        RoundByHand round = RoundByHand.of(pure().with(call -> call.giveAnnouncement(true)))
                .callLimit(20)
                .begin();
        round.begins(0);
        round.at(20).timePassed();
        assertThat(round.did(round.event().announced(round.call(0)))).isFalse();
        assertThat(round.call(0).isToBeAnnounced()).isTrue();
    }

    @Test
    void an_attempt_may_begin_unless_the_call_must_end() {
        RoundByHand round = RoundByHand.of(pure().managed()).callLimit(20).begin();
        round.begins(0);
        assertThat(round.attempts(0)).isTrue();
        round.did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        assertThat(round.last.allowed()).isTrue();
        assertThat(round.call(0).attemptOutcome()).isInstanceOf(Outcome.Failed.class);
        round.at(20).timePassed();
        assertThat(round.attempts(0)).isFalse();
        assertThat(round.call(0).attempts()).isEqualTo(1);
    }

    @Test
    void another_attempt_may_follow_until_a_limit_passes_or_the_round_ends() {
        RoundByHand round =
                RoundByHand.of(pure().managed()).callLimit(30).roundLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        round.did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        long begin = round.now();
        assertThat(round.event().mayTryAgain(round.call(0), begin + 19 * MILLI)).isTrue();
        assertThat(round.event().mayTryAgain(round.call(0), begin + 20 * MILLI)).isFalse();
        round.event().stop("no more");
        assertThat(round.event().mayTryAgain(round.call(0), begin)).isFalse();
    }

    @Test
    void a_call_may_pause_and_its_permit_goes_to_the_next_and_it_goes_on_when_that_has_ended() {
        RoundByHand round = RoundByHand.of(pure().managed(), pure()).permits(1).begin();
        round.begins(0);
        assertThat(round.did(round.event().paused(round.call(0)))).isTrue();
        assertThat(round.started()).containsExactly(1);
        round.begins(1);
        assertThat(round.did(round.event().resumed(round.call(0)))).isTrue();
        assertThat(round.call(0).mayGoOn()).isFalse();
        round.succeeds(1);
        assertThat(round.unparked()).containsExactly(0);
        assertThat(round.call(0).mayGoOn()).isTrue();
    }

    @Test
    void a_call_that_pauses_goes_on_by_the_same_event_if_a_permit_is_free() {
        RoundByHand round = RoundByHand.of(pure().managed()).begin();
        round.begins(0);
        round.did(round.event().paused(round.call(0)));
        round.did(round.event().resumed(round.call(0)));
        assertThat(round.unparked()).containsExactly(0);
    }

    @Test
    void a_call_that_must_end_does_not_pause() {
        RoundByHand round = RoundByHand.of(pure().managed()).callLimit(20).begin();
        round.begins(0);
        round.at(20).timePassed();
        assertThat(round.did(round.event().paused(round.call(0)))).isFalse();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
    }

    @Test
    void a_call_that_has_asked_has_its_turn_by_the_same_event_if_none_is_before_it() {
        RoundByHand round = RoundByHand.of(pure().managed()).runsBeforeTurn().begin();
        round.begins(0);
        assertThat(round.call(0).hasTurn()).isFalse();
        assertThat(round.did(round.event().wantsTurn(round.call(0)))).isTrue();
        assertThat(round.call(0).hasTurn()).isTrue();
        assertThat(round.unparked()).containsExactly(0);
    }

    @Test
    void the_time_while_the_clock_stands_does_not_count_for_the_limit_of_the_attempt() {
        RoundByHand round = RoundByHand.of(pure()).attemptLimit(20).begin();
        round.begins(0);
        round.at(10);
        assertThat(round.did(round.event().clockStopped(round.call(0)))).isTrue();
        round.at(15);
        assertThat(round.did(round.event().clockStarted(round.call(0)))).isTrue();
        round.at(24).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(25).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
    }

    @Test
    void a_call_that_lends_its_caps_grants_them_to_others_and_keeps_its_permit() {
        RoundByHand round = RoundByHand.of(pure().capped(cap), pure())
                .permits(1)
                .sharing(shared, "one", 1)
                .begin();
        round.begins(0);
        RoundByHand other =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "two", 2).begin();
        assertThat(round.did(round.event().lent(round.call(0)))).isTrue();
        assertThat(round.last.granted()).containsExactly(other.call(0).claim());
        assertThat(round.started()).isEmpty();
        round.timePassed();
        assertThat(round.started()).isEmpty();
    }

    @Test
    void a_call_that_was_granted_all_it_wants_starts() {
        RoundByHand round =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "one", 1).begin();
        round.begins(0);
        RoundByHand other =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "two", 2).begin();
        round.ended(0, new Outcome.Succeeded("ok"), false);
        round.did(round.event().endHeard(round.call(0), null));
        other.last = round.last;
        other.granted();
        assertThat(other.started()).containsExactly(0);
    }

    @Test
    void a_call_that_stops_waiting_for_its_caps_takes_none() {
        RoundByHand round = RoundByHand.of(pure().capped(cap))
                .callLimit(20)
                .sharing(shared, "one", 1)
                .begin();
        round.begins(0);
        round.did(round.event().lent(round.call(0)));
        RoundByHand other =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "two", 2).begin();
        other.begins(0);
        assertThat(round.did(round.event().reclaimed(round.call(0)))).isTrue();
        round.at(20).timePassed();
        assertThat(round.did(round.event().stoppedReclaiming(round.call(0)))).isTrue();
        assertThat(round.call(0).isReclaiming()).isFalse();
        other.succeeds(0);
        assertThat(other.last.granted()).isEmpty();
    }

    @Test
    void the_end_of_a_call_is_told_to_listeners_before_those_that_wait_for_it_start() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        assertThat(round.ended(0, new Outcome.Succeeded("ok"), false)).isTrue();
        assertThat(round.started()).isEmpty();
        assertThat(round.did(round.event().endHeard(round.call(0), null))).isTrue();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void the_end_of_an_abandoned_call_is_not_told_again() {
        RoundByHand round = RoundByHand.of(writes("a")).callLimit(20).begin();
        round.begins(0);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.ended(0, new Outcome.Succeeded("ok"), false)).isFalse();
        assertThat(round.call(0).settled()).isInstanceOf(Outcome.TimedOut.class);
    }

    @Test
    void the_end_of_a_call_can_stop_the_round() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.ended(0, new Outcome.Succeeded("ok"), false);
        round.did(round.event().endHeard(round.call(0), "the journal is full"));
        assertThat(round.started()).isEmpty();
        assertThat(round.said(0)).isEqualTo("succeeded");
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: the journal is full");
    }

    // What abandoned calls hold.

    @Test
    void a_user_releases_what_an_abandoned_call_holds_once() {
        RoundByHand round =
                RoundByHand.of(writes("a").callLimit(20), writes("a")).begin();
        round.begins(0);
        assertThat(round.did(round.event().released(round.call(0)))).isFalse();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.did(round.event().released(round.call(0)))).isTrue();
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
        assertThat(round.call(0).claim()).isNull();
        assertThat(round.started()).containsExactly(1);
        assertThat(round.did(round.event().released(round.call(0)))).isFalse();
    }

    @Test
    void a_user_releases_nothing_of_a_call_that_holds_a_claim_and_was_not_abandoned() {
        RoundByHand round =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "one", 1).begin();
        round.begins(0);
        assertThat(round.call(0).claim()).isNotNull();
        assertThat(round.did(round.event().released(round.call(0)))).isFalse();
        assertThat(round.call(0).claim()).isNotNull();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
    }

    @Test
    void a_call_waits_for_a_limited_time_for_a_resource_of_a_call_that_was_just_abandoned() {
        SharedLimits exclusive = new SharedLimits(true);
        RoundByHand first = RoundByHand.of(writes("a"))
                .callLimit(20)
                .sharing(exclusive, "one", 1)
                .begin();
        RoundByHand second = RoundByHand.of(writes("a"))
                .heldLimit(50)
                .sharing(exclusive, "two", 2)
                .begin();
        first.begins(0);
        first.at(20).timePassed();
        first.at(30).timePassed();
        assertThat(first.last.suspicious()).containsExactly(second.call(0).claim());
        second.at(31);
        assertThat(second.did(second.event().suspected(first.last.suspicious().get(0))))
                .isTrue();
        second.at(80).timePassed();
        assertThat(second.phase(0)).isEqualTo(Phase.WAITING);
        second.at(81).timePassed();
        assertThat(second.said(0))
                .isEqualTo("tool 't0' gave up after waiting 50 ms for a resource held by call 1 of round 1 (tool 't0'),"
                        + " which was abandoned 51 ms ago and is still running");
    }
}
