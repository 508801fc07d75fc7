package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import org.junit.jupiter.api.Test;

/** Calls whose limit passes while they wait for a pending call, which then ends in the same round after all. */
class OverdueCallsTest {

    private static final String TIMED_OUT = "tool 't1' timed out: the call exceeded 25 ms before the tool could start";

    /** The call at place 0 is pending, the last one runs, and the one at place 1 waits for both. */
    private static RoundByHand behindPending(CallSpec waiting, CallSpec running) {
        RoundByHand round = RoundByHand.of(writes("a").managed(), waiting.managed(), running)
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        assertThat(round.endsPending(0, PendingKind.APPROVAL)).isTrue();
        round.becomesPending(0);
        round.begins(2);
        round.wantsTurn(2);
        assertThat(round.phase(2)).isEqualTo(Phase.RUNNING);
        return round;
    }

    private static void asks(RoundByHand round) {
        round.begins(1);
        round.wantsTurn(1);
        assertThat(round.phase(1)).isEqualTo(Phase.WANTS_TURN);
    }

    @Test
    void one_that_has_asked_ends_when_the_pending_call_does() {
        RoundByHand round = behindPending(writes("a").callLimit(25), pure());
        asks(round);
        round.at(25).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(30).withdraws(0);
        assertThat(round.interrupted()).containsExactly(1);
        assertThat(round.call(1).hasTurn()).isFalse();
        round.fails(1);
        assertThat(round.said(1)).isEqualTo(TIMED_OUT);
    }

    @Test
    void one_that_ignores_that_is_abandoned() {
        RoundByHand round = behindPending(writes("a").callLimit(25), pure());
        asks(round);
        round.at(25).timePassed();
        round.at(30).withdraws(0);
        round.at(40).timePassed();
        assertThat(round.abandoned()).containsExactly(1);
    }

    @Test
    void one_without_a_thread_gets_none() {
        RoundByHand round = behindPending(writes("a").using(0).callLimit(25), pure());
        round.at(25).timePassed();
        round.at(30).withdraws(0);
        assertThat(round.call(1).settled()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(round.started()).isEmpty();
    }

    @Test
    void one_that_still_waits_for_another_call_ends_when_that_does() {
        RoundByHand round = RoundByHand.of(
                        writes("a").managed(),
                        writes("b").managed(),
                        writes("a", "b").managed().callLimit(25))
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.wantsTurn(0);
        round.begins(1);
        assertThat(round.endsPending(1, PendingKind.APPROVAL)).isTrue();
        round.becomesPending(1);
        round.begins(2);
        round.wantsTurn(2);
        round.at(25).timePassed();
        round.at(30).withdraws(1);
        assertThat(round.interrupted()).isEmpty();
        round.at(35).succeeds(0);
        assertThat(round.interrupted()).containsExactly(2);
    }

    @Test
    void one_ends_when_the_pending_call_gives_up_waiting_for_an_abandoned_one() {
        RoundByHand round = RoundByHand.of(
                        writes("a").managed().callLimit(20),
                        writes("a", "b").managed(),
                        writes("b").managed().callLimit(25))
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.wantsTurn(0);
        round.begins(1);
        round.pends(1, PendingKind.APPROVAL);
        round.begins(2);
        round.wantsTurn(2);
        for (int ms : new int[] {20, 25, 30}) {
            round.at(ms).timePassed();
        }
        assertThat(round.abandoned()).containsExactly(0);
        round.at(80).timePassed();
        assertThat(round.interrupted()).containsExactly(2);
        assertThat(round.call(2).hasTurn()).isFalse();
    }

    @Test
    void one_within_its_limit_gets_its_turn() {
        RoundByHand round = behindPending(writes("a").callLimit(31), pure());
        asks(round);
        round.at(30).withdraws(0);
        assertThat(round.phase(1)).isEqualTo(Phase.RUNNING);
        round.at(31).timePassed();
        assertThat(round.interrupted()).containsExactly(1);
    }
}
