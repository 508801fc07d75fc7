package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import org.junit.jupiter.api.Test;

/** When a round is done or at rest, and which times its calls have. */
class ProgressTest {

    private static void run(RoundByHand round, int place) {
        round.begins(place);
        round.succeeds(place);
    }

    private static void pend(RoundByHand round, int place) {
        round.begins(place);
        assertThat(round.pends(place, PendingKind.EXTERNAL)).isTrue();
    }

    // Done.

    @Test
    void a_round_is_done_when_each_call_has_its_outcome() {
        RoundByHand round = RoundByHand.of(pure(), pure()).begin();
        run(round, 1);
        assertThat(round.schedule.isDone()).isFalse();
        assertThat(round.last.wake()).isFalse();
        run(round, 0);
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.last.wake()).isTrue();
    }

    @Test
    void a_round_whose_calls_come_one_at_a_time_is_done_only_when_its_owner_has_come() {
        RoundByHand round = RoundByHand.of(pure()).stream();
        round.admit(0);
        run(round, 0);
        assertThat(round.schedule.isDone()).isFalse();
        assertThat(round.last.wake()).isFalse();
        round.owns();
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_round_without_calls_is_done() {
        assertThat(RoundByHand.of().begin().schedule.isDone()).isTrue();
    }

    // At rest.

    @Test
    void a_round_is_at_rest_when_all_its_calls_are_pending() {
        RoundByHand round = RoundByHand.of(pure(), pure()).begin();
        pend(round, 0);
        assertThat(round.call(0).suspendedAs()).isNull();
        pend(round, 1);
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.call(1).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_round_is_not_at_rest_while_a_call_runs_or_pauses() {
        RoundByHand round = RoundByHand.of(pure(), pure()).begin();
        round.begins(1);
        pend(round, 0);
        round.pauses(1);
        assertThat(round.call(0).suspendedAs()).isNull();
        round.resumes(1);
        assertThat(round.unparked()).containsExactly(1);
        assertThat(round.ended(1, new Outcome.Succeeded("ok"), false)).isTrue();
        assertThat(round.call(0).suspendedAs()).isNull();
        round.did(round.event().endHeard(round.call(1), null));
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void a_round_is_at_rest_when_the_others_wait_for_pending_calls() {
        RoundByHand round = RoundByHand.of(writes("a"), reads("a"), pure()).begin();
        pend(round, 0);
        assertThat(round.call(1).suspendedAs()).isNull();
        run(round, 2);
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.call(1).suspendedAs()).startsWith("waits for ");
        assertThat(round.call(2).suspendedAs()).isNull();
    }

    @Test
    void a_round_is_not_at_rest_while_a_call_waits_only_for_a_permit() {
        RoundByHand round = RoundByHand.of(pure(), pure(), pure()).permits(1).begin();
        pend(round, 0);
        assertThat(round.started()).containsExactly(1);
        pend(round, 1);
        assertThat(round.started()).containsExactly(2);
        assertThat(round.call(0).suspendedAs()).isNull();
        run(round, 2);
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void a_round_is_at_rest_only_when_no_further_call_can_come() {
        RoundByHand round = RoundByHand.of(pure(), pure()).stream();
        round.admit(0);
        pend(round, 0);
        assertThat(round.call(0).suspendedAs()).isNull();
        round.owns();
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void calls_that_come_after_a_pending_one_count_as_well() {
        RoundByHand round = RoundByHand.of(writes("a"), reads("a"), pure()).stream();
        round.admit(0);
        pend(round, 0);
        round.admit(1);
        round.admit(2);
        round.owns();
        assertThat(round.call(1).suspendedAs()).isNull();
        run(round, 2);
        assertThat(round.call(1).suspendedAs()).startsWith("waits for ");
    }

    @Test
    void a_call_that_asks_keeps_a_round_from_rest_until_it_waits_for_its_turn() {
        RoundByHand round =
                RoundByHand.of(writes("a"), reads("a")).runsBeforeTurn().begin();
        round.begins(0);
        round.wantsTurn(0);
        assertThat(round.pends(0, PendingKind.EXTERNAL)).isTrue();
        round.begins(1);
        assertThat(round.call(0).suspendedAs()).isNull();
        round.wantsTurn(1);
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.interrupted()).containsExactly(1);
        assertThat(round.phase(1)).isEqualTo(Phase.WANTS_TURN);
    }

    @Test
    void a_call_that_gets_a_thread_to_ask_keeps_a_round_from_rest() {
        RoundByHand round = RoundByHand.of(pure(), writes("a"), reads("a").using(0))
                .runsBeforeTurn()
                .begin();
        round.begins(1);
        round.wantsTurn(1);
        round.pends(1, PendingKind.EXTERNAL);
        round.begins(0);
        round.wantsTurn(0);
        round.succeeds(0);
        assertThat(round.started()).containsExactly(2);
        assertThat(round.call(1).suspendedAs()).isNull();
        round.begins(2);
        round.wantsTurn(2);
        assertThat(round.call(1).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void a_call_whose_turn_comes_keeps_a_round_from_rest() {
        RoundByHand round = RoundByHand.of(pure(), writes("a"), reads("a")).begin();
        pend(round, 0);
        run(round, 1);
        assertThat(round.started()).containsExactly(2);
        assertThat(round.call(0).suspendedAs()).isNull();
        run(round, 2);
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void the_limit_of_a_call_does_not_end_it_while_it_waits_for_a_pending_one() {
        RoundByHand round =
                RoundByHand.of(writes("a"), reads("a").callLimit(20), pure()).begin();
        round.begins(2);
        pend(round, 0);
        round.at(20).next();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
    }

    @Test
    void a_failed_engine_suspends_nothing() {
        RoundByHand round = RoundByHand.of(pure(), pure()).begin();
        pend(round, 0);
        round.begins(1);
        round.did(round.event().collapsed(EngineFailure.elsewhere(new IllegalStateException("torn"))));
        assertThat(round.call(0).suspendedAs()).isNull();
        round.succeeds(1);
        assertThat(round.call(0).suspendedAs()).isNull();
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_round_whose_pending_calls_have_outcomes_rests_no_more() {
        RoundByHand round = RoundByHand.of(pure(), writes("a").callLimit(20), reads("a"))
                .heldLimit(50)
                .begin();
        pend(round, 0);
        round.begins(1);
        round.did(round.event().withdrawn(round.call(0), "not in the response"));
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        round.at(20).next();
        round.at(30).next();
        assertThat(round.abandoned()).containsExactly(1);
        assertThat(round.phase(2)).isEqualTo(Phase.WAITING);
        round.succeeds(1);
        assertThat(round.started()).containsExactly(2);
    }

    // Times.

    @Test
    void a_call_that_never_began_took_no_time() {
        RoundByHand round =
                RoundByHand.of(pure(), pure()).permits(1).callLimit(20).begin();
        round.begins(0);
        round.at(20).next();
        assertThat(round.call(1).startNanos()).isEqualTo(round.now());
        assertThat(round.call(1).endNanos()).isEqualTo(round.now());
    }

    @Test
    void what_interceptors_took_before_a_call_had_an_attempt_is_not_its_time() {
        RoundByHand round = RoundByHand.of(pure().managed()).callLimit(20).begin();
        round.begins(0);
        round.at(20).next();
        round.at(30).next();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.call(0).startNanos()).isEqualTo(round.now());
        assertThat(round.call(0).endNanos()).isEqualTo(round.now());
    }

    @Test
    void a_call_that_is_abandoned_in_an_attempt_has_taken_the_time_since_its_first() {
        RoundByHand round = RoundByHand.of(pure()).callLimit(20).begin();
        round.at(4).begins(0);
        long began = round.now();
        round.at(20).next();
        round.at(30).next();
        assertThat(round.call(0).startNanos()).isEqualTo(began);
        assertThat(round.call(0).endNanos()).isEqualTo(round.now());
    }

    // What an abandoned call keeps.

    @Test
    void an_abandoned_call_that_ends_leaves_its_resources_to_others() {
        RoundByHand round =
                RoundByHand.of(writes("a").callLimit(20), reads("a")).begin();
        round.begins(0);
        round.at(20).next();
        round.at(30).next();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.started()).isEmpty();
        round.succeeds(0);
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void an_abandoned_call_leaves_its_permit_to_others() {
        RoundByHand round =
                RoundByHand.of(pure().callLimit(20), pure()).permits(1).begin();
        round.begins(0);
        round.at(20).next();
        round.at(29).next();
        assertThat(round.started()).isEmpty();
        round.at(30).next();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void an_abandoned_call_that_ends_after_the_engine_failed_is_released() {
        RoundByHand round = RoundByHand.of(writes("a").callLimit(20), pure()).begin();
        round.begins(0);
        round.at(20).next();
        round.at(30).next();
        round.did(round.event().collapsed(EngineFailure.elsewhere(new IllegalStateException("torn"))));
        round.succeeds(0);
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
    }
}
