package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.schedule.Note.What;
import org.junit.jupiter.api.Test;

/** Calls that ask, such as for an approval, before they have their turn. */
class BeforeTurnTest {

    private static RoundByHand.Setting beforeTurn(CallSpec... calls) {
        return RoundByHand.of(calls).runsBeforeTurn();
    }

    // When calls ask.

    @Test
    void all_calls_ask_at_once_though_they_wait_for_each_other_and_for_permits() {
        RoundByHand round =
                beforeTurn(writes("a"), writes("a"), pure(), pure()).permits(1).begin();
        assertThat(round.started()).containsExactly(0, 1, 2, 3);
        assertThat(round.told(What.WAITING)).isEmpty();
        assertThat(round.begins(1)).isTrue();
        assertThat(round.phase(1)).isEqualTo(Phase.BEFORE_TURN);
        assertThat(round.call(1).hasTurn()).isFalse();
        assertThat(round.call(1).mayGoOn()).isTrue();
    }

    @Test
    void without_that_setting_no_call_asks_before_its_turn() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        assertThat(round.started()).containsExactly(0);
    }

    @Test
    void a_call_that_comes_later_asks_at_once() {
        RoundByHand round = beforeTurn(writes("a"), writes("a")).stream();
        round.admit(0);
        assertThat(round.started()).containsExactly(0);
        round.admit(1);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_may_run_on_the_owner_asks_on_a_thread_of_its_own() {
        RoundByHand round = beforeTurn(reads("a").on(RunsOn.OWNER), pure().on(RunsOn.ANY_THREAD))
                .begin();
        assertThat(round.forOwner()).isEqualTo(-1);
        assertThat(round.started()).containsExactly(0, 1);
    }

    @Test
    void a_call_that_uses_results_asks_when_it_has_all_of_them() {
        RoundByHand round = beforeTurn(pure(), pure(), pure().using(0, 1)).begin();
        assertThat(round.started()).containsExactly(0, 1);
        assertThat(round.waitOf(2)).isEqualTo("calls 1, 2");
        run(round, 0);
        assertThat(round.started()).isEmpty();
        run(round, 1);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void a_call_that_uses_a_missing_result_does_not_ask_and_is_skipped() {
        RoundByHand round = beforeTurn(pure(), pure().using(0)).begin();
        round.begins(0);
        round.wantsTurn(0);
        round.fails(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.said(1))
                .isEqualTo("tool 't1' was not started: it uses the result of call 1 (tool 't0'),"
                        + " which did not succeed: no luck");
    }

    @Test
    void a_call_that_comes_when_the_round_is_ending_does_not_ask() {
        RoundByHand round = beforeTurn(pure(), pure()).stream();
        round.admit(0);
        round.begins(0);
        round.wantsTurn(0);
        round.leaves(0);
        round.admit(1);
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: the failure of another call ended the round");
    }

    // Its turn.

    @Test
    void a_call_has_its_turn_when_it_has_asked_and_a_permit_is_free() {
        RoundByHand round = beforeTurn(pure(), pure()).permits(1).begin();
        round.begins(0);
        round.begins(1);
        round.wantsTurn(1);
        assertThat(round.unparked()).containsExactly(1);
        assertThat(round.call(1).hasTurn()).isTrue();
        assertThat(round.told(What.READY)).containsExactly(1);
        round.wantsTurn(0);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.phase(0)).isEqualTo(Phase.WANTS_TURN);
        assertThat(round.call(0).mayGoOn()).isFalse();
        assertThat(round.waitOf(0)).isEqualTo("the one permit");
        round.succeeds(1);
        assertThat(round.unparked()).containsExactly(0);
    }

    @Test
    void a_call_that_has_asked_waits_for_the_calls_before_it() {
        RoundByHand round = beforeTurn(writes("a"), writes("a")).begin();
        round.begins(1);
        round.wantsTurn(1);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.waitOf(1)).isEqualTo("call 1");
        run(round, 0);
        assertThat(round.unparked()).containsExactly(1);
    }

    @Test
    void a_call_that_still_asks_has_its_turn_later_if_nothing_else_keeps_it_from_it() {
        RoundByHand round = beforeTurn(writes("a"), writes("a")).begin();
        round.begins(1);
        run(round, 0);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.phase(1)).isEqualTo(Phase.BEFORE_TURN);
        round.wantsTurn(1);
        assertThat(round.unparked()).containsExactly(1);
    }

    @Test
    void a_call_for_the_owner_has_its_turn_on_its_thread_though_the_owner_is_not_there() {
        RoundByHand round = beforeTurn(reads("a").on(RunsOn.OWNER)).stream();
        round.admit(0);
        assertThat(round.started()).containsExactly(0);
        round.begins(0);
        round.wantsTurn(0);
        assertThat(round.unparked()).containsExactly(0);
        round.owns();
        assertThat(round.forOwner()).isEqualTo(-1);
    }

    @Test
    void a_call_whose_limit_passes_while_it_waits_for_its_turn_does_not_get_it() {
        RoundByHand round = beforeTurn(pure(), pure().callLimit(20)).permits(1).begin();
        round.begins(0);
        round.wantsTurn(0);
        round.begins(1);
        round.wantsTurn(1);
        round.at(20).next();
        assertThat(round.interrupted()).containsExactly(1);
        round.succeeds(0);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.phase(1)).isEqualTo(Phase.WANTS_TURN);
    }

    @Test
    void a_call_that_has_had_its_turn_asks_no_more_so_that_it_keeps_its_resources_when_it_is_abandoned() {
        RoundByHand round = beforeTurn(writes("a").callLimit(20), writes("a")).begin();
        round.begins(0);
        round.wantsTurn(0);
        round.begins(1);
        round.wantsTurn(1);
        round.attempts(0);
        round.at(20).next();
        round.at(30).next();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        assertThat(round.unparked()).isEmpty();
    }

    @Test
    void a_call_that_is_abandoned_while_it_asks_keeps_nothing_from_others() {
        RoundByHand round = beforeTurn(writes("a").callLimit(20), writes("a")).begin();
        round.begins(0);
        round.begins(1);
        round.wantsTurn(1);
        round.at(20).next();
        round.at(30).next();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
        assertThat(round.unparked()).containsExactly(1);
    }

    private static void run(RoundByHand round, int place) {
        round.begins(place);
        round.wantsTurn(place);
        round.succeeds(place);
    }
}
