package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.Note.What;
import org.junit.jupiter.api.Test;

/** A round in which nothing goes on any more but what is pending: it is suspended, or ends if it was ending. */
class RoundAtRestTest {

    private static String suspended(int place, String why) {
        return "tool 't" + place + "' had not ended when its round was suspended: it " + why;
    }

    // When.

    @Test
    void a_round_whose_only_call_is_pending_is_suspended_by_the_same_event() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        assertThat(round.pends(0, PendingKind.EXTERNAL)).isTrue();
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.last.wake()).isTrue();
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.call(0).settled()).isEqualTo(new Outcome.Skipped(suspended(0, "is pending: a reason")));
    }

    @Test
    void a_round_is_not_suspended_while_another_call_runs() {
        RoundByHand round = RoundByHand.of(writes("a"), pure()).begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.EXTERNAL);
        assertThat(round.schedule.isDone()).isFalse();
        round.ended(1, new Outcome.Succeeded("ok"), false);
        assertThat(round.call(0).suspendedAs()).as("listeners are being told").isNull();
        round.did(round.event().endHeard(round.call(1), null));
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.call(1).suspendedAs()).isNull();
        assertThat(round.call(1).settled()).isEqualTo(new Outcome.Succeeded("ok"));
    }

    @Test
    void a_round_is_not_suspended_while_further_calls_may_come() {
        RoundByHand round = RoundByHand.of(writes("a"), pure()).stream();
        round.admit(0);
        round.begins(0);
        round.pends(0, PendingKind.EXTERNAL);
        assertThat(round.schedule.isDone()).isFalse();
        round.did(round.event().own());
        round.next();
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void a_round_is_not_suspended_while_a_call_waits_for_an_abandoned_one() {
        RoundByHand round = RoundByHand.of(writes("a").callLimit(20), writes("a"), pure())
                .heldLimit(50)
                .begin();
        round.begins(0);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        round.begins(2);
        round.pends(2, PendingKind.EXTERNAL);
        round.at(79).timePassed();
        assertThat(round.schedule.isDone()).isFalse();
        assertThat(round.call(2).suspendedAs()).isNull();
        round.at(80).timePassed();
        assertThat(round.said(1)).startsWith("tool 't1' gave up after waiting 50 ms for a resource held by call 1");
        assertThat(round.call(2).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_round_is_suspended_while_an_abandoned_call_runs_that_keeps_no_other_waiting() {
        RoundByHand round =
                RoundByHand.of(writes("a").callLimit(20), writes("b")).begin();
        round.begins(0);
        round.begins(1);
        round.at(20).timePassed();
        round.at(30).timePassed();
        round.pends(1, PendingKind.EXTERNAL);
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.call(1).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void a_round_is_suspended_once_the_abandoned_call_has_ended_that_kept_another_waiting() {
        RoundByHand round = RoundByHand.of(writes("a").callLimit(20), writes("a", "b"), writes("b"))
                .begin();
        round.begins(0);
        round.at(20).timePassed();
        round.at(30).timePassed();
        round.succeeds(0);
        assertThat(round.started()).containsExactly(1);
        round.begins(1);
        round.pends(1, PendingKind.APPROVAL);
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.call(2).suspendedAs()).isEqualTo("waits for approval of call 2");
    }

    @Test
    void nothing_starts_in_a_suspended_round() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.pends(0, PendingKind.APPROVAL);
        assertThat(round.started()).isEmpty();
        round.next();
        assertThat(round.started()).isEmpty();
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_resumed_round_that_waits_for_what_is_still_pending_is_suspended_again_at_once() {
        PendingCause cause = new PendingCause(PendingKind.APPROVAL, "approve the payment");
        RoundByHand round = RoundByHand.of(
                        pure().with(call -> call.restoreOutcome(new Outcome.Succeeded("done"))),
                        writes("a").with(call -> call.restorePending(cause)),
                        writes("a"))
                .begin();
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.call(0).settled()).isEqualTo(new Outcome.Succeeded("done"));
        assertThat(round.call(1).suspendedAs()).isEqualTo("is pending: approve the payment");
        assertThat(round.call(2).suspendedAs()).isEqualTo("waits for approval of call 2");
    }

    // What each call waits for.

    @Test
    void each_call_of_a_suspended_round_says_for_which_pending_call_it_waits() {
        RoundByHand round = RoundByHand.of(
                        writes("a"), writes("b"), writes("c"), writes("a", "x"), writes("b"), writes("c"), writes("x"))
                .permits(3)
                .begin();
        round.begins(0);
        round.begins(1);
        round.begins(2);
        round.pends(0, PendingKind.APPROVAL);
        round.pends(1, PendingKind.EXTERNAL);
        round.pends(2, PendingKind.MAY_HAVE_HAPPENED);
        assertThat(round.said(0)).isEqualTo(suspended(0, "is pending: a reason"));
        assertThat(round.said(1)).isEqualTo(suspended(1, "is pending: a reason"));
        assertThat(round.said(2)).isEqualTo(suspended(2, "is pending: a reason"));
        assertThat(round.said(3)).isEqualTo(suspended(3, "waits for approval of call 1"));
        assertThat(round.said(4)).isEqualTo(suspended(4, "waits for what call 2 waits for"));
        assertThat(round.said(5)).isEqualTo(suspended(5, "waits for a decision about call 3"));
        assertThat(round.said(6))
                .as("it waits for the fourth, which waits for the first")
                .isEqualTo(suspended(6, "waits for approval of call 1"));
    }

    @Test
    void a_call_behind_several_pending_calls_names_the_first() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("b"), writes("a", "b")).begin();
        round.begins(0);
        round.begins(1);
        round.pends(1, PendingKind.EXTERNAL);
        round.pends(0, PendingKind.APPROVAL);
        assertThat(round.call(2).suspendedAs()).isEqualTo("waits for approval of call 1");
    }

    @Test
    void a_pending_call_behind_another_pending_call_says_that_it_is_pending() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a").managed())
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.begins(1);
        round.pends(1, PendingKind.APPROVAL);
        round.did(round.event().wantsTurn(round.call(0)));
        round.pends(0, PendingKind.EXTERNAL);
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.call(1).suspendedAs()).isEqualTo("is pending: a reason");
    }

    @Test
    void a_call_that_follows_an_equal_one_says_so_and_does_not_get_that_ones_outcome() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a")).equalReads().begin();
        round.begins(0);
        round.pends(0, PendingKind.EXTERNAL);
        assertThat(round.call(0).settled()).isEqualTo(new Outcome.Skipped(suspended(0, "is pending: a reason")));
        assertThat(round.call(1).settled())
                .isEqualTo(new Outcome.Skipped(suspended(1, "equals call 1, and will share its outcome")));
        assertThat(round.told(What.ENDED)).containsExactly(0, 1);
    }

    @Test
    void a_call_that_uses_what_a_following_call_waits_for_names_the_pending_call() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a"), pure().using(1))
                .equalReads()
                .begin();
        round.begins(0);
        round.pends(0, PendingKind.APPROVAL);
        assertThat(round.call(2).suspendedAs()).isEqualTo("waits for approval of call 1");
    }

    @Test
    void a_call_that_uses_what_a_follower_of_a_waiting_call_waits_for_names_the_pending_call() {
        RoundByHand round = RoundByHand.of(writes("a"), reads("a"), reads("a"), pure().using(2))
                .equalReads()
                .begin();
        round.begins(0);
        round.pends(0, PendingKind.APPROVAL);
        assertThat(round.call(1).suspendedAs()).isEqualTo("waits for approval of call 1");
        assertThat(round.call(2).suspendedAs()).isEqualTo("equals call 2, and will share its outcome");
        assertThat(round.call(3).suspendedAs()).isEqualTo("waits for approval of call 1");
    }

    @Test
    void a_suspended_round_tells_of_each_call_that_it_has_ended_once() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a"), pure()).begin();
        round.begins(0);
        round.begins(2);
        round.pends(0, PendingKind.EXTERNAL);
        round.succeeds(2);
        assertThat(round.told(What.ENDED)).containsExactly(0, 1);
        round.next();
        assertThat(round.last.tell()).isEmpty();
    }

    // A call that has asked, and whose thread waits for its turn.

    @Test
    void a_call_that_has_asked_is_interrupted_by_the_suspension_and_ends_with_it() {
        RoundByHand round = RoundByHand.of(writes("a").managed(), writes("a").managed())
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.begins(1);
        round.did(round.event().wantsTurn(round.call(1)));
        round.pends(0, PendingKind.APPROVAL);
        assertThat(round.interrupted()).containsExactly(1);
        assertThat(round.phase(1)).isEqualTo(Phase.WANTS_TURN);
        assertThat(round.schedule.isDone()).isFalse();
        assertThat(round.call(1).suspendedAs()).isEqualTo("waits for approval of call 1");
        round.ends(1, RoundByHand.failure(), false);
        assertThat(round.said(1)).isEqualTo(suspended(1, "waits for approval of call 1"));
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void the_suspension_ends_no_round_that_fails_fast() {
        RoundByHand round = RoundByHand.of(
                        writes("a").managed(),
                        writes("a").managed(),
                        writes("a").managed())
                .runsBeforeTurn()
                .failFast()
                .begin();
        round.begins(0);
        round.begins(1);
        round.begins(2);
        round.did(round.event().wantsTurn(round.call(1)));
        round.did(round.event().wantsTurn(round.call(2)));
        round.pends(0, PendingKind.APPROVAL);
        round.ends(1, RoundByHand.failure(), false);
        assertThat(round.interrupted()).isEmpty();
        round.ends(2, RoundByHand.failure(), false);
        assertThat(round.said(2)).isEqualTo(suspended(2, "waits for approval of call 1"));
    }

    @Test
    void a_call_whose_turn_comes_when_the_pending_call_is_decided_is_not_at_rest() {
        RoundByHand round =
                RoundByHand.of(pure(), writes("a"), pure()).permits(1).begin();
        round.begins(0);
        round.pends(0, PendingKind.EXTERNAL);
        assertThat(round.started()).containsExactly(1);
        round.begins(1);
        round.succeeds(1);
        assertThat(round.started()).containsExactly(2);
        assertThat(round.schedule.isDone()).isFalse();
    }

    // A round that ends otherwise.

    @Test
    void a_round_at_rest_after_a_failure_that_leaves_it_ends_and_is_not_suspended() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("b"), writes("a")).grace(100).begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.EXTERNAL);
        round.at(7);
        round.leaves(1);
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.call(0).suspendedAs()).isNull();
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 7 ms: the failure of another call ended the round; it may"
                        + " have taken effect");
        assertThat(round.said(2)).isEqualTo("tool 't2' was not started: the failure of another call ended the round");
        assertThat(round.schedule.failure()).hasMessage("no luck");
    }

    @Test
    void a_pending_call_waits_for_earlier_calls_of_a_failed_round_that_go_on() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b"), writes("c"))
                .permits(3)
                .grace(100)
                .begin();
        round.begins(0);
        round.begins(1);
        round.begins(2);
        round.pends(0, PendingKind.APPROVAL);
        round.leaves(2);
        assertThat(round.phase(0)).isEqualTo(Phase.PENDING);
        round.succeeds(1);
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
    }

    @Test
    void a_refused_round_ends_a_pending_call_whose_tool_may_have_started_once_nothing_goes_on() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b")).begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.EXTERNAL);
        round.at(3);
        round.did(round.event().refused(call -> Outcomes.notStarted(call, "no more")));
        assertThat(round.phase(0)).isEqualTo(Phase.PENDING);
        round.at(5);
        round.succeeds(1);
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 5 ms: its round was refused; it may have taken effect");
        assertThat(round.call(0).suspendedAs()).isNull();
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_refused_round_that_is_at_rest_already_ends_by_the_refusal() {
        RoundByHand round = RoundByHand.of(writes("a")).stream();
        round.admit(0);
        round.begins(0);
        round.pends(0, PendingKind.EXTERNAL);
        round.did(round.event().own());
        round.did(round.event().refused(call -> Outcomes.notStarted(call, "no more")));
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 0 ms: its round was refused; it may have taken effect");
    }
}
