package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How calls come to a round, and what ends a round. */
class ScheduleRoundTest {

    // Calls that come or go.

    @Test
    void a_call_that_comes_to_a_round_gets_its_turn_by_the_same_event() {
        RoundByHand round = RoundByHand.of(pure()).stream();
        round.admit(0);
        assertThat(round.started()).containsExactly(0);
        assertThat(round.schedule.calls()).containsExactly(round.call(0));
    }

    @Test
    void the_calls_of_a_round_are_a_copy() {
        RoundByHand round = RoundByHand.of(pure(), pure()).stream();
        round.admit(0);
        List<Call> calls = round.schedule.calls();
        round.admit(1);
        assertThat(calls).containsExactly(round.call(0));
        assertThat(round.schedule.calls()).containsExactly(round.call(0), round.call(1));
    }

    @Test
    void nothing_starts_before_the_first_event_after_the_beginning() {
        RoundByHand round = RoundByHand.of(pure()).unbegun();
        round.event().begin(null, true, round.now());
        assertThat(round.phase(0)).isEqualTo(Phase.WAITING);
        round.timePassed();
        assertThat(round.started()).containsExactly(0);
    }

    @Test
    void the_limits_of_a_round_count_from_the_time_that_it_is_told() {
        RoundByHand round = RoundByHand.of(pure()).roundLimit(20).unbegun();
        long since = round.now();
        round.at(5).event().begin(null, true, since);
        round.next();
        round.begins(0);
        round.at(19).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
    }

    @Test
    void a_refused_round_gives_refused_calls_their_outcome_and_others_go_on() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        assertThat(round.did(round.event().refused(call -> Outcomes.notStarted(call, "no more"))))
                .isTrue();
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: no more");
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.interrupted()).isEmpty();
    }

    @Test
    void the_permit_of_a_withdrawn_call_goes_to_the_next() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).begin();
        assertThat(round.did(round.event().withdrawn(round.call(0), "the response does not hold it")))
                .isTrue();
        assertThat(round.said(0)).isEqualTo("tool 't0' was not started: the response does not hold it");
        assertThat(round.started()).containsExactly(1);
    }

    // How rounds end.

    @Test
    void a_round_is_done_when_every_call_has_its_outcome_and_no_other_comes() {
        RoundByHand round = RoundByHand.of(pure(), pure()).stream();
        round.admit(0);
        round.begins(0);
        round.succeeds(0);
        assertThat(round.schedule.isDone()).isFalse();
        round.did(round.event().own());
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_stopped_round_starts_no_call_and_interrupts_those_that_run_with_the_next_actions() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b")).permits(1).begin();
        round.begins(0);
        round.event().stop("the first reason");
        round.event().stop("the second reason");
        round.next();
        assertThat(round.interrupted()).containsExactly(0);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: the first reason");
    }

    @Test
    void a_cancel_interrupts_running_calls_by_its_own_actions() {
        RoundByHand round = RoundByHand.of(writes("a"), reads("b")).permits(1).begin();
        round.begins(0);
        assertThat(round.did(round.event().cancelled("it was cancelled"))).isTrue();
        assertThat(round.interrupted()).containsExactly(0);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: it was cancelled");
    }

    @Test
    void a_cancel_ends_a_round_without_an_owner_to_which_no_call_comes_any_more() {
        RoundByHand round = RoundByHand.of(pure()).stream();
        round.admit(0);
        assertThat(round.did(round.event().cancelled("it was cancelled"))).isTrue();
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.last.wake()).isTrue();
    }

    @Test
    void a_call_that_comes_to_a_cancelled_round_does_not_start() {
        RoundByHand round = RoundByHand.of(pure(), pure()).stream();
        round.did(round.event().cancelled("it was cancelled"));
        round.admit(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.said(0)).isEqualTo("tool 't0' was not started: it was cancelled");
    }

    @Test
    void the_failure_that_must_leave_the_round_is_the_one_of_the_earliest_call() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("b"), writes("c")).permits(3).begin();
        round.begins(0);
        round.begins(1);
        round.begins(2);
        assertThat(round.schedule.failure()).isNull();
        Throwable second = new IllegalStateException("second");
        Throwable first = new IllegalStateException("first");
        round.ends(1, new Outcome.Failed(second), true);
        assertThat(round.schedule.failure()).isSameAs(second);
        round.ends(0, new Outcome.Failed(first), true);
        assertThat(round.schedule.failure()).isSameAs(first);
        round.leaves(2);
        assertThat(round.schedule.failure()).isSameAs(first);
    }

    @Test
    void a_failure_of_the_engine_gives_every_call_an_outcome_and_leaves_the_round() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b"), reads("c")).begin();
        round.begins(0);
        round.begins(1);
        Throwable error = new StackOverflowError("the engine");
        assertThat(round.did(round.event().collapsed(EngineFailure.ranBy(error, round.call(0), false))))
                .isTrue();
        assertThat(round.schedule.failure()).isSameAs(error);
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 0 ms: the failure of another call ended the round");
        assertThat(round.interrupted()).contains(1);
        assertThat(round.said(2)).isEqualTo("tool 't2' was not started: the failure of another call ended the round");
    }
}
