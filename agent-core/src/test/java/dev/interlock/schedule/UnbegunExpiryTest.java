package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.share.SharedLimits;
import org.junit.jupiter.api.Test;

/** What the machine does with calls that the user's executor does not begin. */
class UnbegunExpiryTest {

    @Test
    void calls_get_threads_of_their_own_if_the_executor_has_begun_none_within_100_ms() {
        RoundByHand round =
                RoundByHand.of(reads("a"), reads("b")).usesExecutor().begin();
        assertThat(round.started()).containsExactly(0, 1);
        round.at(99).next();
        assertThat(round.started()).isEmpty();
        assertThat(round.call(0).isWithoutExecutor()).isFalse();
        round.at(100).next();
        assertThat(round.started()).containsExactly(0, 1);
        assertThat(round.call(0).isWithoutExecutor()).isTrue();
        assertThat(round.call(1).isWithoutExecutor()).isTrue();
    }

    @Test
    void no_limit_watches_a_call_that_no_executor_runs() {
        RoundByHand round = RoundByHand.of(reads("a")).begin();
        assertThat(round.started()).containsExactly(0);
        assertThat(round.event().park()).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void a_call_waits_for_the_executor_while_that_runs_another_call_of_the_round() {
        RoundByHand round =
                RoundByHand.of(reads("a"), reads("b")).usesExecutor().begin();
        round.at(5).begins(0);
        round.at(100).next();
        assertThat(round.started()).isEmpty();
        round.at(150).succeeds(0);
        round.at(199).next();
        assertThat(round.started()).isEmpty();
        round.at(200).next();
        assertThat(round.started()).containsExactly(1);
        assertThat(round.call(1).isWithoutExecutor()).isTrue();
    }

    @Test
    void a_paused_call_does_not_count_as_one_that_runs() {
        RoundByHand round =
                RoundByHand.of(reads("a").managed(), reads("b")).usesExecutor().begin();
        round.begins(0);
        round.did(round.event().paused(round.call(0)));
        round.at(100).next();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_waits_while_another_is_just_about_to_start() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b"), writes("a"))
                .usesExecutor()
                .begin();
        round.begins(0);
        round.at(95).succeeds(0);
        assertThat(round.started()).isEmpty();
        round.at(100).next();
        assertThat(round.started()).containsExactly(2);
        assertThat(round.call(1).isWithoutExecutor()).isFalse();
        round.at(195).next();
        assertThat(round.started()).containsExactly(2);
        round.at(200).next();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_asks_before_its_turn_does_not_wait_while_others_run() {
        RoundByHand round = RoundByHand.of(reads("a"), writes("a").managed())
                .runsBeforeTurn()
                .usesExecutor()
                .begin();
        assertThat(round.started()).containsExactly(0, 1);
        round.begins(0);
        round.did(round.event().wantsTurn(round.call(0)));
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        round.at(99).next();
        assertThat(round.started()).isEmpty();
        round.at(100).next();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_holds_what_other_rounds_may_want_does_not_wait_while_others_run() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b"))
                .sharing(new SharedLimits(true), "chat", 1)
                .usesExecutor()
                .begin();
        round.begins(0);
        round.at(99).next();
        assertThat(round.started()).isEmpty();
        round.at(100).next();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_whose_thread_is_just_starting_gets_no_other() {
        RoundByHand round =
                RoundByHand.of(reads("a"), reads("b")).usesExecutor().begin();
        assertThat(round.event().launch(round.call(0))).isTrue();
        round.at(100).next();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_has_begun_gets_no_other_thread() {
        RoundByHand round = RoundByHand.of(reads("a")).usesExecutor().begin();
        round.at(99).begins(0);
        round.at(100).next();
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
    }

    @Test
    void a_call_on_a_thread_of_its_own_does_not_show_that_the_executor_begins_calls() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b"), reads("c"))
                .usesExecutor()
                .begin();
        round.at(100).next();
        assertThat(round.started()).containsExactly(0, 1);
        round.begins(0);
        round.begins(1);
        round.succeeds(0);
        round.next();
        assertThat(round.started()).containsExactly(2);
        round.at(199).next();
        assertThat(round.started()).isEmpty();
        round.at(200).next();
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void a_call_without_an_owner_gets_its_own_thread_at_once_when_the_clock_rings() {
        RoundByHand round = RoundByHand.of(pure()).usesExecutor().stream();
        round.admit(0);
        assertThat(round.started()).containsExactly(0);
        assertThat(round.event().alarm()).isEqualTo(100 * RoundByHand.MILLI);
        round.at(100).timePassed();
        assertThat(round.started()).containsExactly(0);
        assertThat(round.call(0).isWithoutExecutor()).isTrue();
    }
}
