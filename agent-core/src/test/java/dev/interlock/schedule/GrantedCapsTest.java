package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Cap;
import dev.interlock.share.SharedLimits;
import org.junit.jupiter.api.Test;

/** How the calls of several rounds get the caps and resources that the rounds share, and pass them on. */
class GrantedCapsTest {

    private final Cap cap = CallSpec.cap("x", 1);
    private SharedLimits limits = new SharedLimits(false);
    private long rounds;

    /** A round of a conversation of its own. */
    private RoundByHand.Setting round(CallSpec... calls) {
        return RoundByHand.of(calls).sharing(limits, "conversation " + ++rounds, rounds);
    }

    private CallSpec capped() {
        return pure().capped(cap);
    }

    private static void run(RoundByHand round, int place) {
        round.begins(place);
        round.succeeds(place);
    }

    // Caps.

    @Test
    void a_call_waits_for_a_cap_that_another_round_uses_and_starts_when_it_is_granted() {
        RoundByHand holder = round(capped()).begin();
        RoundByHand waiter = round(capped()).begin();
        assertThat(waiter.started()).isEmpty();
        assertThat(waiter.waitOf(0)).isEqualTo("the cap of tool 'x' (1)");
        run(holder, 0);
        assertThat(holder.last.granted()).containsExactly(waiter.call(0).claim());
        waiter.grantedBy(holder);
        assertThat(waiter.started()).containsExactly(0);
        assertThat(waiter.told(What.READY)).containsExactly(0);
    }

    @Test
    void a_call_without_caps_makes_no_claim() {
        RoundByHand round = round(pure()).begin();
        assertThat(round.started()).containsExactly(0);
        assertThat(round.call(0).claim()).isNull();
    }

    @Test
    void a_call_that_waits_for_a_cap_takes_no_permit() {
        round(capped()).begin();
        RoundByHand round = round(capped(), pure()).permits(1).begin();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_granted_cap_is_passed_on_if_there_is_no_permit_and_is_asked_for_again_when_there_is_one() {
        RoundByHand holder = round(capped()).begin();
        RoundByHand round = round(capped(), pure()).permits(1).begin();
        RoundByHand third = round(capped()).begin();
        run(holder, 0);
        round.grantedBy(holder);
        assertThat(round.started()).isEmpty();
        assertThat(round.waitOf(0)).isEqualTo("the one permit");
        assertThat(round.last.granted()).containsExactly(third.call(0).claim());
        third.grantedBy(round);
        assertThat(third.started()).containsExactly(0);
        run(round, 1);
        assertThat(round.waitOf(0)).isEqualTo("the cap of tool 'x' (1)");
        run(third, 0);
        round.grantedBy(third);
        assertThat(round.started()).containsExactly(0);
    }

    @Test
    void a_granted_cap_is_passed_on_while_the_owner_is_busy() {
        RoundByHand holder = round(capped()).begin();
        RoundByHand round = round(
                        reads("a").on(RunsOn.OWNER).capped(cap), reads("b").on(RunsOn.OWNER))
                .begin();
        assertThat(round.forOwner()).isEqualTo(1);
        round.beginsOnOwner(1);
        run(holder, 0);
        round.grantedBy(holder);
        assertThat(round.waitOf(0)).isEqualTo("the calling thread");
        RoundByHand third = round(capped()).begin();
        assertThat(third.started()).containsExactly(0);
        round.succeeds(1);
        assertThat(round.waitOf(0)).isEqualTo("the cap of tool 'x' (1)");
        run(third, 0);
        round.grantedBy(third);
        round.next();
        assertThat(round.forOwner()).isZero();
    }

    @Test
    void a_granted_cap_is_passed_on_while_another_announcement_comes_first() {
        RoundByHand holder = round(capped()).begin();
        RoundByHand round = round(
                        capped().with(call -> call.giveAnnouncement(true)),
                        pure().with(call -> call.giveAnnouncement(true)))
                .begin();
        assertThat(round.started()).containsExactly(1);
        run(holder, 0);
        round.grantedBy(holder);
        assertThat(round.started()).isEmpty();
        assertThat(round.waitOf(0)).isEqualTo("the announcements of earlier calls");
        RoundByHand third = round(capped()).begin();
        assertThat(third.started()).containsExactly(0);
    }

    @Test
    void a_granted_cap_lets_a_call_without_announcement_start_while_another_is_to_make_its_own() {
        RoundByHand holder = round(capped()).begin();
        RoundByHand round = round(capped(), pure().with(call -> call.giveAnnouncement(true)))
                .begin();
        assertThat(round.started()).containsExactly(1);
        run(holder, 0);
        round.grantedBy(holder);
        assertThat(round.started()).containsExactly(0);
    }

    @Test
    void a_granted_cap_lets_a_call_make_its_announcement_if_no_other_comes_first() {
        RoundByHand holder = round(capped()).begin();
        RoundByHand round = round(
                        capped().with(call -> call.giveAnnouncement(true)),
                        writes("a"),
                        reads("a").with(call -> call.giveAnnouncement(true)))
                .begin();
        run(holder, 0);
        round.grantedBy(holder);
        assertThat(round.started()).containsExactly(0);
        run(round, 1);
        assertThat(round.started()).isEmpty();
        assertThat(round.waitOf(2)).isEqualTo("the announcements of earlier calls");
    }

    @Test
    void a_call_that_ends_before_it_hears_of_its_grant_passes_the_cap_on() {
        RoundByHand holder = round(capped()).begin();
        RoundByHand round = round(capped().callLimit(20)).begin();
        RoundByHand third = round(capped()).begin();
        run(holder, 0);
        round.at(20).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        third.grantedBy(round);
        assertThat(third.started()).containsExactly(0);
        round.grantedBy(holder);
        assertThat(round.started()).isEmpty();
        assertThat(round.last.granted()).isEmpty();
    }

    @Test
    void a_call_that_ends_while_it_waits_for_a_cap_leaves_its_place_in_the_queue() {
        RoundByHand holder = round(capped()).begin();
        RoundByHand round = round(capped().callLimit(20)).begin();
        RoundByHand third = round(capped()).begin();
        round.at(20).timePassed();
        run(holder, 0);
        assertThat(holder.last.granted()).containsExactly(third.call(0).claim());
    }

    // Caps of calls that go on.

    @Test
    void a_call_that_pauses_leaves_its_cap_to_others_and_waits_for_it_to_go_on() {
        RoundByHand round = round(capped()).begin();
        RoundByHand other = round(capped()).begin();
        round.begins(0);
        round.pauses(0);
        other.grantedBy(round);
        assertThat(other.started()).containsExactly(0);
        round.resumes(0);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.waitOf(0)).isEqualTo("the cap of tool 'x' (1)");
        run(other, 0);
        round.grantedBy(other);
        assertThat(round.unparked()).containsExactly(0);
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.told(What.READY)).containsExactly(0);
    }

    @Test
    void a_call_that_was_ended_while_it_waited_to_go_on_passes_a_granted_cap_on() {
        RoundByHand round = round(capped().callLimit(20)).begin();
        RoundByHand other = round(capped()).begin();
        RoundByHand third = round(capped()).begin();
        round.begins(0);
        round.pauses(0);
        other.grantedBy(round);
        round.resumes(0);
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        assertThat(round.phase(0)).isEqualTo(Phase.RESUMING);
        run(other, 0);
        round.grantedBy(other);
        assertThat(round.unparked()).isEmpty();
        third.grantedBy(round);
        assertThat(third.started()).containsExactly(0);
    }

    @Test
    void a_call_whose_body_waits_for_its_lent_cap_goes_on_when_that_is_granted_though_there_is_no_permit_to_give() {
        RoundByHand round = round(capped()).permits(1).begin();
        RoundByHand other = round(capped()).begin();
        round.begins(0);
        round.did(round.event().lent(round.call(0)));
        other.grantedBy(round);
        round.did(round.event().reclaimed(round.call(0)));
        assertThat(round.call(0).isReclaiming()).isTrue();
        assertThat(round.waitOf(0)).isEqualTo("the cap of tool 'x' (1)");
        run(other, 0);
        round.grantedBy(other);
        assertThat(round.unparked()).containsExactly(0);
        assertThat(round.call(0).isReclaiming()).isFalse();
        assertThat(round.told(What.READY)).containsExactly(0);
    }

    @Test
    void a_late_grant_of_a_cap_that_the_call_has_given_back_does_not_let_it_go_on() {
        RoundByHand round = round(capped().managed().attemptLimit(20)).begin();
        round.begins(0);
        round.attempts(0);
        round.did(round.event().lent(round.call(0)));
        RoundByHand other = round(capped()).begin();
        round.did(round.event().reclaimed(round.call(0)));
        run(other, 0);
        round.at(20).timePassed();
        round.did(round.event().stoppedReclaiming(round.call(0)));
        RoundByHand third = round(capped()).begin();
        assertThat(third.started()).containsExactly(0);
        round.did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        assertThat(round.pauses(0)).isTrue();
        round.resumes(0);
        round.grantedBy(other);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.phase(0)).isEqualTo(Phase.RESUMING);
    }

    @Test
    void a_call_that_has_asked_gets_its_cap_with_its_turn() {
        RoundByHand holder = round(capped()).begin();
        RoundByHand round = round(capped()).runsBeforeTurn().begin();
        assertThat(round.started()).containsExactly(0);
        round.begins(0);
        round.wantsTurn(0);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.waitOf(0)).isEqualTo("the cap of tool 'x' (1)");
        run(holder, 0);
        round.grantedBy(holder);
        assertThat(round.unparked()).containsExactly(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
    }

    // Resources.

    @Test
    void a_call_waits_for_a_resource_of_another_conversation_if_these_exclude_each_other() {
        limits = new SharedLimits(true);
        RoundByHand holder = round(writes("a")).begin();
        RoundByHand round = round(reads("a"), reads("b")).begin();
        assertThat(round.started()).containsExactly(1);
        assertThat(round.waitOf(0)).isEqualTo("a resource of call 1 of round 1 (tool 't0')");
        run(holder, 0);
        round.grantedBy(holder);
        assertThat(round.started()).containsExactly(0);
    }

    @Test
    void a_call_that_waits_for_a_resource_holds_no_place_in_a_queue_for_caps() {
        limits = new SharedLimits(true);
        round(writes("a")).begin();
        RoundByHand round = round(reads("a").capped(cap), capped()).permits(1).begin();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_granted_resource_is_passed_on_if_there_is_no_permit() {
        limits = new SharedLimits(true);
        RoundByHand holder = round(writes("a")).begin();
        RoundByHand round = round(writes("a"), pure()).permits(1).begin();
        RoundByHand third = round(writes("a")).begin();
        run(holder, 0);
        round.grantedBy(holder);
        third.grantedBy(round);
        assertThat(third.started()).containsExactly(0);
    }

    @Test
    void a_call_that_wants_to_go_on_keeps_its_resource_though_it_passes_a_granted_cap_on() {
        limits = new SharedLimits(true);
        RoundByHand round = round(writes("a").capped(cap), pure()).permits(1).begin();
        RoundByHand capped = round(capped()).begin();
        RoundByHand writer = round(writes("a")).begin();
        round.begins(0);
        round.pauses(0);
        capped.grantedBy(round);
        round.begins(1);
        round.pauses(1);
        round.resumes(0);
        assertThat(round.waitOf(0)).isEqualTo("the cap of tool 'x' (1)");
        round.resumes(1);
        assertThat(round.unparked()).containsExactly(1);
        run(capped, 0);
        round.grantedBy(capped);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.last.granted()).isEmpty();
        assertThat(writer.phase(0)).isEqualTo(Phase.WAITING);
        RoundByHand third = round(capped()).begin();
        assertThat(third.started()).containsExactly(0);
    }

    @Test
    void a_call_that_goes_on_does_not_wait_for_a_resource_with_which_another_was_abandoned_meanwhile() {
        RoundByHand first = RoundByHand.of(writes("a").callLimit(5))
                .sharing(limits, "conversation", 1)
                .begin();
        RoundByHand second = RoundByHand.of(writes("a").capped(cap))
                .sharing(limits, "conversation", 2)
                .begin();
        second.begins(0);
        second.pauses(0);
        first.begins(0);
        first.at(5).timePassed();
        first.at(15).timePassed();
        assertThat(first.abandoned()).containsExactly(0);
        second.resumes(0);
        assertThat(second.unparked()).containsExactly(0);
    }

    @Test
    void a_call_without_caps_waits_for_a_resource_that_an_abandoned_call_of_its_conversation_keeps() {
        RoundByHand first = RoundByHand.of(writes("a").callLimit(5))
                .sharing(limits, "conversation", 1)
                .begin();
        first.begins(0);
        first.at(5).timePassed();
        first.at(15).timePassed();
        assertThat(first.abandoned()).containsExactly(0);
        RoundByHand second = RoundByHand.of(writes("a"), writes("b"))
                .sharing(limits, "conversation", 2)
                .begin();
        assertThat(second.started()).containsExactly(1);
        assertThat(second.waitOf(0)).isEqualTo("a resource of call 1 of round 1 (tool 't0'), which was abandoned");
        second.begins(1);
        second.at(49).next();
        assertThat(second.phase(0)).isEqualTo(Phase.WAITING);
        second.at(50).next();
        assertThat(second.phase(0)).isEqualTo(Phase.DONE);
        assertThat(second.call(0).settled()).isInstanceOf(Outcome.Failed.class);
    }
}
