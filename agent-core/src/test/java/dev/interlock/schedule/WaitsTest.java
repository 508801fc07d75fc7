package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.PendingKind;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the thread of a call waits: for its turn and for something other than the tool. */
class WaitsTest {

    private static boolean pauses(RoundByHand round, int place) {
        return round.did(round.event().paused(round.call(place)));
    }

    private static void resumes(RoundByHand round, int place) {
        round.did(round.event().resumed(round.call(place)));
    }

    private static void wantsTurn(RoundByHand round, int place) {
        round.did(round.event().wantsTurn(round.call(place)));
    }

    private static boolean reachesGate(RoundByHand round, int place) {
        return round.did(round.event().reachedGate(round.call(place)));
    }

    // Pauses.

    @Test
    void a_paused_call_gives_its_permit_to_the_next() {
        RoundByHand round = RoundByHand.of(pure().managed(), pure()).permits(1).begin();
        round.begins(0);
        assertThat(pauses(round, 0)).isTrue();
        assertThat(round.phase(0)).isEqualTo(Phase.PAUSED);
        assertThat(round.call(0).mayGoOn()).isFalse();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_paused_call_gives_its_caps_to_the_next() {
        Cap cap = new Caps(List.of(), 1).of("any", ToolPolicy.DEFAULT).get(0);
        RoundByHand round =
                RoundByHand.of(pure().managed().capped(cap), pure().capped(cap)).begin();
        round.begins(0);
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        pauses(round, 0);
        assertThat(round.last.granted()).containsExactly(round.call(1).claim());
        round.granted();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_paused_call_keeps_its_resources() {
        RoundByHand round = RoundByHand.of(writes("a").managed(), writes("a")).begin();
        round.begins(0);
        pauses(round, 0);
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
    }

    @Test
    void a_call_that_must_end_does_not_pause() {
        RoundByHand round = RoundByHand.of(pure().managed().callLimit(20), pure())
                .permits(1)
                .begin();
        round.begins(0);
        round.at(20).timePassed();
        assertThat(pauses(round, 0)).isFalse();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.started()).isEmpty();
    }

    @Test
    void an_asking_call_may_wait_without_a_pause_since_it_holds_no_permit() {
        RoundByHand round = RoundByHand.of(pure().managed()).runsBeforeTurn().begin();
        round.begins(0);
        assertThat(pauses(round, 0)).isTrue();
        assertThat(round.phase(0)).isEqualTo(Phase.BEFORE_TURN);
        assertThat(round.call(0).mayGoOn()).isTrue();
    }

    @Test
    void an_asking_call_that_must_end_does_not_wait() {
        RoundByHand round =
                RoundByHand.of(pure().managed()).runsBeforeTurn().callLimit(20).begin();
        round.begins(0);
        round.at(20).timePassed();
        assertThat(pauses(round, 0)).isFalse();
    }

    /**
     * The last call, which asks now, was told to wait for the first eight and more; then it got the result of the
     * tenth.
     */
    private static RoundByHand beforeTurn() {
        CallSpec[] specs = new CallSpec[11];
        for (int i = 0; i < 9; i++) {
            specs[i] = writes("a/" + i);
        }
        specs[9] = pure();
        specs[10] = reads("a").using(9).managed();
        RoundByHand round = RoundByHand.of(specs).permits(11).runsBeforeTurn().begin();
        assertThat(round.waitOf(10)).isEqualTo("calls 1, 2, 3, 4, 5, 6, 7, 8 and more");
        round.begins(9);
        wantsTurn(round, 9);
        round.succeeds(9);
        round.begins(10);
        return round;
    }

    @Test
    void an_asking_call_that_waited_for_something_else_tells_again_which_calls_it_waits_for() {
        RoundByHand round = beforeTurn();
        pauses(round, 10);
        wantsTurn(round, 10);
        assertThat(round.waitOf(10)).isEqualTo("calls 1, 2, 3, 4, 5, 6, 7, 8 and more");
    }

    @Test
    void an_asking_call_that_waited_for_nothing_else_does_not_repeat_which_calls_it_waits_for() {
        RoundByHand round = beforeTurn();
        wantsTurn(round, 10);
        assertThat(round.phase(10)).isEqualTo(Phase.WANTS_TURN);
        assertThat(round.waitOf(10)).isEmpty();
    }

    // Going on.

    @Test
    void a_paused_call_goes_on_at_once_if_a_permit_is_free() {
        RoundByHand round = RoundByHand.of(pure().managed()).begin();
        round.begins(0);
        pauses(round, 0);
        resumes(round, 0);
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.unparked()).containsExactly(0);
    }

    @Test
    void a_paused_call_that_wants_to_go_on_waits_for_a_permit() {
        RoundByHand round = RoundByHand.of(pure().managed(), pure()).permits(1).begin();
        round.begins(0);
        pauses(round, 0);
        round.begins(1);
        resumes(round, 0);
        assertThat(round.phase(0)).isEqualTo(Phase.RESUMING);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.waitOf(0)).isEqualTo("the one permit");
        round.succeeds(1);
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.unparked()).containsExactly(0);
    }

    @Test
    void a_paused_call_that_must_end_does_not_go_on() {
        RoundByHand round = RoundByHand.of(pure().managed()).callLimit(20).begin();
        round.begins(0);
        pauses(round, 0);
        round.at(20).timePassed();
        resumes(round, 0);
        assertThat(round.phase(0)).isEqualTo(Phase.PAUSED);
        assertThat(round.unparked()).isEmpty();
    }

    @Test
    void a_call_that_is_not_paused_just_goes_on() {
        RoundByHand round = RoundByHand.of(pure().managed()).begin();
        round.begins(0);
        resumes(round, 0);
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.unparked()).isEmpty();
    }

    // Questions before the turn.

    @Test
    void a_call_that_has_asked_gets_its_turn_at_once_if_no_other_comes_first() {
        RoundByHand round = RoundByHand.of(pure().managed()).runsBeforeTurn().begin();
        round.begins(0);
        wantsTurn(round, 0);
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.call(0).hasTurn()).isTrue();
        assertThat(round.unparked()).containsExactly(0);
    }

    @Test
    void a_call_that_has_asked_waits_for_its_turn_and_says_for_which_call() {
        RoundByHand round = RoundByHand.of(
                        writes("a"), pure(), writes("a").managed().using(1))
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        wantsTurn(round, 0);
        round.begins(1);
        wantsTurn(round, 1);
        round.succeeds(1);
        assertThat(round.started()).containsExactly(2);
        round.begins(2);
        pauses(round, 2);
        wantsTurn(round, 2);
        assertThat(round.phase(2)).isEqualTo(Phase.WANTS_TURN);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.waitOf(2)).isEqualTo("call 1");
        round.succeeds(0);
        assertThat(round.phase(2)).isEqualTo(Phase.RUNNING);
        assertThat(round.unparked()).containsExactly(2);
    }

    @Test
    void a_call_that_must_end_waits_for_no_turn() {
        RoundByHand round =
                RoundByHand.of(pure().managed()).runsBeforeTurn().callLimit(20).begin();
        round.begins(0);
        round.at(20).timePassed();
        wantsTurn(round, 0);
        assertThat(round.phase(0)).isEqualTo(Phase.BEFORE_TURN);
        assertThat(round.unparked()).isEmpty();
    }

    @Test
    void a_call_that_has_its_turn_asks_for_no_other() {
        RoundByHand round = RoundByHand.of(pure().managed()).begin();
        round.begins(0);
        wantsTurn(round, 0);
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.unparked()).isEmpty();
    }

    @Test
    void a_round_is_suspended_when_its_last_active_call_has_asked_and_waits_for_a_pending_one() {
        RoundByHand round = RoundByHand.of(writes("a").managed(), writes("a").managed())
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.APPROVAL);
        assertThat(round.phase(0)).isEqualTo(Phase.PENDING);
        wantsTurn(round, 1);
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        assertThat(round.call(1).suspendedAs()).isEqualTo("waits for approval of call 1");
        assertThat(round.interrupted()).containsExactly(1);
    }

    // The gate.

    @Test
    void the_first_call_to_reach_the_gate_passes_and_the_next_waits_until_its_announcement() {
        RoundByHand round = RoundByHand.of(
                        pure().managed().with(call -> call.giveAnnouncement(false)),
                        pure().managed().with(call -> call.giveAnnouncement(false)))
                .begin();
        round.begins(0);
        round.begins(1);
        assertThat(reachesGate(round, 0)).isTrue();
        assertThat(reachesGate(round, 1)).isFalse();
        assertThat(round.phase(1)).isEqualTo(Phase.RESUMING);
        assertThat(round.waitOf(1)).isEqualTo("the announcements of earlier calls");
        round.did(round.event().announced(round.call(0)));
        assertThat(round.unparked()).containsExactly(1);
        assertThat(reachesGate(round, 1)).isTrue();
        assertThat(round.phase(1)).isEqualTo(Phase.RUNNING);
    }

    @Test
    void a_call_that_waits_at_the_gate_gives_its_permit_to_another() {
        RoundByHand round = RoundByHand.of(
                        pure().managed().with(call -> call.giveAnnouncement(false)),
                        pure().managed().with(call -> call.giveAnnouncement(false)),
                        pure())
                .begin();
        round.begins(0);
        round.begins(1);
        reachesGate(round, 0);
        reachesGate(round, 1);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void a_call_that_must_end_does_not_wait_at_the_gate() {
        RoundByHand round = RoundByHand.of(
                        pure().managed().with(call -> call.giveAnnouncement(false)),
                        pure().managed().callLimit(20).with(call -> call.giveAnnouncement(false)))
                .begin();
        round.begins(0);
        round.begins(1);
        reachesGate(round, 0);
        round.at(20).timePassed();
        assertThat(reachesGate(round, 1)).isTrue();
        assertThat(round.phase(1)).isEqualTo(Phase.RUNNING);
        assertThat(round.attempts(1)).isFalse();
    }

    @Test
    void an_abandoned_call_that_comes_to_the_gate_does_not_close_it() {
        RoundByHand round = RoundByHand.of(
                        pure().managed().callLimit(20).with(call -> call.giveAnnouncement(false)),
                        pure().managed().with(call -> call.giveAnnouncement(false)))
                .begin();
        round.begins(0);
        round.begins(1);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        assertThat(reachesGate(round, 0)).isTrue();
        assertThat(reachesGate(round, 1)).isTrue();
        assertThat(round.phase(1)).isEqualTo(Phase.RUNNING);
    }
}
