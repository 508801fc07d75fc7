package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.schedule.Note.What;
import org.junit.jupiter.api.Test;

/** Calls with announcements begin one after another, in call order. */
class GateTest {

    /** Its announcement comes with its turn. */
    private static CallSpec announcing() {
        return pure().with(call -> call.giveAnnouncement(true));
    }

    /** Its announcement comes after its interceptors. */
    private static CallSpec announcingLater() {
        return pure().managed().with(call -> call.giveAnnouncement(false));
    }

    private static RoundByHand laterTwo() {
        RoundByHand round = RoundByHand.of(announcingLater(), announcingLater()).begin();
        assertThat(round.started()).containsExactly(0, 1);
        round.begins(0);
        round.begins(1);
        return round;
    }

    // Announcements that come with the turn.

    @Test
    void a_call_begins_only_when_the_announcement_before_it_was_made() {
        RoundByHand round = RoundByHand.of(announcing(), announcing()).begin();
        assertThat(round.started()).containsExactly(0);
        assertThat(round.waitOf(1)).isEqualTo("the announcements of earlier calls");
        round.begins(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.announces(0)).isTrue();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_waits_for_announcements_takes_no_permit() {
        RoundByHand round = RoundByHand.of(announcing(), announcing(), pure()).begin();
        assertThat(round.started()).containsExactly(0, 2);
    }

    @Test
    void a_call_waits_for_a_permit_if_no_announcement_comes_first() {
        RoundByHand round = RoundByHand.of(pure(), announcing()).permits(1).begin();
        assertThat(round.waitOf(1)).isEqualTo("the one permit");
    }

    @Test
    void announcements_are_made_by_priority_and_in_call_order() {
        RoundByHand round = RoundByHand.of(
                        announcing(),
                        announcing().priority(2),
                        announcing(),
                        announcing().priority(2))
                .begin();
        assertThat(round.started()).containsExactly(1);
        end(round, 1);
        assertThat(round.started()).containsExactly(3);
        end(round, 3);
        assertThat(round.started()).containsExactly(0);
        end(round, 0);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void calls_with_and_without_announcements_start_in_one_order() {
        RoundByHand round = RoundByHand.of(announcing(), pure(), announcing(), pure().priority(1))
                .permits(1)
                .begin();
        assertThat(round.started()).containsExactly(3);
        end(round, 3);
        assertThat(round.started()).containsExactly(0);
        end(round, 0);
        assertThat(round.started()).containsExactly(1);
        end(round, 1);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void the_longest_path_behind_a_call_does_not_bring_its_announcement_forward() {
        RoundByHand round = RoundByHand.of(
                        announcing().expected(1),
                        announcing().expected(50),
                        announcing().expected(1))
                .begin();
        assertThat(round.started()).containsExactly(0);
    }

    private static void end(RoundByHand round, int place) {
        round.begins(place);
        round.succeeds(place);
    }

    @Test
    void the_next_call_begins_if_the_one_before_ends_without_its_announcement() {
        RoundByHand round = RoundByHand.of(announcing(), announcing()).begin();
        round.begins(0);
        round.fails(0);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void the_next_call_begins_if_the_one_before_ends_before_it_begins() {
        RoundByHand round =
                RoundByHand.of(announcing().callLimit(20), announcing()).begin();
        round.at(20).next();
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void the_next_call_begins_if_the_one_before_pauses() {
        RoundByHand round = RoundByHand.of(announcing(), announcing()).begin();
        round.begins(0);
        round.pauses(0);
        assertThat(round.started()).containsExactly(1);
        round.resumes(0);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.waitOf(0)).isEqualTo("the announcements of earlier calls");
        round.begins(1);
        round.announces(1);
        assertThat(round.unparked()).containsExactly(0);
    }

    @Test
    void a_call_that_has_made_its_announcement_goes_on_after_a_pause_though_another_comes() {
        RoundByHand round = RoundByHand.of(announcing(), announcing()).begin();
        round.begins(0);
        round.announces(0);
        round.pauses(0);
        round.resumes(0);
        assertThat(round.unparked()).containsExactly(0);
    }

    @Test
    void the_next_call_begins_if_the_one_before_is_abandoned() {
        RoundByHand round =
                RoundByHand.of(announcing().callLimit(20), announcing()).begin();
        round.begins(0);
        round.at(20).next();
        assertThat(round.started()).isEmpty();
        round.at(29).next();
        assertThat(round.started()).isEmpty();
        round.at(30).next();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void the_end_of_a_call_that_has_made_its_announcement_does_not_let_others_pass_the_current_one() {
        RoundByHand round =
                RoundByHand.of(announcing(), announcing(), announcing()).begin();
        round.begins(0);
        round.announces(0);
        assertThat(round.started()).containsExactly(1);
        round.succeeds(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.waitOf(2)).isEmpty();
        round.begins(1);
        round.announces(1);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void an_ended_call_makes_no_announcement() {
        RoundByHand round =
                RoundByHand.of(announcing().callLimit(20), announcing()).begin();
        round.begins(0);
        round.at(20).next();
        assertThat(round.announces(0)).isFalse();
        assertThat(round.call(0).isToBeAnnounced()).isTrue();
        assertThat(round.started()).isEmpty();
    }

    // Announcements that come after the turn.

    @Test
    void a_call_that_comes_to_its_announcement_first_may_make_it_whatever_its_place_is() {
        RoundByHand round = laterTwo();
        assertThat(round.reachesGate(1)).isTrue();
        assertThat(round.phase(1)).isEqualTo(Phase.RUNNING);
        assertThat(round.announces(1)).isTrue();
        assertThat(round.call(1).isToBeAnnounced()).isFalse();
    }

    @Test
    void a_call_waits_without_a_permit_if_another_announcement_comes_first() {
        RoundByHand round =
                RoundByHand.of(announcingLater(), announcingLater(), pure()).begin();
        round.begins(0);
        round.begins(1);
        assertThat(round.reachesGate(0)).isTrue();
        assertThat(round.reachesGate(1)).isFalse();
        assertThat(round.call(1).hasTurn()).isFalse();
        assertThat(round.waitOf(1)).isEqualTo("the announcements of earlier calls");
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void a_call_that_waits_at_the_gate_has_its_turn_again_when_the_announcement_was_made() {
        RoundByHand round = laterTwo();
        round.reachesGate(0);
        round.reachesGate(1);
        assertThat(round.announces(0)).isTrue();
        assertThat(round.unparked()).containsExactly(1);
        assertThat(round.told(What.READY)).containsExactly(1);
        assertThat(round.call(1).hasTurn()).isTrue();
        assertThat(round.reachesGate(1)).isTrue();
        assertThat(round.announces(1)).isTrue();
    }

    @Test
    void a_call_that_passes_the_gate_keeps_others_from_it_until_its_announcement() {
        RoundByHand round = laterTwo();
        round.reachesGate(0);
        assertThat(round.reachesGate(0)).isTrue();
        assertThat(round.reachesGate(1)).isFalse();
        round.next();
        assertThat(round.unparked()).isEmpty();
        round.succeeds(0);
        assertThat(round.unparked()).containsExactly(1);
    }

    @Test
    void a_call_that_was_ended_passes_the_gate_since_it_makes_no_announcement() {
        RoundByHand round = RoundByHand.of(announcingLater(), announcingLater().callLimit(20))
                .begin();
        round.begins(0);
        round.begins(1);
        round.reachesGate(0);
        round.at(20).next();
        assertThat(round.interrupted()).containsExactly(1);
        assertThat(round.reachesGate(1)).isTrue();
        assertThat(round.announces(1)).isFalse();
    }

    @Test
    void a_call_behind_interceptors_that_pauses_before_its_announcement_passes_the_gate_only_when_it_comes_to_it() {
        RoundByHand round = laterTwo();
        round.pauses(1);
        round.reachesGate(0);
        round.resumes(1);
        assertThat(round.unparked()).containsExactly(1);
        assertThat(round.reachesGate(1)).isFalse();
    }

    // The call that the owner runs when the round begins.

    @Test
    void other_announcements_wait_for_that_of_the_call_which_the_owner_already_runs() {
        RoundByHand round = RoundByHand.of(reads("a").with(call -> call.giveAnnouncement(false)), announcing())
                .unbegun();
        round.call(0).beginAlone(round.now());
        round.event().begin(round.call(0), true, round.now());
        round.timePassed();
        assertThat(round.started()).isEmpty();
        assertThat(round.waitOf(1)).isEqualTo("the announcements of earlier calls");
        round.announces(0);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void other_announcements_do_not_wait_for_the_call_of_the_owner_if_it_has_made_its_own() {
        RoundByHand round = RoundByHand.of(reads("a").with(call -> call.giveAnnouncement(true)), announcing())
                .unbegun();
        round.call(0).beginAlone(round.now());
        round.call(0).announceAlone();
        round.event().begin(round.call(0), true, round.now());
        round.timePassed();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void other_announcements_do_not_wait_for_the_call_of_the_owner_if_it_makes_none() {
        RoundByHand round = RoundByHand.of(reads("a"), announcing()).unbegun();
        round.call(0).beginAlone(round.now());
        round.event().begin(round.call(0), true, round.now());
        round.timePassed();
        assertThat(round.started()).containsExactly(1);
    }
}
