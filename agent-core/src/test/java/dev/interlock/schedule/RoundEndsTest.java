package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.Outcome.Cancelled;
import dev.interlock.call.Outcome.TimedOut;
import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.Actions.Interrupt;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What ends a round early, apart from a failure: a stop, a cancel, its limit, a refusal; and calls that are withdrawn.
 */
class RoundEndsTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");

    // A stop.

    @Test
    void a_stop_interrupts_what_runs_and_starts_nothing_more() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.at(3).event().stop("enough");
        round.next();
        assertThat(round.last.interrupt()).containsExactly(Interrupt.of(round.call(0)));
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: enough");
        round.fails(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.call(0).settled())
                .isEqualTo(
                        new Cancelled("tool 't0' was interrupted after 3 ms: enough; it may have taken effect", true));
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void the_first_reason_to_stop_counts() {
        RoundByHand round = RoundByHand.of(reads("a")).stream();
        round.event().stop("enough");
        round.event().stop("too much");
        round.admit(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' was not started: enough");
    }

    @Test
    void a_call_that_tells_its_end_may_stop_the_round() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.ended(0, OK, false);
        round.did(round.event().endHeard(round.call(0), "the journal is full"));
        assertThat(round.started()).isEmpty();
        assertThat(round.call(0).settled()).isEqualTo(OK);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: the journal is full");
    }

    @Test
    void a_stop_ends_pending_calls() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b")).begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.EXTERNAL);
        round.at(2).cancels("enough");
        assertThat(round.said(0)).isEqualTo("tool 't0' was interrupted after 2 ms: enough; it may have taken effect");
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
    }

    @Test
    void a_stop_takes_back_the_start_that_the_owner_has_not_seen() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("a")).usesExecutor().begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.phase(1)).isEqualTo(Phase.STARTING);
        assertThat(round.started()).isEmpty();
        assertThat(round.last.wake()).isTrue();
        round.cancels("enough");
        round.next();
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
    }

    @Test
    void a_stop_takes_back_the_call_that_the_owner_was_to_run() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("a").on(RunsOn.OWNER)).begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.phase(1)).isEqualTo(Phase.STARTING);
        round.cancels("enough");
        round.next();
        assertThat(round.forOwner()).isEqualTo(-1);
    }

    // A cancel.

    @Test
    void a_cancel_interrupts_a_call_that_had_to_end_before_only_if_that_has_not_happened() {
        RoundByHand round = RoundByHand.of(reads("a").callLimit(5), reads("b")).begin();
        round.begins(0);
        round.begins(1);
        round.at(5).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        round.cancels("enough");
        assertThat(round.last.interrupt())
                .containsExactly(Interrupt.unlessInterrupted(round.call(0)), Interrupt.of(round.call(1)));
    }

    @Test
    void a_cancel_ends_a_call_of_which_only_the_attempt_had_to_end() {
        RoundByHand round = RoundByHand.of(reads("a").managed()).attemptLimit(5).begin();
        round.begins(0);
        round.attempts(0);
        round.at(5).timePassed();
        round.cancels("enough");
        assertThat(round.last.interrupt()).containsExactly(Interrupt.of(round.call(0)));
        round.fails(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' was interrupted after 5 ms: enough");
    }

    @Test
    void a_cancel_leaves_calls_alone_that_have_ended() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b").callLimit(5)).begin();
        round.begins(0);
        round.begins(1);
        round.ended(0, OK, false);
        round.at(5).timePassed();
        round.ended(1, OK, false);
        round.cancels("enough");
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.call(0).settled()).isEqualTo(OK);
    }

    @Test
    void a_second_cancel_interrupts_again_only_what_is_not_yet_interrupted() {
        RoundByHand round = RoundByHand.of(reads("a")).begin();
        round.begins(0);
        round.cancels("enough");
        round.cancels("too much");
        assertThat(round.last.interrupt()).containsExactly(Interrupt.unlessInterrupted(round.call(0)));
        round.fails(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' was interrupted after 0 ms: enough");
    }

    @Test
    void nothing_starts_in_a_cancelled_round_when_its_calls_end() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b")).permits(1).begin();
        round.begins(0);
        round.cancels("enough");
        round.succeeds(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.schedule.isDone()).isTrue();
    }

    // The limit of the round.

    @Test
    void the_limit_of_the_round_ends_all_calls_when_it_passes_and_not_before() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("a")).roundLimit(30).begin();
        round.begins(0);
        round.at(29).timePassed();
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.at(30).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        assertThat(round.call(1).settled())
                .isEqualTo(new TimedOut(
                        "tool 't1' timed out: the round exceeded 30 ms before the tool could start",
                        Duration.ofMillis(30),
                        false));
        round.fails(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the round exceeded 30 ms; it may still take effect");
        assertThat(round.schedule.failure()).isNull();
    }

    @Test
    void the_limit_of_the_round_keeps_the_outcomes_of_calls_that_have_ended() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("b")).roundLimit(30).begin();
        round.begins(0);
        round.begins(1);
        round.succeeds(0);
        round.ended(1, OK, false);
        round.at(30).timePassed();
        round.tells(1);
        assertThat(round.calls).map(Call::settled).containsExactly(OK, OK);
    }

    @Test
    void a_call_that_comes_after_the_limit_of_its_round_does_not_start() {
        RoundByHand round = RoundByHand.of(writes("a")).roundLimit(30).stream();
        round.at(30).timePassed();
        round.admit(0);
        assertThat(round.said(0))
                .isEqualTo("tool 't0' timed out: the round exceeded 30 ms before the tool could start");
    }

    @Test
    void the_limit_of_the_round_takes_back_the_call_that_the_owner_was_to_run() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a").on(RunsOn.OWNER))
                .roundLimit(30)
                .begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.phase(1)).isEqualTo(Phase.STARTING);
        round.at(30).next();
        assertThat(round.forOwner()).isEqualTo(-1);
    }

    @Test
    void no_attempt_follows_after_the_limit_of_the_round() {
        RoundByHand round = RoundByHand.of(reads("a").managed()).roundLimit(30).begin();
        round.begins(0);
        round.attempts(0);
        round.did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        assertThat(round.schedule.mayTryAgain(round.call(0), round.now())).isTrue();
        round.at(30).timePassed();
        assertThat(round.schedule.mayTryAgain(round.call(0), round.now())).isFalse();
    }

    // A call that comes to a round in which nothing has ended it.

    @Test
    void a_call_that_comes_to_a_round_that_goes_on_starts() {
        RoundByHand round = RoundByHand.of(reads("a")).roundLimit(30).stream();
        round.admit(0);
        assertThat(round.started()).containsExactly(0);
    }

    // A refusal.

    @Test
    void a_refusal_ends_what_has_not_begun_and_lets_the_rest_go_on() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.refuses();
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.call(1).settled()).isEqualTo(new Cancelled("tool 't1' is refused", false));
        round.succeeds(0);
        assertThat(round.call(0).settled()).isEqualTo(OK);
    }

    @Test
    void a_refusal_interrupts_a_call_that_asks() {
        RoundByHand round =
                RoundByHand.of(writes("a").managed()).runsBeforeTurn().begin();
        round.begins(0);
        round.refuses();
        assertThat(round.last.interrupt()).containsExactly(Interrupt.of(round.call(0)));
        round.fails(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' is refused");
    }

    @Test
    void a_refusal_is_no_failure_for_a_round_that_fails_fast() {
        RoundByHand round = RoundByHand.of(writes("a"), reads("b"), reads("b"))
                .permits(1)
                .failFast()
                .equalReads()
                .begin();
        round.begins(0);
        round.refuses();
        Outcome refused = new Cancelled("tool 't1' is refused", false);
        assertThat(round.calls).map(Call::settled).containsExactly(null, refused, refused);
        assertThat(round.interrupted()).isEmpty();
    }

    @Test
    void a_refusal_takes_back_the_start_that_the_owner_has_not_seen() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("a")).usesExecutor().begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.phase(1)).isEqualTo(Phase.STARTING);
        round.refuses();
        round.next();
        assertThat(round.started()).isEmpty();
        assertThat(round.said(1)).isEqualTo("tool 't1' is refused");
    }

    @Test
    void a_refused_round_does_not_wait_for_a_call_that_is_pending_after_its_start() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        round.refuses();
        assertThat(round.pends(0, PendingKind.EXTERNAL)).isTrue();
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 0 ms: its round was refused; it may have taken effect");
        assertThat(round.call(0).suspendedAs()).isNull();
    }

    @Test
    void pending_calls_of_a_refused_round_that_fails_fast_end_by_the_refusal() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b")).failFast().begin();
        round.begins(0);
        round.begins(1);
        round.refuses();
        round.pends(0, PendingKind.EXTERNAL);
        round.pends(1, PendingKind.EXTERNAL);
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 0 ms: its round was refused; it may have taken effect");
        assertThat(round.said(1))
                .isEqualTo("tool 't1' was interrupted after 0 ms: its round was refused; it may have taken effect");
    }

    @Test
    void an_earlier_pending_call_ends_by_the_failure_that_leaves_its_round() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b")).begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.EXTERNAL);
        round.leaves(1);
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 0 ms: the failure of another call ended the round; it may"
                        + " have taken effect");
        assertThat(round.call(0).suspendedAs()).isNull();
        assertThat(round.schedule.isDone()).isTrue();
    }

    // A call that the model did not make after all.

    @Test
    void a_withdrawn_call_that_waits_does_not_start() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("a"), writes("b")).begin();
        round.begins(0);
        round.withdraws(1);
        assertThat(round.call(1).settled()).isEqualTo(new Cancelled("tool 't1' was not started: withdrawn", false));
        assertThat(round.phase(2)).isEqualTo(Phase.STARTING);
        assertThat(round.interrupted()).isEmpty();
        round.succeeds(0);
        assertThat(round.started()).isEmpty();
    }

    @Test
    void a_withdrawn_read_is_interrupted_and_a_withdrawn_write_goes_on() {
        RoundByHand round = RoundByHand.of(reads("a"), writes("b")).begin();
        round.begins(0);
        round.begins(1);
        round.at(2).withdraws(0);
        assertThat(round.last.interrupt()).containsExactly(Interrupt.of(round.call(0)));
        round.withdraws(1);
        assertThat(round.interrupted()).isEmpty();
        round.fails(0);
        round.succeeds(1);
        assertThat(round.said(0)).isEqualTo("tool 't0' was interrupted after 2 ms: withdrawn");
        assertThat(round.call(1).settled()).isEqualTo(OK);
    }

    @Test
    void a_withdrawn_write_that_has_not_come_to_its_tool_is_interrupted() {
        RoundByHand round =
                RoundByHand.of(writes("a").managed(), writes("b").managed()).begin();
        round.begins(0);
        round.begins(1);
        round.attempts(1);
        round.withdraws(0);
        round.withdraws(1);
        assertThat(round.call(0).isCondemned()).isTrue();
        assertThat(round.call(1).isCondemned()).isFalse();
        round.fails(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' was not started: withdrawn");
    }

    @Test
    void the_end_of_a_withdrawn_call_is_no_failure_for_a_round_that_fails_fast() {
        RoundByHand round = RoundByHand.of(reads("a"), writes("b")).failFast().begin();
        round.begins(0);
        round.begins(1);
        round.withdraws(0);
        round.fails(0);
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.call(1).isCondemned()).isFalse();
    }

    @Test
    void a_withdrawal_takes_back_the_call_that_the_owner_was_to_run() {
        RoundByHand round =
                RoundByHand.of(pure(), writes("a").on(RunsOn.OWNER).using(0)).begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.phase(1)).isEqualTo(Phase.STARTING);
        round.withdraws(1);
        round.next();
        assertThat(round.forOwner()).isEqualTo(-1);
        assertThat(round.schedule.isDone()).isTrue();
    }
}
