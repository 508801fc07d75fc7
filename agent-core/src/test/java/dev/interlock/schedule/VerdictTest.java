package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.RoundByHand.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.schedule.Actions.Interrupt;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import dev.interlock.share.SharedLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a verdict does to a call that runs, and one about its attempt. */
class VerdictTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");

    private final Cap one = new Caps(List.of(), 1).of("t", ToolPolicy.DEFAULT).get(0);

    // About the call.

    @Test
    void the_first_verdict_counts_and_interrupts_once() {
        RoundByHand round =
                RoundByHand.of(reads("a").callLimit(10)).roundLimit(12).begin();
        round.begins(0);
        round.at(10).timePassed();
        assertThat(round.last.interrupt()).containsExactly(Interrupt.of(round.call(0)));
        round.at(12).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(13).fails(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the call exceeded 10 ms");
    }

    @Test
    void a_limit_changes_nothing_about_a_call_whose_end_is_being_told() {
        RoundByHand round = RoundByHand.of(reads("a")).callLimit(10).begin();
        round.begins(0);
        round.at(9).ended(0, OK, false);
        round.at(10).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.tells(0);
        assertThat(round.call(0).settled()).isEqualTo(OK);
    }

    @Test
    void a_call_that_must_end_stops_queueing_for_its_turn() {
        SharedLimits shared = new SharedLimits(false);
        RoundByHand holder =
                RoundByHand.of(reads("a").capped(one)).sharing(shared, "one", 1).begin();
        RoundByHand asking = RoundByHand.of(reads("b").capped(one))
                .sharing(shared, "two", 2)
                .runsBeforeTurn()
                .begin();
        holder.begins(0);
        asking.begins(0);
        asking.did(asking.event().wantsTurn(asking.call(0)));
        assertThat(asking.phase(0)).isEqualTo(Phase.WANTS_TURN);
        RoundByHand last = RoundByHand.of(reads("c").capped(one))
                .sharing(shared, "three", 3)
                .begin();
        asking.cancels("enough");
        assertThat(asking.interrupted()).containsExactly(0);
        holder.succeeds(0);
        assertThat(holder.last.granted()).containsExactly(last.call(0).claim());
    }

    @Test
    void a_call_that_must_end_while_it_runs_keeps_its_caps() {
        SharedLimits shared = new SharedLimits(false);
        RoundByHand round =
                RoundByHand.of(reads("a").capped(one)).sharing(shared, "one", 1).begin();
        RoundByHand other =
                RoundByHand.of(reads("b").capped(one)).sharing(shared, "two", 2).begin();
        round.begins(0);
        round.cancels("enough");
        assertThat(round.last.granted()).isEmpty();
        round.fails(0);
        assertThat(round.last.granted()).containsExactly(other.call(0).claim());
    }

    // About its attempt.

    @Test
    void the_limit_of_the_only_attempt_interrupts_the_call() {
        RoundByHand round = RoundByHand.of(reads("a")).attemptLimit(20).begin();
        round.at(5).begins(0);
        round.at(24).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(25).timePassed();
        assertThat(round.last.interrupt()).containsExactly(Interrupt.of(round.call(0)));
        round.fails(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the attempt exceeded 20 ms");
    }

    @Test
    void the_limit_of_an_attempt_interrupts_only_that_attempt_of_a_managed_call() {
        RoundByHand round =
                RoundByHand.of(reads("a").managed()).attemptLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        round.at(20).timePassed();
        assertThat(round.last.interrupt()).containsExactly(Interrupt.ofAttempt(round.call(0), 1));
        round.did(round.event().attemptEnded(round.call(0), failure()));
        assertThat(round.attempts(0)).isTrue();
        round.succeeds(0);
        assertThat(round.call(0).settled()).isEqualTo(OK);
    }

    @Test
    void the_limit_of_an_attempt_that_has_ended_interrupts_nothing() {
        RoundByHand round =
                RoundByHand.of(reads("a").managed()).attemptLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        round.at(19);
        round.did(round.event().attemptEnded(round.call(0), failure()));
        round.at(20).timePassed();
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.attempts(0)).isTrue();
    }

    @Test
    void the_limit_of_an_attempt_does_not_interrupt_a_call_again_that_must_end() {
        RoundByHand round = RoundByHand.of(reads("a")).attemptLimit(20).begin();
        round.begins(0);
        round.at(15).cancels("enough");
        round.at(20).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.fails(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' was interrupted after 15 ms: enough");
    }

    @Test
    void a_verdict_about_the_call_replaces_one_about_its_attempt_within_the_same_grace_period() {
        RoundByHand round = RoundByHand.of(reads("a").managed().callLimit(25))
                .attemptLimit(20)
                .begin();
        round.begins(0);
        round.attempts(0);
        round.at(20).timePassed();
        round.at(25).timePassed();
        assertThat(round.last.interrupt()).containsExactly(Interrupt.of(round.call(0)));
        round.at(29).timePassed();
        assertThat(round.abandoned()).isEmpty();
        round.at(30).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the call exceeded 25 ms");
    }
}
