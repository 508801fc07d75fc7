package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.Actions.Interrupt;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the machine does when the limit of a call, an attempt or the round passes, in each phase of a call. */
class ExpiryTest {

    private static final RetryPolicy TWICE =
            RetryPolicy.builder().maxAttempts(2).build();

    // The limit of a call.

    @Test
    void the_limit_of_a_call_ends_it_while_it_waits_for_its_turn_and_says_so() {
        RoundByHand round =
                RoundByHand.of(reads("a"), reads("b")).permits(1).callLimit(20).begin();
        round.begins(0);
        round.at(19).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.at(20).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.said(1)).isEqualTo("tool 't1' timed out: the call exceeded 20 ms before the tool could start");
    }

    @Test
    void the_limit_of_a_call_interrupts_it_while_it_is_paused_and_the_grace_period_counts_from_then() {
        RoundByHand round = RoundByHand.of(writes("a").managed()).callLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        round.did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        assertThat(round.did(round.event().paused(round.call(0)))).isTrue();
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        assertThat(round.phase(0)).isEqualTo(Phase.PAUSED);
        round.at(29).timePassed();
        assertThat(round.abandoned()).isEmpty();
        round.at(30).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.call(0).settled())
                .isEqualTo(new Outcome.TimedOut(
                        "tool 't0' timed out: the call exceeded 20 ms; it may still take effect",
                        Duration.ofMillis(20),
                        true));
    }

    @Test
    void the_limit_of_a_call_interrupts_its_body_and_the_time_out_replaces_what_that_comes_to() {
        RoundByHand round = RoundByHand.of(reads("a").callLimit(20), reads("b")).begin();
        round.begins(0);
        round.begins(1);
        round.at(19).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(20).timePassed();
        assertThat(round.last.interrupt()).containsExactly(Interrupt.of(round.call(0)));
        round.succeeds(0);
        assertThat(round.call(0).settled())
                .isEqualTo(new Outcome.TimedOut(
                        "tool 't0' timed out: the call exceeded 20 ms", Duration.ofMillis(20), false));
    }

    @Test
    void the_limit_of_a_call_ends_it_before_its_thread_has_come_to_it() {
        RoundByHand round = RoundByHand.of(reads("a")).callLimit(20).begin();
        assertThat(round.phase(0)).isEqualTo(Phase.STARTING);
        round.at(20).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.begins(0)).isFalse();
    }

    @Test
    void the_limit_of_a_call_interrupts_it_while_it_waits_for_a_permit_to_go_on() {
        RoundByHand round = RoundByHand.of(reads("a").managed().callLimit(20), reads("b"))
                .permits(1)
                .begin();
        round.begins(0);
        round.did(round.event().paused(round.call(0)));
        round.begins(1);
        round.did(round.event().resumed(round.call(0)));
        assertThat(round.phase(0)).isEqualTo(Phase.RESUMING);
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        round.at(21).succeeds(1);
        assertThat(round.unparked()).isEmpty();
        round.fails(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the call exceeded 20 ms before the tool could start");
    }

    @Test
    void the_limit_of_a_call_interrupts_it_while_it_asks_before_its_turn() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a").managed().callLimit(20))
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.begins(1);
        assertThat(round.phase(1)).isEqualTo(Phase.BEFORE_TURN);
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(1);
    }

    @Test
    void the_limit_of_a_call_interrupts_it_while_it_waits_for_its_turn_after_it_has_asked() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a").managed().callLimit(20))
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.begins(1);
        round.did(round.event().wantsTurn(round.call(1)));
        assertThat(round.phase(1)).isEqualTo(Phase.WANTS_TURN);
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(1);
        round.ended(1, RoundByHand.failure(), false);
        assertThat(round.said(1)).isEqualTo("tool 't1' timed out: the call exceeded 20 ms before the tool could start");
    }

    @Test
    void the_limit_of_a_call_says_nothing_to_one_that_has_ended() {
        RoundByHand round = RoundByHand.of(reads("a").callLimit(20), reads("b")).begin();
        round.begins(0);
        round.begins(1);
        round.ended(0, new Outcome.Succeeded("ok"), false);
        round.at(20).timePassed();
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.call(0).settled()).isEqualTo(new Outcome.Succeeded("ok"));
    }

    @Test
    void the_limit_of_a_call_does_not_end_a_pending_call_nor_one_that_waits_for_it() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a"), reads("b"))
                .permits(3)
                .callLimit(20)
                .begin();
        round.begins(0);
        round.pends(0, PendingKind.EXTERNAL);
        round.begins(2);
        round.at(20).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.PENDING);
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        assertThat(round.interrupted()).containsExactly(2);
    }

    @Test
    void the_limit_of_a_call_keeps_it_from_a_thread_that_the_owner_has_not_started_yet() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a").callLimit(20))
                .usesExecutor()
                .begin();
        round.begins(0);
        round.at(5).succeeds(0);
        assertThat(round.phase(1)).isEqualTo(Phase.STARTING);
        assertThat(round.last.wake()).isTrue();
        round.at(20).next();
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.started()).isEmpty();
    }

    // The limit of an attempt.

    @Test
    void the_limit_of_an_attempt_counts_from_its_body_and_not_from_its_admission() {
        RoundByHand round = RoundByHand.of(writes("a")).attemptLimit(20).begin();
        round.at(7).begins(0);
        round.at(26).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(27).timePassed();
        assertThat(round.last.interrupt()).containsExactly(Interrupt.of(round.call(0)));
        round.fails(0);
        assertThat(round.call(0).settled())
                .isEqualTo(new Outcome.TimedOut(
                        "tool 't0' timed out: the attempt exceeded 20 ms; it may still take effect",
                        Duration.ofMillis(20),
                        true));
    }

    @Test
    void the_limit_of_an_attempt_of_a_managed_call_interrupts_that_attempt_only_and_names_it() {
        RoundByHand round = RoundByHand.of(reads("a").managed().attemptLimit(20).policy(p -> p.retry(TWICE)))
                .begin();
        round.begins(0);
        round.at(5);
        round.attempts(0);
        round.at(24).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(25).timePassed();
        assertThat(round.last.interrupt()).containsExactly(Interrupt.ofAttempt(round.call(0), 1));
        round.did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        assertThat(round.call(0).attemptOutcome())
                .isEqualTo(new Outcome.TimedOut(
                        "tool 't0' timed out: attempt 1 of 2 exceeded 20 ms", Duration.ofMillis(20), false));
    }

    @Test
    void each_attempt_has_its_limit_anew_and_the_limit_of_the_one_before_does_not_meet_it() {
        RoundByHand round = RoundByHand.of(reads("a").managed().attemptLimit(20).policy(p -> p.retry(TWICE)))
                .begin();
        round.begins(0);
        round.attempts(0);
        round.at(10).did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        round.attempts(0);
        round.at(29).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(30).timePassed();
        assertThat(round.last.interrupt()).containsExactly(Interrupt.ofAttempt(round.call(0), 2));
    }

    @Test
    void the_limit_of_an_attempt_says_nothing_once_the_attempt_has_ended() {
        RoundByHand round =
                RoundByHand.of(reads("a").managed().attemptLimit(20)).begin();
        round.begins(0);
        round.attempts(0);
        round.at(19).did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        round.at(20).timePassed();
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.call(0).isCondemned()).isFalse();
    }

    @Test
    void the_limit_of_an_attempt_says_nothing_to_a_call_that_has_ended() {
        RoundByHand round =
                RoundByHand.of(reads("a").attemptLimit(20), reads("b")).begin();
        round.begins(0);
        round.begins(1);
        round.at(19).succeeds(0);
        round.at(20).timePassed();
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.call(0).settled()).isEqualTo(new Outcome.Succeeded("ok"));
    }

    // The grace period.

    @Test
    void a_call_that_ends_within_the_grace_period_is_not_abandoned() {
        RoundByHand round =
                RoundByHand.of(reads("a").attemptLimit(20), reads("b")).begin();
        round.begins(0);
        round.begins(1);
        round.at(20).timePassed();
        round.at(29).fails(0);
        round.at(30).timePassed();
        assertThat(round.abandoned()).isEmpty();
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
    }

    @Test
    void a_call_whose_attempt_ends_within_the_grace_period_goes_on() {
        RoundByHand round =
                RoundByHand.of(reads("a").managed().attemptLimit(20)).begin();
        round.begins(0);
        round.attempts(0);
        round.at(20).timePassed();
        round.at(29).did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        round.at(30).timePassed();
        assertThat(round.abandoned()).isEmpty();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
    }

    @Test
    void the_grace_period_of_an_attempt_does_not_shorten_that_of_the_next_attempt() {
        RoundByHand round = RoundByHand.of(reads("a").managed().attemptLimit(9)).begin();
        round.begins(0);
        round.attempts(0);
        round.at(9).timePassed();
        round.did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        round.attempts(0);
        round.at(18).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        round.at(19).timePassed();
        assertThat(round.abandoned()).isEmpty();
        round.at(27).timePassed();
        assertThat(round.abandoned()).isEmpty();
        round.at(28).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the attempt exceeded 9 ms");
    }

    // The limit of the round.

    @Test
    void the_limit_of_the_round_ends_what_waits_and_interrupts_what_runs() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("a"), pure()).roundLimit(20).begin();
        round.begins(0);
        round.begins(2);
        round.succeeds(2);
        round.at(19).timePassed();
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        assertThat(round.said(1))
                .isEqualTo("tool 't1' timed out: the round exceeded 20 ms before the tool could start");
        round.at(30).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the round exceeded 20 ms; it may still take effect");
        assertThat(round.call(2).settled()).isEqualTo(new Outcome.Succeeded("ok"));
    }

    // A failure that ends the round.

    @Test
    void earlier_reads_go_on_for_a_quarter_of_a_second_after_a_failure_that_leaves_the_round() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b")).grace(1000).begin();
        round.begins(0);
        round.begins(1);
        round.at(5).leaves(1);
        round.at(254).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(255).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        round.fails(0);
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 255 ms: the failure of another call ended the round");
    }

    @Test
    void earlier_reads_go_on_no_longer_than_the_grace_period_if_that_is_shorter() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b")).grace(10).begin();
        round.begins(0);
        round.begins(1);
        round.at(5).leaves(1);
        round.at(14).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(15).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
    }

    @Test
    void later_reads_are_interrupted_at_once_and_writes_after_the_grace_period() {
        RoundByHand round = RoundByHand.of(pure(), reads("b"), writes("c"))
                .permits(3)
                .grace(300)
                .begin();
        round.begins(0);
        round.begins(1);
        round.begins(2);
        round.at(5).leaves(0);
        assertThat(round.interrupted()).containsExactly(1);
        round.fails(1);
        round.at(304).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(305).timePassed();
        assertThat(round.interrupted()).containsExactly(2);
        round.fails(2);
        assertThat(round.said(2))
                .isEqualTo("tool 't2' was interrupted after 305 ms: the failure of another call ended the round;"
                        + " it may have taken effect");
    }
}
