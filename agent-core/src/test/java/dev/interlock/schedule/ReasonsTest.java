package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.event.Wait;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import dev.interlock.share.SharedLimits;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What listeners are told that each call waits for, in words. */
class ReasonsTest {

    private static final ToolPolicy POLICY = ToolPolicy.builder().build();

    private final SharedLimits shared = new SharedLimits(false);
    private final SharedLimits exclusive = new SharedLimits(true);

    private static Cap capOfAll(int limit) {
        return new Caps(List.of(), limit).of("t0", POLICY).get(0);
    }

    private static Cap capOfTool(int limit) {
        return new Caps(List.of(), Integer.MAX_VALUE)
                .of("search", ToolPolicy.builder().maxConcurrency(limit).build())
                .get(0);
    }

    // Other calls.

    @Test
    void a_call_waits_for_the_calls_that_it_conflicts_with() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("b"), writes("a", "b")).stream();
        round.admit(0);
        assertThat(round.waitOf(0)).isEmpty();
        round.admit(1);
        round.admit(2);
        assertThat(round.waitOf(2)).isEqualTo("calls 1, 2");
        assertThat(round.told(What.WAITING)).containsExactly(2);
    }

    @Test
    void a_call_waits_for_the_call_whose_result_it_uses() {
        RoundByHand round = RoundByHand.of(pure(), pure().using(0)).begin();
        assertThat(round.waitOf(1)).isEqualTo("call 1");
    }

    @Test
    void a_call_that_waits_for_many_names_eight_of_them() {
        for (int readers : new int[] {8, 9, 10}) {
            CallSpec[] specs = Stream.concat(
                            IntStream.range(0, readers).mapToObj(i -> reads("a/" + i)), Stream.of(writes("a")))
                    .toArray(CallSpec[]::new);
            RoundByHand round = RoundByHand.of(specs).permits(20).begin();
            assertThat(round.waitOf(readers))
                    .isEqualTo("calls 1, 2, 3, 4, 5, 6, 7, 8" + (readers == 8 ? "" : " and more"));
        }
    }

    @Test
    void a_call_is_told_of_once_although_one_of_those_that_it_waits_for_has_ended() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("b"), writes("a", "b")).begin();
        assertThat(round.waitOf(2)).isEqualTo("calls 1, 2");
        round.begins(0);
        round.begins(1);
        round.succeeds(0);
        assertThat(round.last.tell()).isEmpty();
        round.succeeds(1);
        assertThat(round.last.tell()).extracting(Note::what).containsExactly(What.READY);
        assertThat(round.told(What.READY)).containsExactly(2);
    }

    @Test
    void a_call_that_asks_before_its_turn_waits_for_earlier_calls_once_it_has_asked() {
        RoundByHand round = RoundByHand.of(writes("a").managed(), writes("a").managed())
                .runsBeforeTurn()
                .begin();
        assertThat(round.told(What.WAITING)).isEmpty();
        round.begins(0);
        round.begins(1);
        round.did(round.event().wantsTurn(round.call(1)));
        assertThat(round.waitOf(1)).isEqualTo("call 1");
    }

    // Its round.

    @Test
    void a_call_waits_for_the_one_permit_of_its_round() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).begin();
        assertThat(round.waitOf(1)).isEqualTo("the one permit");
        assertThat(round.waitOf(0)).isEmpty();
    }

    @Test
    void a_call_waits_for_one_of_the_permits_of_its_round() {
        RoundByHand round =
                RoundByHand.of(pure(), pure(), pure(), pure()).permits(3).begin();
        assertThat(round.waitOf(3)).isEqualTo("one of 3 permits");
        assertThat(round.told(What.WAITING)).containsExactly(3);
    }

    @Test
    void a_call_that_wants_to_go_on_waits_for_a_permit() {
        RoundByHand round = RoundByHand.of(pure().managed(), pure()).permits(1).begin();
        round.begins(0);
        round.did(round.event().paused(round.call(0)));
        assertThat(round.started()).containsExactly(1);
        round.did(round.event().resumed(round.call(0)));
        assertThat(round.waitOf(0)).isEqualTo("the one permit");
    }

    @Test
    void a_call_with_an_announcement_waits_for_the_announcements_before_it() {
        RoundByHand round = RoundByHand.of(
                        pure().with(call -> call.giveAnnouncement(true)),
                        pure().with(call -> call.giveAnnouncement(true)))
                .begin();
        assertThat(round.waitOf(1)).isEqualTo("the announcements of earlier calls");
        round.begins(0);
        round.did(round.event().announced(round.call(0)));
        assertThat(round.started()).containsExactly(1);
        assertThat(round.told(What.READY)).containsExactly(1);
    }

    @Test
    void a_call_with_an_announcement_waits_for_a_permit_while_nothing_is_announced() {
        RoundByHand round = RoundByHand.of(pure(), pure().with(call -> call.giveAnnouncement(true)))
                .permits(1)
                .begin();
        assertThat(round.waitOf(1)).isEqualTo("the one permit");
    }

    @Test
    void a_call_without_an_announcement_waits_for_a_permit_while_another_announces() {
        RoundByHand round = RoundByHand.of(pure().with(call -> call.giveAnnouncement(true)), pure())
                .permits(1)
                .begin();
        assertThat(round.waitOf(1)).isEqualTo("the one permit");
    }

    @Test
    void a_call_waits_for_the_owner_that_runs_another() {
        RoundByHand round =
                RoundByHand.of(pure().on(RunsOn.OWNER), pure().on(RunsOn.OWNER)).begin();
        assertThat(round.waitOf(1)).isEqualTo("the calling thread");
        assertThat(round.told(What.READY)).containsExactly(0);
    }

    @Test
    void a_ready_call_of_a_confined_round_waits_for_the_owner_until_those_before_it_have_ended() {
        RoundByHand round = RoundByHand.of(pure(), pure()).confined().begin();
        assertThat(round.waitOf(1)).isEqualTo("the calling thread");
    }

    // What rounds share.

    @Test
    void a_call_waits_for_a_cap_of_all_calls_that_another_round_uses_up() {
        Cap cap = capOfAll(1);
        RoundByHand.of(pure().capped(cap)).sharing(shared, "one", 1).begin();
        RoundByHand round =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "two", 2).begin();
        assertThat(round.waitOf(0)).isEqualTo("the cap of all calls (1)");
    }

    @Test
    void a_call_with_several_caps_waits_for_the_one_that_is_used_up() {
        Cap ofTool = capOfTool(2);
        Cap ofAll = capOfAll(1);
        RoundByHand.of(pure().capped(ofAll)).sharing(shared, "one", 1).begin();
        RoundByHand round = RoundByHand.of(pure().capped(ofTool, ofAll))
                .sharing(shared, "two", 2)
                .begin();
        assertThat(round.waitOf(0)).isEqualTo("the cap of all calls (1)");
    }

    @Test
    void calls_of_a_round_that_are_set_aside_wait_for_their_cap_as_those_that_queue() {
        Cap cap = capOfTool(1);
        RoundByHand round = RoundByHand.of(pure().capped(cap), pure().capped(cap), pure().capped(cap))
                .sharing(shared, "one", 1)
                .begin();
        assertThat(round.waitOf(1)).isEqualTo("the cap of tool 'search' (1)");
        assertThat(round.waitOf(2)).isEqualTo("the cap of tool 'search' (1)");
    }

    @Test
    void a_body_waits_for_the_caps_that_it_had_lent_and_that_another_call_has() {
        Cap cap = capOfAll(1);
        RoundByHand round =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "one", 1).begin();
        round.begins(0);
        round.did(round.event().lent(round.call(0)));
        RoundByHand other =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "two", 2).begin();
        assertThat(other.started()).containsExactly(0);
        round.did(round.event().reclaimed(round.call(0)));
        assertThat(round.call(0).isReclaiming()).isTrue();
        assertThat(round.waitOf(0)).isEqualTo("the cap of all calls (1)");
    }

    @Test
    void a_body_that_gets_its_caps_back_at_once_waits_for_nothing() {
        Cap cap = capOfAll(1);
        RoundByHand round =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "one", 1).begin();
        round.begins(0);
        round.did(round.event().lent(round.call(0)));
        round.did(round.event().reclaimed(round.call(0)));
        assertThat(round.last).isSameAs(Actions.NONE);
    }

    @Test
    void a_call_waits_for_a_resource_that_a_call_of_another_round_has() {
        RoundByHand.of(pure(), writes("a")).sharing(exclusive, "one", 1).begin();
        RoundByHand round =
                RoundByHand.of(writes("a/b")).sharing(exclusive, "two", 2).begin();
        assertThat(round.waitOf(0)).isEqualTo("a resource of call 2 of round 1 (tool 't1')");
    }

    @Test
    void a_call_waits_for_a_resource_that_an_abandoned_call_of_an_earlier_round_has() {
        RoundByHand first = RoundByHand.of(writes("a"))
                .callLimit(20)
                .sharing(shared, "one", 1)
                .begin();
        first.begins(0);
        first.at(20).timePassed();
        first.at(30).timePassed();
        RoundByHand round =
                RoundByHand.of(writes("a")).sharing(shared, "one", 2).begin();
        assertThat(round.waitOf(0)).isEqualTo("a resource of call 1 of round 1 (tool 't0'), which was abandoned");
    }

    // An abandoned call.

    @Test
    void calls_that_wait_for_a_call_now_wait_for_its_resource_when_it_is_abandoned() {
        RoundByHand round = RoundByHand.of(writes("a", "b").callLimit(20), writes("b"), writes("a"), writes("a"))
                .begin();
        round.begins(0);
        assertThat(round.last.tell()).isEmpty();
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.waitOf(1)).isEqualTo("a resource of call 1 of round 1 (tool 't0'), which was abandoned");
        assertThat(round.waitOf(2)).isEqualTo("a resource of call 1 of round 1 (tool 't0'), which was abandoned");
        assertThat(round.told(What.WAITING)).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void a_call_that_waits_only_indirectly_for_an_abandoned_call_still_waits_for_others() {
        RoundByHand round = RoundByHand.of(writes("a").callLimit(20), writes("a", "b"), writes("b"))
                .begin();
        round.begins(0);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.told(What.WAITING)).containsExactly(1);
    }

    @Test
    void a_call_on_its_thread_before_its_turn_is_not_told_of_when_the_one_before_is_abandoned() {
        RoundByHand round = RoundByHand.of(
                        writes("a").managed().callLimit(20), writes("a").managed())
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        round.did(round.event().wantsTurn(round.call(0)));
        round.begins(1);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.told(What.WAITING)).isEmpty();
    }

    // Without listeners.

    @Test
    void without_listeners_no_wait_of_any_kind_is_told() {
        Cap cap = capOfAll(1);
        RoundByHand round = RoundByHand.of(
                        writes("a").callLimit(20),
                        writes("a"),
                        pure().on(RunsOn.OWNER),
                        pure().on(RunsOn.OWNER),
                        pure().capped(cap),
                        pure().capped(cap))
                .permits(4)
                .unheard()
                .begin();
        assertThat(round.last.tell()).isEmpty();
        round.begins(0);
        round.begins(4);
        round.did(round.event().lent(round.call(4)));
        round.granted();
        round.did(round.event().reclaimed(round.call(4)));
        assertThat(round.call(4).isReclaiming()).isTrue();
        assertThat(round.last.tell()).isEmpty();
        round.at(20).timePassed();
        assertThat(round.last.tell()).isEmpty();
        round.at(30).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.last.tell()).isEmpty();
    }

    @Test
    void a_note_of_a_wait_has_the_call_and_the_time() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).begin();
        Note note = round.last.tell().stream()
                .filter(told -> told.what() == What.WAITING)
                .findFirst()
                .orElseThrow();
        assertThat(note.requireWait()).isEqualTo(new Wait.ForPermit(1));
        assertThat(note.call()).isSameAs(round.call(1));
        assertThat(note.at()).isEqualTo(round.now());
    }
}
