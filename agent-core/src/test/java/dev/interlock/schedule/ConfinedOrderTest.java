package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.share.Cap;
import dev.interlock.share.SharedLimits;
import org.junit.jupiter.api.Test;

/** In which order the calls of a confined round begin: on the owner, in call order, whatever the settings are. */
class ConfinedOrderTest {

    private static void runOnOwner(RoundByHand round, int place) {
        assertThat(round.forOwner()).isEqualTo(place);
        assertThat(round.started()).isEmpty();
        round.beginsOnOwner(place);
        round.succeeds(place);
        assertThat(round.started()).isEmpty();
        round.next();
    }

    @Test
    void the_owner_runs_all_calls_in_call_order_though_they_could_run_at_the_same_time() {
        RoundByHand round =
                RoundByHand.of(pure(), pure(), pure()).permits(3).confined().begin();
        runOnOwner(round, 0);
        runOnOwner(round, 1);
        runOnOwner(round, 2);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_call_that_is_not_next_waits_for_the_owner() {
        RoundByHand round = RoundByHand.of(pure(), pure()).confined().begin();
        assertThat(round.waitOf(1)).isEqualTo("the calling thread");
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
    }

    @Test
    void priority_does_not_count() {
        RoundByHand round = RoundByHand.of(pure(), pure().priority(3), pure().priority(7))
                .confined()
                .begin();
        runOnOwner(round, 0);
        runOnOwner(round, 1);
        runOnOwner(round, 2);
    }

    @Test
    void the_longest_path_does_not_count() {
        RoundByHand round = RoundByHand.of(
                        pure().expected(10),
                        pure().expected(10),
                        writes("a").expected(1),
                        reads("a").expected(40))
                .confined()
                .begin();
        assertThat(round.call(2).weight).isZero();
        runOnOwner(round, 0);
        runOnOwner(round, 1);
        runOnOwner(round, 2);
        runOnOwner(round, 3);
    }

    @Test
    void calls_do_not_ask_before_their_turn() {
        RoundByHand round =
                RoundByHand.of(pure(), pure()).runsBeforeTurn().confined().begin();
        runOnOwner(round, 0);
        runOnOwner(round, 1);
    }

    @Test
    void calls_that_were_to_ask_do_not_if_the_round_is_confined_first() {
        RoundByHand round = RoundByHand.of(pure(), pure()).runsBeforeTurn().unbegun();
        round.event().begin(null, true, round.now());
        round.event().confine();
        round.next();
        runOnOwner(round, 0);
        runOnOwner(round, 1);
    }

    @Test
    void the_next_call_begins_though_the_one_before_pauses_only_when_that_has_ended() {
        RoundByHand round = RoundByHand.of(pure(), pure()).confined().begin();
        round.beginsOnOwner(0);
        round.pauses(0);
        round.next();
        assertThat(round.forOwner()).isEqualTo(-1);
        round.resumes(0);
        assertThat(round.unparked()).containsExactly(0);
        round.succeeds(0);
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    @Test
    void the_next_call_begins_if_the_one_before_was_refused() {
        RoundByHand round = RoundByHand.of(pure().with(call -> call.preset(RoundByHand.failure())), pure())
                .confined()
                .begin();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    @Test
    void the_next_call_begins_if_the_ones_before_have_passed_their_limits() {
        RoundByHand round = RoundByHand.of(pure(), pure().callLimit(20), pure().callLimit(20), pure())
                .confined()
                .begin();
        round.beginsOnOwner(0);
        round.at(20).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.phase(2)).isEqualTo(Phase.DONE);
        assertThat(round.last.wake()).isFalse();
        round.succeeds(0);
        round.next();
        assertThat(round.forOwner()).isEqualTo(3);
    }

    // From some event on.

    @Test
    void calls_that_have_threads_go_on_and_the_next_call_waits_for_all_of_them() {
        RoundByHand round = RoundByHand.of(pure(), pure(), pure(), pure()).stream();
        for (int place = 0; place < 4; place++) {
            round.admit(place);
        }
        round.begins(0);
        round.event().confine();
        assertThat(round.begins(1)).isTrue();
        round.owns();
        assertThat(round.forOwner()).isEqualTo(-1);
        round.succeeds(1);
        round.next();
        assertThat(round.forOwner()).isEqualTo(-1);
        round.succeeds(0);
        round.next();
        runOnOwner(round, 2);
        runOnOwner(round, 3);
    }

    @Test
    void a_call_that_has_a_thread_goes_on_after_a_pause_though_it_is_not_next() {
        RoundByHand round = RoundByHand.of(pure(), pure()).stream();
        round.admit(0);
        round.admit(1);
        round.begins(0);
        round.begins(1);
        round.event().confine();
        round.pauses(1);
        round.resumes(1);
        assertThat(round.unparked()).containsExactly(1);
    }

    @Test
    void a_call_that_asks_has_its_turn_on_its_thread_though_it_is_not_next() {
        RoundByHand round = RoundByHand.of(pure(), pure()).runsBeforeTurn().stream();
        round.admit(0);
        round.admit(1);
        round.begins(1);
        round.event().confine();
        round.wantsTurn(1);
        assertThat(round.unparked()).containsExactly(1);
        assertThat(round.phase(1)).isEqualTo(Phase.RUNNING);
    }

    @Test
    void a_granted_cap_lets_no_call_begin_before_it_is_next_and_goes_to_another_round() {
        Cap cap = CallSpec.cap("x", 1);
        SharedLimits limits = new SharedLimits(false);
        RoundByHand holder =
                RoundByHand.of(pure().capped(cap)).sharing(limits, "one", 1).begin();
        RoundByHand round = RoundByHand.of(pure(), pure().capped(cap)).sharing(limits, "two", 2).stream();
        round.admit(0);
        round.admit(1);
        assertThat(round.waitOf(1)).isEqualTo("the cap of tool 'x' (1)");
        RoundByHand third =
                RoundByHand.of(pure().capped(cap)).sharing(limits, "three", 3).begin();
        round.begins(0);
        round.event().confine();
        round.owns();
        holder.begins(0);
        holder.succeeds(0);
        round.grantedBy(holder);
        assertThat(round.started()).isEmpty();
        assertThat(round.waitOf(1)).isEqualTo("the calling thread");
        third.grantedBy(round);
        assertThat(third.started()).containsExactly(0);
        round.succeeds(0);
        assertThat(round.waitOf(1)).isEqualTo("the cap of tool 'x' (1)");
        third.begins(0);
        third.succeeds(0);
        round.grantedBy(third);
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    @Test
    void calls_that_were_set_aside_for_a_cap_wait_for_their_place_instead() {
        Cap cap = CallSpec.cap("x", 1);
        RoundByHand round = RoundByHand.of(pure().capped(cap), pure().capped(cap), pure().capped(cap), pure()).stream();
        for (int place = 0; place < 4; place++) {
            round.admit(place);
        }
        // The second queues, the third is set aside.
        assertThat(round.call(1).claim()).isNotNull();
        assertThat(round.call(2).claim()).isNull();
        round.begins(0);
        round.event().confine();
        round.owns();
        assertThat(round.waitOf(2)).isEqualTo("one of 2 permits");
        round.begins(3);
        round.succeeds(3);
        round.succeeds(0);
        round.granted();
        round.next();
        runOnOwner(round, 1);
        runOnOwner(round, 2);
    }
}
