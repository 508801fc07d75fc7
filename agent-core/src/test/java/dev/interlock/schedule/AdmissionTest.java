package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static dev.interlock.schedule.RoundByHand.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.Note.What;
import org.junit.jupiter.api.Test;

/** Which calls a round admits, and as what. */
class AdmissionTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");
    private static final Outcome PRESET = new Outcome.Failed(new IllegalArgumentException("no such tool"));
    private static final PendingCause CAUSE = new PendingCause(PendingKind.EXTERNAL, "a reason");

    // Whether further calls may come.

    @Test
    void a_round_whose_calls_are_all_known_is_done_when_they_are() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        round.begins(0);
        assertThat(round.schedule.isDone()).isFalse();
        round.succeeds(0);
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.last.wake()).isTrue();
    }

    @Test
    void a_round_whose_calls_come_one_at_a_time_is_not_done_before_it_has_its_owner() {
        RoundByHand round = RoundByHand.of(pure()).stream();
        round.admit(0);
        assertThat(round.schedule.calls()).containsExactly(round.call(0));
        assertThat(round.told(What.PLANNED)).containsExactly(0);
        assertThat(round.started()).containsExactly(0);
        round.begins(0);
        round.succeeds(0);
        assertThat(round.schedule.isDone()).isFalse();
        round.owns();
        assertThat(round.schedule.isDone()).isTrue();
    }

    // When limits begin to count.

    @Test
    void the_limits_of_known_calls_and_of_the_round_count_from_when_the_round_says() {
        RoundByHand round = RoundByHand.of(pure().callLimit(20), pure().managed())
                .roundLimit(30)
                .unbegun();
        long since = round.now();
        round.at(15).event().begin(null, true, since);
        round.next();
        round.begins(1);
        assertThat(round.event().park()).isEqualTo(5 * MILLI);
        assertThat(round.event().mayTryAgain(round.call(1), since + 30 * MILLI - 1))
                .isTrue();
        assertThat(round.event().mayTryAgain(round.call(1), since + 30 * MILLI)).isFalse();
        round.at(20).timePassed();
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the call exceeded 20 ms before the tool could start");
        assertThat(round.event().park()).isEqualTo(10 * MILLI);
        round.at(30).timePassed();
        assertThat(round.interrupted()).containsExactly(1);
    }

    @Test
    void the_limit_of_a_call_that_comes_later_counts_from_then() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a").callLimit(20)).stream();
        round.admit(0);
        round.at(5).admit(1);
        round.at(24).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.at(25).timePassed();
        assertThat(round.said(1)).isEqualTo("tool 't1' timed out: the call exceeded 20 ms before the tool could start");
    }

    @Test
    void the_owner_runs_a_lone_call_itself_only_if_no_limit_may_interrupt_it() {
        CallSpec free = pure().on(RunsOn.ANY_THREAD);
        assertThat(RoundByHand.of(free).begin().forOwner()).isZero();
        CallSpec limited = pure().on(RunsOn.ANY_THREAD).attemptLimit(20);
        RoundByHand round = RoundByHand.of(limited).begin();
        assertThat(round.forOwner()).isEqualTo(-1);
        assertThat(round.started()).containsExactly(0);
    }

    // Calls that do not run.

    @Test
    void a_call_with_a_preset_outcome_gets_it_when_the_round_begins_and_holds_up_no_other() {
        RoundByHand round = RoundByHand.of(writes("a").with(call -> call.preset(PRESET)), writes("a"))
                .unbegun();
        assertThat(round.call(0).settled()).isNull();
        round.event().begin(null, true, round.now());
        assertThat(round.call(0).settled()).isEqualTo(PRESET);
        round.next();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_with_a_preset_outcome_that_comes_later_gets_it_at_once() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("a").with(call -> call.preset(PRESET)), writes("a")).stream();
        round.admit(0);
        round.admit(1);
        assertThat(round.call(1).settled()).isEqualTo(PRESET);
        assertThat(round.told(What.ENDED)).containsExactly(1);
        round.admit(2);
        assertThat(round.waitOf(2)).isEqualTo("call 1");
    }

    @Test
    void a_call_that_ended_before_keeps_its_outcome_and_gives_its_result_to_others() {
        RoundByHand round = RoundByHand.of(
                        writes("a").with(call -> call.restoreOutcome(OK)), pure().using(0), writes("a"))
                .begin();
        assertThat(round.started()).containsExactly(1, 2);
        assertThat(round.call(0).settled()).isEqualTo(OK);
        assertThat(round.told(What.ENDED)).isEmpty();
        round.begins(1);
        round.begins(2);
        round.succeeds(1);
        assertThat(round.schedule.isDone()).isFalse();
        round.succeeds(2);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_preset_outcome_does_not_replace_the_outcome_of_a_call_that_ended_before() {
        RoundByHand round = RoundByHand.of(pure().with(call -> {
                    call.restoreOutcome(OK);
                    call.preset(PRESET);
                }))
                .begin();
        assertThat(round.call(0).settled()).isEqualTo(OK);
    }

    @Test
    void a_call_that_comes_after_a_stop_does_not_start() {
        RoundByHand round = RoundByHand.of(pure(), pure()).stream();
        round.admit(0);
        round.event().stop("enough");
        round.admit(1);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: enough");
    }

    @Test
    void a_call_that_comes_after_a_stop_keeps_its_preset_outcome() {
        RoundByHand round = RoundByHand.of(pure().with(call -> call.preset(PRESET))).stream();
        round.event().stop("enough");
        round.admit(0);
        assertThat(round.call(0).settled()).isEqualTo(PRESET);
    }

    @Test
    void a_call_that_comes_after_the_engine_has_failed_does_not_start() {
        RoundByHand round = RoundByHand.of(pure()).stream();
        round.did(round.event().collapsed(EngineFailure.elsewhere(new AssertionError("torn"))));
        round.admit(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' was not started: the failure of another call ended the round");
        assertThat(round.told(What.ENDED)).containsExactly(0);
        assertThat(round.told(What.WAITING)).isEmpty();
    }

    // Calls that wait.

    @Test
    void a_call_waits_for_earlier_ones_that_it_conflicts_with_or_whose_results_it_uses() {
        RoundByHand round = RoundByHand.of(writes("a"), pure(), reads("a").using(1)).stream();
        round.admit(0);
        round.admit(1);
        round.admit(2);
        assertThat(round.waitOf(2)).isEqualTo("calls 1, 2");
    }

    @Test
    void a_call_that_was_pending_before_holds_up_others_and_the_round_is_suspended_again() {
        RoundByHand round = RoundByHand.of(writes("a").with(call -> call.restorePending(CAUSE)), writes("a"), pure())
                .begin();
        assertThat(round.started()).containsExactly(2);
        round.begins(2);
        round.succeeds(2);
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.call(1).suspendedAs()).isEqualTo("waits for what call 1 waits for");
    }

    @Test
    void a_call_that_was_pending_before_starts_now_unless_it_had_begun() {
        RoundByHand round = RoundByHand.of(
                        pure().with(call -> call.restorePending(CAUSE)),
                        pure().with(call -> {
                            call.beginAlone(12345);
                            call.restorePending(CAUSE);
                        }),
                        pure())
                .begin();
        assertThat(round.call(0).startNanos()).isEqualTo(round.now());
        assertThat(round.call(1).startNanos()).isEqualTo(12345);
    }

    @Test
    void a_round_is_suspended_if_a_call_that_comes_later_waits_for_a_pending_one() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).stream();
        round.admit(0);
        round.begins(0);
        round.pends(0, PendingKind.EXTERNAL);
        round.admit(1);
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.owns();
        assertThat(round.call(1).suspendedAs()).isEqualTo("waits for what call 1 waits for");
        assertThat(round.schedule.isDone()).isTrue();
    }

    // Equal reads.

    @Test
    void an_equal_read_shares_the_outcome_of_the_one_that_runs() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a"), reads("a")).equalReads().stream();
        round.admit(0);
        round.admit(1);
        assertThat(round.phase(1)).isEqualTo(Phase.FOLLOWING);
        assertThat(round.told(What.COALESCED)).containsExactly(1);
        assertThat(round.call(1).coalescedWith()).isZero();
        round.admit(2);
        round.begins(0);
        round.succeeds(0);
        assertThat(round.call(1).settled()).isEqualTo(OK);
        assertThat(round.call(2).settled()).isEqualTo(OK);
        assertThat(round.told(What.ENDED)).containsExactly(1, 2);
        assertThat(round.call(0).coalescedWith()).isEqualTo(-1);
    }

    @Test
    void an_equal_read_that_comes_later_has_a_known_outcome_at_once() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a")).equalReads().stream();
        round.admit(0);
        round.begins(0);
        round.succeeds(0);
        round.admit(1);
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.call(1).settled()).isEqualTo(OK);
        assertThat(round.call(1).coalescedWith()).isZero();
        assertThat(round.started()).isEmpty();
    }

    @Test
    void equal_reads_all_run_unless_the_round_shares_their_outcomes() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a")).begin();
        assertThat(round.started()).containsExactly(0, 1);
    }

    @Test
    void a_read_shares_the_outcome_of_an_equal_one_that_was_pending_before() {
        RoundByHand round = RoundByHand.of(reads("a").with(call -> call.restorePending(CAUSE)), reads("a"), pure())
                .equalReads()
                .begin();
        assertThat(round.phase(1)).isEqualTo(Phase.FOLLOWING);
        assertThat(round.call(1).coalescedWith()).isZero();
    }

    @Test
    void a_round_is_suspended_if_a_call_that_comes_later_equals_a_pending_one() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a")).equalReads().stream();
        round.admit(0);
        round.begins(0);
        round.pends(0, PendingKind.EXTERNAL);
        round.admit(1);
        round.owns();
        assertThat(round.call(1).suspendedAs()).isEqualTo("equals call 1, and will share its outcome");
        assertThat(round.schedule.isDone()).isTrue();
    }

    // Withdrawn calls.

    @Test
    void a_withdrawn_call_does_not_start_and_later_equal_reads_run_themselves() {
        RoundByHand round = RoundByHand.of(writes("a"), reads("a"), reads("a")).equalReads().stream();
        round.admit(0);
        round.admit(1);
        round.did(round.event().withdrawn(round.call(1), "it is none"));
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: it is none");
        round.admit(2);
        assertThat(round.phase(2)).isEqualTo(Phase.WAITING);
        assertThat(round.call(2).coalescedWith()).isEqualTo(-1);
    }

    @Test
    void a_withdrawn_call_goes_on_if_another_shares_its_outcome() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a")).equalReads().stream();
        round.admit(0);
        round.admit(1);
        round.begins(0);
        round.did(round.event().withdrawn(round.call(0), "it is none"));
        assertThat(round.interrupted()).isEmpty();
        round.succeeds(0);
        assertThat(round.call(1).settled()).isEqualTo(OK);
    }

    @Test
    void a_withdrawn_read_that_runs_is_interrupted() {
        RoundByHand round = RoundByHand.of(reads("a")).stream();
        round.admit(0);
        round.begins(0);
        round.at(5).did(round.event().withdrawn(round.call(0), "it is none"));
        assertThat(round.interrupted()).containsExactly(0);
        round.fails(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' was interrupted after 5 ms: it is none");
    }

    // Questions before the turn.

    @Test
    void a_call_asks_before_its_turn_if_it_waits_for_no_result() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a").managed())
                .runsBeforeTurn()
                .begin();
        assertThat(round.started()).containsExactly(0, 1);
        assertThat(round.phase(1)).isEqualTo(Phase.STARTING);
    }

    @Test
    void a_call_asks_once_it_has_all_results_that_it_uses() {
        RoundByHand round = RoundByHand.of(
                        pure(), pure(), writes("a"), writes("a").using(0, 1))
                .permits(3)
                .runsBeforeTurn()
                .begin();
        assertThat(round.started()).containsExactly(0, 1, 2);
        runs(round, 0);
        runs(round, 1);
        runs(round, 2);
        round.succeeds(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(3)).isEqualTo(Phase.WAITING);
        round.succeeds(1);
        assertThat(round.started()).containsExactly(3);
    }

    @Test
    void all_calls_that_use_a_result_ask_once_it_is_known() {
        RoundByHand round = RoundByHand.of(pure(), pure().using(0), pure().using(0))
                .runsBeforeTurn()
                .begin();
        assertThat(round.started()).containsExactly(0);
        runs(round, 0);
        round.succeeds(0);
        assertThat(round.started()).containsExactly(1, 2);
    }

    @Test
    void a_call_that_comes_after_the_result_that_it_uses_asks_at_once() {
        RoundByHand round = RoundByHand.of(writes("a"), pure(), writes("a").using(1)).runsBeforeTurn().stream();
        round.admit(0);
        round.admit(1);
        runs(round, 1);
        round.succeeds(1);
        round.admit(2);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void a_call_does_not_ask_if_the_result_that_it_uses_will_never_come() {
        RoundByHand round = RoundByHand.of(writes("a"), pure(), writes("a").using(1))
                .runsBeforeTurn()
                .begin();
        runs(round, 0);
        runs(round, 1);
        round.fails(1);
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(2)).isEqualTo(Phase.WAITING);
        round.succeeds(0);
        assertThat(round.said(2))
                .isEqualTo("tool 't2' was not started: it uses the result of call 2 (tool 't1'), which did not succeed:"
                        + " no luck");
    }

    @Test
    void no_call_of_a_confined_round_asks_before_its_turn() {
        RoundByHand round = RoundByHand.of(writes("a").managed(), writes("a").managed())
                .runsBeforeTurn()
                .confined()
                .begin();
        assertThat(round.started()).isEmpty();
        assertThat(round.forOwner()).isZero();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
    }

    private static void runs(RoundByHand round, int place) {
        round.begins(place);
        round.did(round.event().wantsTurn(round.call(place)));
        assertThat(round.phase(place)).isEqualTo(Phase.RUNNING);
    }
}
