package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.Outcome.Cancelled;
import dev.interlock.call.Outcome.Failed;
import dev.interlock.call.Outcome.TimedOut;
import dev.interlock.schedule.Actions.Interrupt;
import dev.interlock.schedule.Note.What;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What ends a round by a failure: that of a call which must leave the round, the first one, the engine's own. */
class RoundFailsTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");

    private static final String ENDED = "the failure of another call ended the round";

    private static Outcome failed(String message) {
        return new Failed(new IllegalStateException(message));
    }

    // The failure of a call leaves the round.

    @Test
    void the_failure_that_leaves_the_round_is_that_of_the_call() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        Failed own = new Failed(new IllegalStateException("mine"));
        round.ended(0, own, true);
        assertThat(round.schedule.failure()).isNull();
        round.tells(0);
        assertThat(round.schedule.failure()).isSameAs(own.error());
        assertThat(round.call(0).settled()).isEqualTo(own);
    }

    @Test
    void a_failure_that_need_not_leave_the_round_leaves_the_others_alone() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.fails(0);
        assertThat(round.schedule.failure()).isNull();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_was_made_a_success_does_not_end_the_round() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.ends(0, OK, true);
        assertThat(round.schedule.failure()).isNull();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void the_failure_of_a_call_that_had_to_end_does_not_leave_the_round() {
        RoundByHand round =
                RoundByHand.of(writes("a").callLimit(5), writes("a")).begin();
        round.begins(0);
        round.at(5).timePassed();
        round.leaves(0);
        assertThat(round.schedule.failure()).isNull();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void an_outcome_without_an_exception_ends_the_round_without_one() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.ends(0, new TimedOut("too late", Duration.ofMillis(1), true), true);
        assertThat(round.schedule.failure()).isNull();
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: " + ENDED);
    }

    @Test
    void later_calls_do_not_start_and_later_reads_are_interrupted_at_once() {
        RoundByHand round = RoundByHand.of(writes("a"), reads("b"), writes("c"), writes("a"))
                .permits(3)
                .begin();
        round.begins(0);
        round.begins(1);
        round.begins(2);
        round.at(4).leaves(0);
        assertThat(round.last.interrupt()).containsExactly(Interrupt.of(round.call(1)));
        assertThat(round.call(3).settled()).isEqualTo(new Cancelled("tool 't3' was not started: " + ENDED, false));
        assertThat(round.started()).isEmpty();
        round.fails(1);
        assertThat(round.said(1)).isEqualTo("tool 't1' was interrupted after 4 ms: " + ENDED);
    }

    @Test
    void later_writes_are_interrupted_when_the_grace_period_has_passed_and_not_before() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b")).begin();
        round.begins(0);
        round.begins(1);
        round.at(4).leaves(0);
        assertThat(round.interrupted()).isEmpty();
        round.at(13).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(14).timePassed();
        assertThat(round.interrupted()).containsExactly(1);
        round.fails(1);
        assertThat(round.said(1))
                .isEqualTo("tool 't1' was interrupted after 14 ms: " + ENDED + "; it may have taken effect");
    }

    @Test
    void earlier_calls_go_on_and_even_start_at_first() {
        RoundByHand round = RoundByHand.of(reads("a"), writes("b"), writes("b"), pure())
                .permits(3)
                .begin();
        round.begins(0);
        round.begins(1);
        round.begins(3);
        round.leaves(3);
        assertThat(round.interrupted()).isEmpty();
        round.at(5).succeeds(1);
        assertThat(round.started()).containsExactly(2);
        assertThat(round.interrupted()).isEmpty();
    }

    @Test
    void earlier_calls_end_as_well_when_the_grace_period_has_passed() {
        RoundByHand round = RoundByHand.of(reads("a"), writes("b"), writes("b"), pure())
                .permits(3)
                .begin();
        round.begins(0);
        round.begins(1);
        round.begins(3);
        round.at(4).leaves(3);
        round.at(13).timePassed();
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.phase(2)).isEqualTo(Phase.WAITING);
        round.at(14).timePassed();
        assertThat(round.interrupted()).containsExactly(0, 1);
        assertThat(round.said(2)).isEqualTo("tool 't2' was not started: " + ENDED);
    }

    @Test
    void earlier_reads_have_250_ms_and_writes_a_longer_grace_period() {
        RoundByHand round = RoundByHand.of(reads("a"), writes("b"), pure())
                .permits(3)
                .grace(300)
                .begin();
        round.begins(0);
        round.begins(1);
        round.begins(2);
        round.leaves(2);
        round.at(249).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(250).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        round.at(299).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(300).timePassed();
        assertThat(round.interrupted()).containsExactly(1);
    }

    @Test
    void the_failure_of_the_earliest_call_leaves_the_round() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b")).begin();
        round.begins(0);
        round.begins(1);
        round.ends(1, failed("second"), true);
        assertThat(round.schedule.failure()).hasMessage("second");
        round.ends(0, failed("first"), true);
        assertThat(round.schedule.failure()).hasMessage("first");
    }

    @Test
    void the_failure_of_a_later_call_does_not_replace_that_of_an_earlier_one() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b")).begin();
        round.begins(0);
        round.begins(1);
        round.ends(0, failed("first"), true);
        round.ends(1, failed("second"), true);
        assertThat(round.schedule.failure()).hasMessage("first");
    }

    @Test
    void an_earlier_failure_does_not_give_the_others_more_time() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("b"), writes("c")).permits(3).begin();
        for (int i = 0; i < 3; i++) {
            round.begins(i);
        }
        round.leaves(1);
        round.at(9).leaves(0);
        assertThat(round.interrupted()).isEmpty();
        round.at(10).timePassed();
        assertThat(round.interrupted()).containsExactly(2);
        assertThat(round.schedule.park()).isEqualTo(10 * RoundByHand.MILLI);
    }

    @Test
    void a_call_that_comes_to_a_failed_round_does_not_start() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b")).stream();
        round.admit(0);
        round.begins(0);
        round.leaves(0);
        round.admit(1);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: " + ENDED);
    }

    @Test
    void no_attempt_follows_in_a_failed_round() {
        RoundByHand round = RoundByHand.of(writes("a").managed(), writes("b")).begin();
        round.begins(0);
        round.attempts(0);
        round.begins(1);
        assertThat(round.schedule.mayTryAgain(round.call(0), round.now())).isTrue();
        round.leaves(1);
        assertThat(round.schedule.mayTryAgain(round.call(0), round.now())).isFalse();
    }

    @Test
    void a_failed_round_takes_back_the_call_that_the_owner_was_to_run() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b"), writes("b").on(RunsOn.OWNER))
                .begin();
        round.begins(0);
        round.begins(1);
        round.succeeds(1);
        assertThat(round.phase(2)).isEqualTo(Phase.STARTING);
        round.leaves(0);
        round.next();
        assertThat(round.forOwner()).isEqualTo(-1);
    }

    // The first failure, in a round that fails fast.

    @Test
    void the_first_failure_stops_a_round_that_fails_fast() {
        RoundByHand round =
                RoundByHand.of(reads("a"), writes("b"), writes("b")).failFast().begin();
        round.begins(0);
        round.begins(1);
        round.at(2).fails(0);
        String why = "call 1 (tool 't0') did not succeed, and the round fails fast";
        assertThat(round.interrupted()).containsExactly(1);
        assertThat(round.said(2)).isEqualTo("tool 't2' was not started: " + why);
        round.fails(1);
        assertThat(round.said(1))
                .isEqualTo("tool 't1' was interrupted after 2 ms: " + why + "; it may have taken effect");
        assertThat(round.schedule.failure()).isNull();
    }

    @Test
    void a_success_does_not_stop_a_round_that_fails_fast() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).failFast().begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_failure_that_leaves_a_round_which_fails_fast_gives_running_writes_the_grace_period() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("b"), writes("a")).failFast().begin();
        round.begins(0);
        round.begins(1);
        round.at(4).leaves(0);
        assertThat(round.said(2)).isEqualTo("tool 't2' was not started: " + ENDED);
        round.at(13).timePassed();
        assertThat(round.interrupted()).isEmpty();
        round.at(14).timePassed();
        assertThat(round.interrupted()).containsExactly(1);
    }

    @Test
    void the_limit_of_a_round_that_fails_fast_is_what_ends_its_calls() {
        RoundByHand round = RoundByHand.of(reads("a"), writes("a"), reads("b"))
                .failFast()
                .roundLimit(30)
                .begin();
        round.begins(0);
        round.begins(2);
        round.at(30).timePassed();
        assertThat(round.interrupted()).containsExactly(0, 2);
        assertThat(round.said(1))
                .isEqualTo("tool 't1' timed out: the round exceeded 30 ms before the tool could start");
        round.fails(0);
        round.fails(2);
        assertThat(round.said(2)).isEqualTo("tool 't2' timed out: the round exceeded 30 ms");
    }

    @Test
    void a_call_with_a_preset_outcome_does_not_stop_a_round_that_fails_fast() {
        RoundByHand round = RoundByHand.of(
                        writes("a").with(call -> call.preset(RoundByHand.refusal(call))), writes("a"))
                .failFast()
                .begin();
        assertThat(round.said(0)).isEqualTo("tool 't0' is refused");
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_could_not_get_a_thread_stops_a_round_that_fails_fast() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b")).failFast().begin();
        round.begins(1);
        round.did(round.event().startFailed(round.call(0), new IllegalStateException("no thread")));
        assertThat(round.said(0)).isEqualTo("no thread");
        assertThat(round.interrupted()).containsExactly(1);
    }

    // The engine itself fails.

    @Test
    void the_failure_of_the_engine_leaves_the_round_and_interrupts_what_runs() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        AssertionError torn = new AssertionError("torn");
        round.did(round.event().collapsed(EngineFailure.elsewhere(torn)));
        assertThat(round.schedule.failure()).isSameAs(torn);
        assertThat(round.interrupted()).containsExactly(0);
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: " + ENDED);
        round.fails(0);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void the_first_failure_of_the_engine_leaves_the_round_and_another_ends_the_call_of_its_thread() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        round.did(round.event().collapsed(EngineFailure.elsewhere(new AssertionError("torn"))));
        round.did(round.event().collapsed(EngineFailure.ranBy(new AssertionError("worse"), round.call(0), false)));
        assertThat(round.schedule.failure()).hasMessage("torn");
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void after_a_failure_of_the_engine_the_call_of_the_failed_thread_ends_at_once() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b")).begin();
        round.begins(0);
        round.begins(1);
        round.at(6);
        round.did(round.event().collapsed(EngineFailure.ranBy(new AssertionError("torn"), round.call(0), false)));
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        assertThat(round.call(0).endNanos()).isEqualTo(round.now());
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 6 ms: " + ENDED + "; it may have taken effect");
        assertThat(round.told(What.ENDED)).containsExactly(0);
        assertThat(round.phase(1)).isEqualTo(Phase.RUNNING);
    }

    @Test
    void after_a_failure_of_the_engine_a_call_that_has_ended_is_done_with_its_own_outcome() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        round.ended(0, OK, false);
        round.did(round.event().collapsed(EngineFailure.ranBy(new AssertionError("torn"), round.call(0), false)));
        assertThat(round.call(0).settled()).isEqualTo(OK);
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        assertThat(round.schedule.isDone()).isTrue();
        round.tells(0);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void after_a_failure_of_the_engine_a_call_that_follows_an_equal_one_has_not_started() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a")).equalReads().begin();
        round.begins(0);
        assertThat(round.call(1).coalescedWith()).isZero();
        round.did(round.event().collapsed(EngineFailure.elsewhere(new AssertionError("torn"))));
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: " + ENDED);
        // Listeners may have yet to hear that it follows that call.
        assertThat(round.call(1).coalescedWith()).isZero();
        round.fails(0);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: " + ENDED);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_call_that_comes_after_a_failure_of_the_engine_does_not_start() {
        RoundByHand round = RoundByHand.of(writes("a")).stream();
        round.did(round.event().collapsed(EngineFailure.elsewhere(new AssertionError("torn"))));
        round.admit(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' was not started: " + ENDED);
    }
}
