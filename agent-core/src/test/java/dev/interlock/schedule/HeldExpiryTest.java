package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Claim;
import dev.interlock.share.SharedLimits;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How long calls wait for resources that an abandoned call keeps, in its own round and in others. */
class HeldExpiryTest {

    /** The limit of the call at place 0 is 20 ms, so it is abandoned at 30 ms. Others wait 50 ms for what it holds. */
    private static RoundByHand.Setting abandoning(CallSpec... specs) {
        specs[0].callLimit(20);
        return RoundByHand.of(specs);
    }

    private static void abandon(RoundByHand round) {
        round.begins(0);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
    }

    // In its own round.

    @Test
    void a_call_gives_up_waiting_for_an_abandoned_call_after_the_time_for_held_resources() {
        RoundByHand round = abandoning(writes("a"), writes("a")).begin();
        abandon(round);
        round.at(79).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.at(80).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.said(1))
                .isEqualTo("tool 't1' gave up after waiting 50 ms for a resource held by call 1 (tool 't0'),"
                        + " which was abandoned 50 ms ago and is still running");
    }

    @Test
    void a_call_that_waited_for_the_one_behind_an_abandoned_call_gets_its_turn_when_that_gives_up() {
        RoundByHand round =
                abandoning(writes("a"), writes("a", "b"), writes("b")).begin();
        abandon(round);
        round.at(80).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.phase(2)).isEqualTo(Phase.STARTING);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void a_call_gets_its_turn_when_the_abandoned_one_ends_in_time() {
        RoundByHand round = abandoning(writes("a"), writes("a")).begin();
        abandon(round);
        round.at(79).succeeds(0);
        assertThat(round.started()).containsExactly(1);
        round.begins(1);
        round.at(80).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.RUNNING);
        assertThat(round.interrupted()).isEmpty();
    }

    @Test
    void the_time_for_held_resources_interrupts_a_call_that_has_asked_and_waits_for_its_turn() {
        RoundByHand round =
                abandoning(writes("a"), writes("a").managed()).runsBeforeTurn().begin();
        round.begins(0);
        round.wantsTurn(0);
        round.begins(1);
        round.wantsTurn(1);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        round.at(80).timePassed();
        assertThat(round.interrupted()).containsExactly(1);
    }

    @Test
    void a_pending_call_gives_up_too_so_no_resume_runs_it_beside_the_abandoned_one() {
        RoundByHand round = abandoning(writes("a").managed(), writes("a").managed())
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.wantsTurn(0);
        round.begins(1);
        round.pends(1, PendingKind.APPROVAL);
        round.at(20).timePassed();
        round.at(30).timePassed();
        round.at(79).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.PENDING);
        assertThat(round.schedule.isDone()).isFalse();
        round.at(80).timePassed();
        assertThat(round.said(1)).startsWith("tool 't1' gave up after waiting 50 ms for a resource held by call 1");
        assertThat(round.call(1).suspendedAs()).isNull();
    }

    @Test
    void a_call_that_waits_for_an_abandoned_one_gets_no_thread_to_ask_on_once_it_gave_up() {
        RoundByHand round = abandoning(writes("a"), pure(), writes("a").using(1).managed())
                .runsBeforeTurn()
                .usesExecutor()
                .begin();
        round.begins(0);
        round.wantsTurn(0);
        round.begins(1);
        round.wantsTurn(1);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        round.at(79).succeeds(1);
        assertThat(round.phase(2)).isEqualTo(Phase.STARTING);
        assertThat(round.started()).isEmpty();
        round.at(80).next();
        assertThat(round.phase(2)).isEqualTo(Phase.DONE);
        assertThat(round.started()).isEmpty();
    }

    @Test
    void a_released_call_keeps_nothing_from_others_when_the_time_for_held_resources_passes() {
        RoundByHand round =
                abandoning(writes("a"), writes("a"), writes("a")).permits(1).begin();
        abandon(round);
        assertThat(round.did(round.event().released(round.call(0)))).isTrue();
        assertThat(round.started()).containsExactly(1);
        round.begins(1);
        round.at(80).timePassed();
        assertThat(round.phase(2)).isEqualTo(Phase.WAITING);
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
    }

    @Test
    void nothing_waits_for_an_abandoned_call_after_the_engine_has_failed() {
        RoundByHand round = abandoning(writes("a"), writes("a")).begin();
        abandon(round);
        round.did(round.event().collapsed(EngineFailure.elsewhere(new AssertionError("torn"))));
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: the failure of another call ended the round");
        round.at(80).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
    }

    // In other rounds.

    private final SharedLimits shared = new SharedLimits(false);

    /** A round of the same conversation that has abandoned its call, which writes {@code a}, after 30 ms. */
    private RoundByHand first() {
        RoundByHand first = abandoning(writes("a")).sharing(shared, "chat", 1).begin();
        abandon(first);
        return first;
    }

    private static Claim claimOf(RoundByHand round) {
        return Objects.requireNonNull(round.call(0).claim());
    }

    @Test
    void a_call_gives_up_waiting_for_an_abandoned_call_of_another_round() {
        first();
        RoundByHand second =
                RoundByHand.of(pure(), writes("a")).sharing(shared, "chat", 2).begin();
        assertThat(second.waitOf(1)).isEqualTo("a resource of call 1 of round 1 (tool 't0'), which was abandoned");
        second.at(49).timePassed();
        assertThat(second.phase(1)).isEqualTo(Phase.WAITING);
        second.at(50).timePassed();
        assertThat(second.phase(1)).isEqualTo(Phase.DONE);
        assertThat(second.said(1))
                .isEqualTo("tool 't1' gave up after waiting 50 ms for a resource held by call 1 of round 1"
                        + " (tool 't0'), which was abandoned 20 ms ago and is still running");
    }

    @Test
    void a_call_of_another_round_gets_its_turn_when_the_abandoned_one_ends_in_time() {
        RoundByHand first = first();
        RoundByHand second =
                RoundByHand.of(writes("a"), pure()).sharing(shared, "chat", 2).begin();
        assertThat(second.phase(0)).isEqualTo(Phase.WAITING);
        first.succeeds(0);
        second.last = first.last;
        second.at(49).granted();
        assertThat(second.started()).containsExactly(0);
        second.begins(0);
        second.at(50).timePassed();
        assertThat(second.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(second.interrupted()).isEmpty();
    }

    @Test
    void a_call_that_waits_when_another_round_abandons_its_holder_is_limited_from_then() {
        SharedLimits exclusive = new SharedLimits(true);
        RoundByHand first =
                abandoning(writes("a")).sharing(exclusive, "chat", 1).begin();
        RoundByHand second = RoundByHand.of(writes("a"), pure())
                .sharing(exclusive, "chat", 2)
                .begin();
        assertThat(second.waitOf(0)).isEqualTo("a resource of call 1 of round 1 (tool 't0')");
        second.next();
        assertThat(second.event().park()).isEqualTo(Limits.NO_LIMIT);
        abandon(first);
        assertThat(first.last.suspicious()).containsExactly(second.call(0).claim());
        Claim claim = claimOf(second);
        second.at(40).did(second.event().suspected(claim));
        assertThat(second.last.wake()).isTrue();
        second.at(89).timePassed();
        assertThat(second.phase(0)).isEqualTo(Phase.WAITING);
        second.at(90).timePassed();
        assertThat(second.said(0))
                .isEqualTo("tool 't0' gave up after waiting 50 ms for a resource held by call 1 of round 1"
                        + " (tool 't0'), which was abandoned 60 ms ago and is still running");
    }

    @Test
    void a_wait_is_limited_once_however_often_the_call_is_told_of_holders() {
        first();
        RoundByHand second =
                RoundByHand.of(writes("a")).sharing(shared, "chat", 2).begin();
        Claim claim = claimOf(second);
        assertThat(second.event().park()).isEqualTo(50 * RoundByHand.MILLI);
        second.at(10).did(second.event().suspected(claim));
        assertThat(second.last.wake()).isFalse();
        second.at(50).timePassed();
        assertThat(second.phase(0)).isEqualTo(Phase.DONE);
        assertThat(second.event().park()).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void a_wait_for_a_call_that_will_end_has_no_limit() {
        SharedLimits exclusive = new SharedLimits(true);
        RoundByHand first =
                RoundByHand.of(writes("a")).sharing(exclusive, "chat", 1).begin();
        first.begins(0);
        RoundByHand second =
                RoundByHand.of(writes("a")).sharing(exclusive, "chat", 2).begin();
        second.did(second.event().suspected(claimOf(second)));
        assertThat(second.event().park()).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void a_call_within_another_gives_up_waiting_even_for_a_call_that_was_not_abandoned() {
        SharedLimits exclusive = new SharedLimits(true);
        RoundByHand outer =
                RoundByHand.of(writes("b")).sharing(exclusive, "chat", 1).begin();
        outer.begins(0);
        RoundByHand other =
                RoundByHand.of(writes("a")).sharing(exclusive, "chat", 2).begin();
        other.begins(0);
        RoundByHand inner = RoundByHand.of(writes("a"))
                .sharing(exclusive, "chat", 3)
                .within(outer.call(0).claim())
                .begin();
        inner.at(49).timePassed();
        assertThat(inner.phase(0)).isEqualTo(Phase.WAITING);
        inner.at(50).timePassed();
        assertThat(inner.said(0))
                .isEqualTo("tool 't0' gave up after waiting 50 ms for a resource held by call 1 of round 2"
                        + " (tool 't0'), which is still running");
    }

    @Test
    void a_call_that_has_ended_meanwhile_is_not_limited_any_more() {
        first();
        RoundByHand second = RoundByHand.of(writes("a"))
                .callLimit(20)
                .sharing(shared, "chat", 2)
                .begin();
        Claim claim = claimOf(second);
        second.at(20).timePassed();
        assertThat(second.phase(0)).isEqualTo(Phase.DONE);
        second.did(second.event().suspected(claim));
        second.at(50).timePassed();
        assertThat(second.said(0))
                .isEqualTo("tool 't0' timed out: the call exceeded 20 ms before the tool could start");
        assertThat(second.told(What.ENDED)).isEmpty();
    }

    @Test
    void a_call_that_waits_again_after_its_limited_wait_is_limited_anew() {
        RoundByHand first = first();
        RoundByHand second = RoundByHand.of(pure(), writes("a").priority(1))
                .sharing(shared, "chat", 2)
                .permits(1)
                .begin();
        assertThat(second.phase(1)).isEqualTo(Phase.WAITING);
        assertThat(second.phase(0)).isEqualTo(Phase.STARTING);
        second.begins(0);
        first.at(40).succeeds(0);
        second.last = first.last;
        second.at(45).granted();
        assertThat(second.phase(1)).isEqualTo(Phase.WAITING);
        second.at(50).timePassed();
        assertThat(second.phase(1)).isEqualTo(Phase.WAITING);
        RoundByHand third = abandoning(writes("a")).sharing(shared, "chat", 3).begin();
        abandon(third);
        second.at(60).succeeds(0);
        assertThat(second.phase(1)).isEqualTo(Phase.WAITING);
        second.at(109).timePassed();
        assertThat(second.phase(1)).isEqualTo(Phase.WAITING);
        second.at(110).timePassed();
        assertThat(second.phase(1)).isEqualTo(Phase.DONE);
    }
}
