package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static dev.interlock.schedule.RoundByHand.MILLI;
import static dev.interlock.schedule.RoundByHand.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.Outcome.Cancelled;
import dev.interlock.call.Outcome.TimedOut;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import dev.interlock.share.SharedLimits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a single call ends: its outcome, when others hear of it, and what it gives back. */
class CallEndingTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");

    private final Cap one = new Caps(List.of(), 1).of("t", ToolPolicy.DEFAULT).get(0);

    // What it comes to.

    @Test
    void a_call_comes_to_what_its_body_comes_to_in_the_time_that_this_took() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.at(3).begins(0);
        long start = round.now();
        assertThat(round.at(12).did(round.event().ended(round.call(0), OK, start, round.now() - MILLI, false)))
                .isTrue();
        assertThat(round.call(0).settled()).isEqualTo(OK);
        assertThat(round.call(0).startNanos()).isEqualTo(start);
        assertThat(round.call(0).endNanos()).isEqualTo(start + 8 * MILLI);
        assertThat(round.phase(0)).isEqualTo(Phase.ENDING);
    }

    @Test
    void a_call_whose_tool_never_began_took_no_time() {
        RoundByHand round = RoundByHand.of(writes("a").managed()).begin();
        round.begins(0);
        long start = round.now();
        round.at(7);
        round.did(round.event().ended(round.call(0), failure(), start, start, false));
        assertThat(round.call(0).startNanos()).isEqualTo(round.now());
        assertThat(round.call(0).endNanos()).isEqualTo(round.now());
    }

    @Test
    void a_call_ends_only_once() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        assertThat(round.ends(0, OK, false)).isTrue();
        assertThat(round.ends(0, failure(), false)).isFalse();
        assertThat(round.call(0).settled()).isEqualTo(OK);
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
    }

    @Test
    void a_call_that_returns_though_it_was_cancelled_has_succeeded() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        round.cancels("enough");
        round.succeeds(0);
        assertThat(round.call(0).settled()).isEqualTo(OK);
    }

    @Test
    void a_call_that_fails_after_it_was_cancelled_is_cancelled() {
        RoundByHand round = RoundByHand.of(reads("a")).begin();
        round.begins(0);
        round.at(4).cancels("enough");
        round.at(6).fails(0);
        assertThat(round.call(0).settled())
                .isEqualTo(new Cancelled("tool 't0' was interrupted after 4 ms: enough", false));
    }

    @Test
    void a_call_that_returns_after_its_limit_is_timed_out() {
        RoundByHand round = RoundByHand.of(reads("a")).callLimit(20).begin();
        round.begins(0);
        round.at(20).timePassed();
        round.at(21).succeeds(0);
        assertThat(round.call(0).settled())
                .isEqualTo(new TimedOut("tool 't0' timed out: the call exceeded 20 ms", Duration.ofMillis(20), false));
    }

    @Test
    void an_outcome_that_must_not_be_lost_wins_over_the_limit() {
        RoundByHand round = RoundByHand.of(reads("a").insisting()).callLimit(20).begin();
        round.begins(0);
        round.at(20).timePassed();
        round.at(21).fails(0);
        assertThat(round.said(0)).isEqualTo("no luck");
    }

    // When others hear of it.

    @Test
    void calls_that_wait_for_a_call_start_when_all_listeners_know_that_it_has_ended() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.ended(0, OK, false);
        round.next();
        assertThat(round.started()).isEmpty();
        round.tells(0);
        assertThat(round.started()).containsExactly(1);
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
    }

    @Test
    void the_round_is_done_when_all_listeners_know_that_its_last_call_has_ended() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        round.ended(0, OK, false);
        assertThat(round.schedule.isDone()).isFalse();
        round.tells(0);
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.last.wake()).isTrue();
    }

    @Test
    void a_call_keeps_its_permit_until_all_listeners_know_that_it_has_ended() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("b")).permits(1).begin();
        round.begins(0);
        round.ended(0, OK, false);
        round.next();
        assertThat(round.started()).isEmpty();
        round.tells(0);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_keeps_its_caps_until_all_listeners_know_that_it_has_ended() {
        SharedLimits shared = new SharedLimits(false);
        RoundByHand round =
                RoundByHand.of(reads("a").capped(one)).sharing(shared, "one", 1).begin();
        RoundByHand other =
                RoundByHand.of(reads("b").capped(one)).sharing(shared, "two", 2).begin();
        round.begins(0);
        assertThat(other.started()).isEmpty();
        round.ended(0, OK, false);
        assertThat(round.last.granted()).isEmpty();
        round.tells(0);
        assertThat(round.last.granted()).containsExactly(other.call(0).claim());
        assertThat(round.call(0).claim()).isNull();
    }

    @Test
    void listeners_hear_by_a_note_of_a_call_that_ends_without_a_thread() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.at(2).cancels("enough");
        assertThat(round.told(What.ENDED)).containsExactly(1);
        assertThat(round.call(1).startNanos()).isEqualTo(round.now());
        assertThat(round.call(1).endNanos()).isEqualTo(round.now());
    }

    @Test
    void equal_calls_come_to_the_outcome_of_the_call_that_runs_for_them() {
        RoundByHand round =
                RoundByHand.of(reads("a"), reads("a"), reads("a")).equalReads().begin();
        round.begins(0);
        round.at(3).succeeds(0);
        assertThat(round.call(1).settled()).isEqualTo(OK);
        assertThat(round.call(2).settled()).isEqualTo(OK);
        assertThat(round.told(What.ENDED)).containsExactly(1, 2);
        assertThat(round.schedule.isDone()).isTrue();
    }

    // Calls that use its result.

    @Test
    void a_call_asks_when_it_has_the_last_of_the_results_that_it_uses_though_others_come_before_its_turn() {
        RoundByHand round = RoundByHand.of(
                        pure(), pure(), writes("a"), reads("a").using(0, 1))
                .permits(3)
                .runsBeforeTurn()
                .begin();
        for (int i = 0; i < 3; i++) {
            round.begins(i);
            round.did(round.event().wantsTurn(round.call(i)));
        }
        round.succeeds(1);
        assertThat(round.started()).isEmpty();
        round.succeeds(0);
        assertThat(round.started()).containsExactly(3);
        round.begins(3);
        assertThat(round.phase(3)).isEqualTo(Phase.BEFORE_TURN);
    }

    @Test
    void a_call_does_not_ask_if_a_result_that_it_uses_is_missing() {
        RoundByHand round =
                RoundByHand.of(writes("a"), pure().using(0)).runsBeforeTurn().begin();
        round.begins(0);
        round.fails(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.said(1))
                .isEqualTo("tool 't1' was not started: it uses the result of call 1 (tool 't0'), which did not succeed:"
                        + " no luck");
    }

    @Test
    void a_call_that_uses_no_result_asks_at_once_without_a_permit() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a"), writes("a"))
                .permits(1)
                .runsBeforeTurn()
                .begin();
        assertThat(round.started()).containsExactly(0, 1, 2);
    }

    // The user's executor, which has not begun a call within 100 ms.

    @Test
    void a_call_is_left_to_the_executor_while_another_runs() {
        RoundByHand round =
                RoundByHand.of(reads("a"), reads("b")).usesExecutor().begin();
        round.begins(0);
        round.at(100).next();
        assertThat(round.started()).isEmpty();
    }

    @Test
    void a_call_gets_a_thread_of_its_own_when_the_one_that_ran_has_ended() {
        RoundByHand round =
                RoundByHand.of(reads("a"), reads("b")).usesExecutor().begin();
        round.begins(0);
        round.succeeds(0);
        round.at(99).next();
        assertThat(round.started()).isEmpty();
        round.at(100).next();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_ended_while_it_was_paused_does_not_count_twice_as_one_that_ended() {
        RoundByHand round =
                RoundByHand.of(reads("a").managed(), reads("b")).usesExecutor().begin();
        round.begins(0);
        round.did(round.event().paused(round.call(0)));
        round.fails(0);
        round.at(100).next();
        assertThat(round.started()).containsExactly(1);
    }

    // While others are pending.

    @Test
    void a_call_whose_end_is_being_told_keeps_the_round_from_resting() {
        RoundByHand round = pendsWithAnotherBehindIt();
        round.ended(1, failure(), false);
        round.succeeds(2);
        assertThat(round.phase(0)).isEqualTo(Phase.PENDING);
        round.tells(1);
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void a_call_that_must_end_keeps_the_round_from_resting_until_its_thread_has_ended() {
        RoundByHand round = pendsWithAnotherBehindIt();
        round.withdraws(1);
        assertThat(round.interrupted()).containsExactly(1);
        round.succeeds(2);
        assertThat(round.phase(0)).isEqualTo(Phase.PENDING);
        round.fails(1);
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void a_pending_call_that_is_withdrawn_leaves_the_round_to_the_others() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("b"), writes("c")).permits(3).begin();
        round.begins(0);
        round.begins(1);
        round.begins(2);
        round.pends(0, PendingKind.APPROVAL);
        round.pends(1, PendingKind.EXTERNAL);
        round.withdraws(0);
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 0 ms: withdrawn; it may have taken effect");
        assertThat(round.phase(1)).isEqualTo(Phase.PENDING);
        round.succeeds(2);
        assertThat(round.call(1).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void a_round_is_at_rest_with_a_pending_call_though_another_call_was_withdrawn_meanwhile() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("a"), writes("b")).permits(3).begin();
        round.begins(0);
        round.begins(2);
        round.pends(0, PendingKind.APPROVAL);
        round.withdraws(1);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: withdrawn");
        round.succeeds(2);
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void a_round_whose_only_pending_call_is_withdrawn_is_not_suspended() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("b"), writes("b")).begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.APPROVAL);
        round.withdraws(0);
        round.succeeds(1);
        round.begins(2);
        round.succeeds(2);
        assertThat(round.call(2).settled()).isEqualTo(OK);
        assertThat(round.schedule.isDone()).isTrue();
    }

    /** Call 0 is pending, call 1 waits for it on a thread that has asked, call 2 runs. */
    private static RoundByHand pendsWithAnotherBehindIt() {
        RoundByHand round = RoundByHand.of(
                        writes("a").managed(),
                        writes("a").managed(),
                        writes("b").managed())
                .runsBeforeTurn()
                .begin();
        for (int i = 0; i < 3; i++) {
            round.begins(i);
            round.did(round.event().wantsTurn(round.call(i)));
        }
        round.pends(0, PendingKind.APPROVAL);
        round.attempts(2);
        assertThat(round.calls).map(call -> call.phase).containsExactly(Phase.PENDING, Phase.WANTS_TURN, Phase.RUNNING);
        return round;
    }
}
