package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import org.junit.jupiter.api.Test;

/** Equal reads of a stream that the model did not make after all. */
class WithdrawnEqualReadsTest {

    /** The first read runs, the second one is to share its outcome. */
    private static RoundByHand running() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a"), pure().using(1)).equalReads().stream();
        round.admit(0);
        round.admit(1);
        round.begins(0);
        return round;
    }

    @Test
    void a_read_is_interrupted_once_all_that_share_its_outcome_are_withdrawn_too() {
        RoundByHand round = running();
        round.withdraws(0);
        assertThat(round.interrupted()).isEmpty();
        round.withdraws(1);
        assertThat(round.interrupted()).containsExactly(0);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: withdrawn");
        round.fails(0);
        assertThat(round.call(0).settled()).isInstanceOf(Outcome.Cancelled.class);
    }

    @Test
    void a_read_goes_on_if_only_those_that_share_its_outcome_are_withdrawn() {
        RoundByHand round = running();
        round.withdraws(1);
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.call(1).settled()).isInstanceOf(Outcome.Cancelled.class);
        round.admit(2);
        assertThat(round.call(2).settled()).isInstanceOf(Outcome.Skipped.class);
        round.succeeds(0);
        assertThat(round.call(0).settled()).isEqualTo(new Outcome.Succeeded("ok"));
    }

    @Test
    void a_read_that_shares_an_outcome_which_is_already_known_keeps_it() {
        RoundByHand round = running();
        round.ended(0, new Outcome.Succeeded("ok"), false);
        round.withdraws(1);
        round.tells(0);
        assertThat(round.call(1).settled()).isEqualTo(new Outcome.Succeeded("ok"));
    }

    @Test
    void a_round_is_not_suspended_with_reads_that_are_all_withdrawn() {
        RoundByHand round = running();
        round.pends(0, PendingKind.EXTERNAL);
        round.withdraws(0);
        round.withdraws(1);
        round.owns();
        assertThat(round.call(0).suspendedAs()).isNull();
        assertThat(round.call(1).suspendedAs()).isNull();
        assertThat(round.schedule.isDone()).isTrue();
    }
}
