package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.PendingKind;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import dev.interlock.share.SharedLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pending calls while their round goes on, and what makes a call not pending. */
class SuspensionTest {

    private static final PendingCause CAUSE = new PendingCause(PendingKind.EXTERNAL, "a payment");

    /** The call at place 0 runs, and another that does not conflict. */
    private static RoundByHand running(CallSpec spec) {
        RoundByHand round = RoundByHand.of(spec, reads("other")).begin();
        round.begins(0);
        round.begins(1);
        return round;
    }

    // What it gives up.

    @Test
    void a_pending_call_has_no_outcome_and_no_thread_and_its_round_goes_on() {
        RoundByHand round = running(writes("a"));
        assertThat(round.did(round.event().pends(round.call(0), CAUSE))).isTrue();
        round.becomesPending(0);
        assertThat(round.phase(0)).isEqualTo(Phase.PENDING);
        assertThat(round.call(0).pending()).isEqualTo(CAUSE);
        assertThat(round.call(0).settled()).isNull();
        assertThat(round.call(0).suspendedAs()).isNull();
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.schedule.isDone()).isFalse();
    }

    @Test
    void a_pending_call_gives_its_permit_to_the_next_call() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).begin();
        round.begins(0);
        round.pends(0, PendingKind.EXTERNAL);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_pending_call_keeps_calls_waiting_that_conflict_with_it() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a"), pure()).begin();
        round.begins(0);
        round.begins(2);
        round.pends(0, PendingKind.EXTERNAL);
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
    }

    @Test
    void a_pending_call_gives_its_caps_to_a_call_of_another_round() {
        SharedLimits shared = new SharedLimits(false);
        Cap cap = new Caps(List.of(), 1).of("t0", ToolPolicy.builder().build()).get(0);
        RoundByHand round = RoundByHand.of(pure().capped(cap), pure())
                .sharing(shared, "one", 1)
                .begin();
        round.begins(0);
        RoundByHand other =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "two", 2).begin();
        assertThat(other.phase(0)).isEqualTo(Phase.WAITING);
        round.pends(0, PendingKind.EXTERNAL);
        assertThat(round.last.granted()).containsExactly(other.call(0).claim());
        assertThat(round.call(0).claim()).isNull();
    }

    @Test
    void a_pending_call_opens_the_gate_for_the_next_announcement() {
        RoundByHand round = RoundByHand.of(
                        pure().with(call -> call.giveAnnouncement(true)),
                        pure().with(call -> call.giveAnnouncement(true)))
                .begin();
        round.begins(0);
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.pends(0, PendingKind.APPROVAL);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_is_pending_on_the_owner_lets_the_owner_run_the_next_one() {
        RoundByHand round =
                RoundByHand.of(pure().on(RunsOn.OWNER), pure().on(RunsOn.OWNER)).begin();
        assertThat(round.forOwner()).isZero();
        round.beginsOnOwner(0);
        round.pends(0, PendingKind.EXTERNAL);
        assertThat(round.schedule.ownerRunsCall()).isFalse();
        assertThat(round.last.wake()).isTrue();
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    @Test
    void a_call_that_is_pending_on_its_own_thread_leaves_the_owner_to_its_call() {
        RoundByHand round = RoundByHand.of(pure(), pure().on(RunsOn.OWNER)).begin();
        round.begins(0);
        round.beginsOnOwner(1);
        round.pends(0, PendingKind.EXTERNAL);
        assertThat(round.schedule.ownerRunsCall()).isTrue();
    }

    /** What the user's executor has not begun gets a thread only where no body runs. */
    @Test
    void no_body_runs_any_more_for_a_call_that_is_pending() {
        RoundByHand round = RoundByHand.of(pure(), pure()).usesExecutor().begin();
        round.begins(0);
        round.at(50);
        round.pends(0, PendingKind.EXTERNAL);
        round.at(99).next();
        assertThat(round.started()).isEmpty();
        round.at(100).next();
        assertThat(round.started()).containsExactly(1);
        assertThat(round.call(1).isWithoutExecutor()).isTrue();
    }

    @Test
    void the_body_of_a_paused_call_that_is_pending_is_not_counted_off_twice() {
        RoundByHand round = RoundByHand.of(pure().managed(), pure(), pure())
                .permits(3)
                .usesExecutor()
                .begin();
        round.begins(0);
        round.begins(1);
        round.did(round.event().paused(round.call(0)));
        round.pends(0, PendingKind.EXTERNAL);
        round.at(100).next();
        assertThat(round.started())
                .as("the executor is busy with the second call")
                .isEmpty();
        round.succeeds(1);
        round.at(200).next();
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void a_call_can_be_pending_while_it_asks() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a").managed())
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.begins(1);
        assertThat(round.pends(1, PendingKind.APPROVAL)).isTrue();
        assertThat(round.phase(1)).isEqualTo(Phase.PENDING);
    }

    @Test
    void a_round_that_is_to_stop_when_a_call_is_pending_stops() {
        RoundByHand round = running(writes("a"));
        assertThat(round.did(round.event().pends(round.call(0), CAUSE))).isTrue();
        round.did(round.event().becomesPending(round.call(0), "the journal is full"));
        assertThat(round.interrupted()).containsExactly(1);
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 0 ms: the journal is full; it may have taken effect");
    }

    @Test
    void its_time_ends_when_it_becomes_pending_however_its_round_goes_on() {
        RoundByHand round = running(writes("a"));
        round.at(3).pends(0, PendingKind.EXTERNAL);
        round.at(5).succeeds(1);
        assertThat(round.call(0).suspendedAs()).isNotNull();
        assertThat(round.call(0).endNanos() - round.call(0).startNanos()).isEqualTo(3 * RoundByHand.MILLI);

        RoundByHand cancelled = running(writes("a"));
        cancelled.at(3).pends(0, PendingKind.EXTERNAL);
        cancelled.at(5).cancels("the caller cancels");
        assertThat(cancelled.said(0)).contains("the caller cancels");
        assertThat(cancelled.call(0).endNanos() - cancelled.call(0).startNanos())
                .isEqualTo(3 * RoundByHand.MILLI);
    }

    // What keeps a call from being pending.

    @Test
    void a_call_of_a_confined_round_cannot_be_pending_and_says_so() {
        RoundByHand round = RoundByHand.of(writes("a")).confined().begin();
        round.beginsOnOwner(0);
        assertThat(round.did(round.event().pends(round.call(0), CAUSE))).isFalse();
        assertThat(round.interrupted()).containsExactly(0);
        round.succeeds(0);
        assertThat(round.said(0))
                .isEqualTo(
                        "tool 't0' cannot be pending: its round is confined to the calling thread, perhaps because of"
                                + " its transaction, and cannot outlive it. It would wait for: a payment");
        assertThat(round.call(0).settled()).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void a_call_that_is_pending_when_its_round_is_confined_fails() {
        RoundByHand round = running(writes("a"));
        round.did(round.event().pends(round.call(0), CAUSE));
        round.becomesPending(0);
        round.event().confine();
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        assertThat(round.said(0)).startsWith("tool 't0' cannot be pending: its round is confined");
        assertThat(round.phase(1)).isEqualTo(Phase.RUNNING);
        assertThat(round.call(1).isCondemned()).isFalse();
    }

    @Test
    void a_call_that_was_pending_before_is_not_failed_when_its_round_is_confined() {
        RoundByHand round = RoundByHand.of(
                        writes("a").with(call -> {
                            call.restorePending(CAUSE);
                            call.restoreOutcome(new Outcome.Succeeded("paid"));
                        }),
                        pure())
                .begin();
        round.event().confine();
        assertThat(round.call(0).settled()).isEqualTo(new Outcome.Succeeded("paid"));
    }

    @Test
    void the_calls_of_a_confined_round_begin_one_after_another_on_the_owner() {
        RoundByHand round = RoundByHand.of(pure(), pure(), pure()).permits(1).begin();
        round.begins(0);
        round.event().confine();
        round.succeeds(0);
        assertThat(round.started()).isEmpty();
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    @Test
    void a_write_that_goes_on_after_a_failure_of_its_round_cannot_be_pending() {
        RoundByHand round = RoundByHand.of(pure(), writes("a")).begin();
        round.begins(0);
        round.begins(1);
        round.leaves(0);
        assertThat(round.interrupted()).isEmpty();
        round.at(4);
        assertThat(round.pends(1, PendingKind.EXTERNAL)).isFalse();
        assertThat(round.interrupted()).containsExactly(1);
        round.ends(1, RoundByHand.failure(), false);
        assertThat(round.said(1))
                .isEqualTo("tool 't1' was interrupted after 4 ms: the failure of another call ended the round; it may"
                        + " have taken effect");
    }

    @Test
    void a_withdrawn_write_cannot_be_pending() {
        RoundByHand round = running(writes("a"));
        round.did(round.event().withdrawn(round.call(0), "withdrawn"));
        assertThat(round.call(0).isCondemned()).isFalse();
        assertThat(round.pends(0, PendingKind.EXTERNAL)).isFalse();
        round.ends(0, RoundByHand.failure(), false);
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 0 ms: the response does not hold it; it may have taken"
                        + " effect");
    }

    @Test
    void a_call_that_was_interrupted_cannot_be_pending_and_keeps_its_verdict() {
        RoundByHand round = RoundByHand.of(writes("a")).callLimit(20).begin();
        round.begins(0);
        round.at(20).timePassed();
        assertThat(round.pends(0, PendingKind.EXTERNAL)).isFalse();
        assertThat(round.interrupted()).isEmpty();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.call(0).pending()).isNull();
    }

    @Test
    void a_call_that_was_abandoned_cannot_be_pending() {
        RoundByHand round = RoundByHand.of(writes("a"), pure()).callLimit(20).begin();
        round.begins(0);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        assertThat(round.pends(0, PendingKind.EXTERNAL)).isFalse();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
    }

    @Test
    void a_confined_round_leaves_a_call_its_end_that_has_one() {
        RoundByHand round = RoundByHand.of(writes("a")).confined().begin();
        round.beginsOnOwner(0);
        round.ended(0, new Outcome.Succeeded("ok"), false);
        assertThat(round.pends(0, PendingKind.EXTERNAL)).isFalse();
        assertThat(round.call(0).settled()).isEqualTo(new Outcome.Succeeded("ok"));
        assertThat(round.call(0).threadKind()).isEqualTo(ThreadKind.OWNER);
    }

    // Limits.

    @Test
    void the_limit_of_a_call_does_not_end_a_pending_call_nor_those_that_wait_for_it() {
        RoundByHand round = RoundByHand.of(
                        writes("a").callLimit(20),
                        writes("a", "b").callLimit(20),
                        writes("b").callLimit(20),
                        pure())
                .begin();
        round.begins(0);
        round.begins(3);
        round.pends(0, PendingKind.EXTERNAL);
        round.at(20).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.PENDING);
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        assertThat(round.phase(2)).as("it waits for the second").isEqualTo(Phase.WAITING);
    }

    @Test
    void the_limit_of_a_call_does_not_end_a_pending_call_once_none_keeps_it_waiting_any_more() {
        RoundByHand round = RoundByHand.of(
                        writes("a").managed(), writes("a").managed().callLimit(20), pure())
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.did(round.event().wantsTurn(round.call(0)));
        round.begins(1);
        round.pends(1, PendingKind.APPROVAL);
        round.at(20).timePassed();
        round.succeeds(0);
        assertThat(round.phase(1)).isEqualTo(Phase.PENDING);
    }

    @Test
    void the_limit_of_a_call_ends_calls_that_wait_for_other_calls_than_pending_ones() {
        RoundByHand round = RoundByHand.of(
                        writes("a"), writes("b"), writes("a"), writes("b").callLimit(20))
                .begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.EXTERNAL);
        round.at(19).timePassed();
        assertThat(round.phase(3)).isEqualTo(Phase.WAITING);
        round.at(20).timePassed();
        assertThat(round.said(3)).isEqualTo("tool 't3' timed out: the call exceeded 20 ms before the tool could start");
        assertThat(round.phase(2)).isEqualTo(Phase.WAITING);
    }

    @Test
    void the_limit_of_a_call_ends_one_that_uses_the_result_of_one_that_follows_a_running_call() {
        RoundByHand round = RoundByHand.of(
                        writes("b"), reads("a"), reads("a"), pure().using(2).callLimit(20))
                .equalReads()
                .begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.EXTERNAL);
        round.at(20).timePassed();
        assertThat(round.said(3)).isEqualTo("tool 't3' timed out: the call exceeded 20 ms before the tool could start");
    }

    @Test
    void the_limit_of_a_call_ends_a_running_call_whatever_is_pending() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("b").callLimit(20)).begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.EXTERNAL);
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(1);
    }

    @Test
    void the_limit_of_a_call_does_not_end_one_that_uses_the_result_of_one_that_follows_a_pending_call() {
        RoundByHand round = RoundByHand.of(
                        reads("a"), reads("a"), pure().using(1).callLimit(20), pure())
                .equalReads()
                .begin();
        round.begins(0);
        round.begins(3);
        round.pends(0, PendingKind.EXTERNAL);
        round.at(20).timePassed();
        assertThat(round.phase(2)).isEqualTo(Phase.WAITING);
    }

    @Test
    void the_limit_of_the_round_ends_pending_calls() {
        RoundByHand round = RoundByHand.of(writes("a"), pure()).roundLimit(20).begin();
        round.begins(0);
        round.begins(1);
        round.pends(0, PendingKind.EXTERNAL);
        round.at(20).timePassed();
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the round exceeded 20 ms; it may still take effect");
    }
}
