package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import dev.interlock.share.SharedLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What listeners are told of calls, when, and how often. */
class NotesTest {

    private final ActionsBuilder actions = new ActionsBuilder();
    private final Call call = pure().make(1, 0);

    private static List<What> whats(RoundByHand round) {
        return round.last.tell().stream().map(Note::what).toList();
    }

    private List<Note> told() {
        return actions.take(true, null, false, true).tell();
    }

    // By itself.

    @Test
    void a_note_has_the_time_of_its_event() {
        Notes notes = new Notes(actions, true);
        notes.at(17);
        notes.ready(call);
        notes.at(19);
        notes.ended(call);
        assertThat(told()).containsExactly(new Note(call, What.READY, null, 17), new Note(call, What.ENDED, null, 19));
    }

    @Test
    void each_thing_that_happens_has_its_note() {
        Notes notes = new Notes(actions, true);
        notes.planned(call);
        notes.ready(call);
        notes.coalesced(call);
        notes.ended(call);
        notes.abandoned(call);
        notes.released(call);
        assertThat(told())
                .extracting(Note::what)
                .containsExactly(What.PLANNED, What.READY, What.COALESCED, What.ENDED, What.ABANDONED, What.RELEASED);
    }

    @Test
    void nothing_is_noted_without_listeners() {
        Notes notes = new Notes(actions, false);
        assertThat(notes.areWanted()).isFalse();
        notes.planned(call);
        notes.ready(call);
        notes.coalesced(call);
        notes.waits(call, TimeKind.PERMIT);
        notes.pending(call, new PendingCause(PendingKind.APPROVAL, "a reason"));
        notes.ended(call);
        notes.abandoned(call);
        notes.released(call);
        assertThat(notes.takeWaiting()).isEmpty();
        assertThat(actions.take(true, null, false, true)).isSameAs(Actions.NONE);
        assertThat(call.waitsFor).isNull();
    }

    @Test
    void that_an_abandoned_call_holds_nothing_is_told_once() {
        Notes notes = new Notes(actions, true);
        notes.released(call);
        notes.released(call);
        assertThat(told()).extracting(Note::what).containsExactly(What.RELEASED);
    }

    @Test
    void a_call_that_waits_for_one_thing_after_another_is_taken_once_with_the_last() {
        Notes notes = new Notes(actions, true);
        assertThat(notes.areWanted()).isTrue();
        notes.waits(call, TimeKind.DEPENDENCY);
        notes.waits(call, TimeKind.PERMIT);
        assertThat(notes.takeWaiting()).containsExactly(call);
        assertThat(call.waitsFor).isEqualTo(TimeKind.PERMIT);
        assertThat(notes.takeWaiting()).isEmpty();
    }

    @Test
    void a_call_that_waits_again_is_taken_again() {
        Notes notes = new Notes(actions, true);
        notes.waits(call, TimeKind.DEPENDENCY);
        notes.takeWaiting();
        notes.waits(call, TimeKind.PERMIT);
        assertThat(notes.takeWaiting()).containsExactly(call);
    }

    @Test
    void the_same_wait_is_told_once_and_another_is_told() {
        Notes notes = new Notes(actions, true);
        notes.waiting(call, new Wait.ForPermit(2));
        notes.waiting(call, new Wait.ForPermit(2));
        notes.waiting(call, new Wait.ForOwner());
        assertThat(told()).extracting(Note::requireWait).containsExactly(new Wait.ForPermit(2), new Wait.ForOwner());
    }

    @Test
    void the_same_wait_is_told_again_after_it_was_over() {
        Notes notes = new Notes(actions, true);
        notes.waiting(call, new Wait.ForOwner());
        notes.ready(call);
        notes.waiting(call, new Wait.ForOwner());
        notes.forgetWait(call);
        notes.waiting(call, new Wait.ForOwner());
        assertThat(told()).extracting(Note::what).containsExactly(What.WAITING, What.READY, What.WAITING, What.WAITING);
    }

    @Test
    void a_note_of_something_else_has_no_wait() {
        Note note = new Note(call, What.READY, null, 0);
        assertThatNullPointerException().isThrownBy(note::requireWait).withMessage("it does not wait");
    }

    // In a round.

    @Test
    void a_call_of_a_stream_is_planned_and_then_ready() {
        RoundByHand round = RoundByHand.of(pure()).stream();
        round.at(4).admit(0);
        assertThat(whats(round)).containsExactly(What.PLANNED, What.READY);
        assertThat(round.last.tell()).allSatisfy(note -> {
            assertThat(note.call()).isSameAs(round.call(0));
            assertThat(note.at()).isEqualTo(round.now());
            assertThat(note.waitsFor()).isNull();
        });
    }

    @Test
    void calls_that_are_known_from_the_start_are_not_planned() {
        RoundByHand round = RoundByHand.of(pure(), writes("a"), writes("a")).begin();
        assertThat(whats(round)).containsExactly(What.READY, What.READY, What.WAITING);
        assertThat(round.told(What.READY)).containsExactly(0, 1);
    }

    @Test
    void a_wait_that_is_over_in_the_same_event_is_not_told() {
        RoundByHand round = RoundByHand.of(pure()).permits(1).begin();
        assertThat(whats(round)).containsExactly(What.READY);
    }

    @Test
    void a_wait_is_not_told_of_a_call_that_the_same_event_ends() {
        RoundByHand round = RoundByHand.of(pure().managed(), pure())
                .permits(1)
                .callLimit(20)
                .begin();
        round.begins(0);
        round.did(round.event().paused(round.call(0)));
        round.at(20).timePassed();
        round.did(round.event().resumed(round.call(0)));
        assertThat(round.last.tell()).isEmpty();
    }

    @Test
    void a_wait_that_lasts_is_told_once_whatever_else_happens() {
        RoundByHand round = RoundByHand.of(pure(), pure(), pure()).permits(1).begin();
        assertThat(round.told(What.WAITING)).containsExactly(1, 2);
        round.begins(0);
        assertThat(round.last.tell()).isEmpty();
        round.timePassed();
        assertThat(round.last.tell()).isEmpty();
        round.succeeds(0);
        assertThat(whats(round)).containsExactly(What.READY);
        assertThat(round.told(What.READY)).containsExactly(1);
    }

    @Test
    void a_call_that_pauses_again_waits_for_its_permit_again() {
        RoundByHand round =
                RoundByHand.of(pure().managed(), pure().managed()).permits(1).begin();
        round.begins(0);
        round.did(round.event().paused(round.call(0)));
        round.begins(1);
        round.did(round.event().resumed(round.call(0)));
        assertThat(round.waitOf(0)).isEqualTo("the one permit");
        round.did(round.event().paused(round.call(1)));
        assertThat(whats(round)).containsExactly(What.READY);
        assertThat(round.unparked()).containsExactly(0);
        round.did(round.event().resumed(round.call(1)));
        assertThat(round.waitOf(1)).isEqualTo("the one permit");
        round.did(round.event().paused(round.call(0)));
        round.did(round.event().resumed(round.call(0)));
        assertThat(round.waitOf(0)).isEqualTo("the one permit");
    }

    @Test
    void a_call_that_shares_the_outcome_of_an_equal_one_is_told_of_with_its_end() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a")).equalReads().begin();
        assertThat(round.told(What.COALESCED)).containsExactly(1);
        assertThat(round.told(What.WAITING)).isEmpty();
        round.begins(0);
        round.ended(0, new Outcome.Succeeded("ok"), false);
        assertThat(round.last.tell()).isEmpty();
        round.did(round.event().endHeard(round.call(0), null));
        assertThat(whats(round)).containsExactly(What.ENDED);
        assertThat(round.told(What.ENDED)).containsExactly(1);
    }

    @Test
    void a_call_that_ends_without_a_thread_is_told_of_and_one_with_a_thread_tells_itself() {
        RoundByHand round =
                RoundByHand.of(pure(), pure()).permits(1).callLimit(20).begin();
        round.begins(0);
        round.at(20).timePassed();
        assertThat(whats(round)).containsExactly(What.ENDED);
        assertThat(round.told(What.ENDED)).containsExactly(1);
        round.succeeds(0);
        assertThat(round.last.tell()).isEmpty();
    }

    @Test
    void an_abandoned_call_is_told_of_and_later_once_that_it_holds_nothing() {
        RoundByHand round = RoundByHand.of(writes("a")).callLimit(20).begin();
        round.begins(0);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(whats(round)).containsExactly(What.ABANDONED, What.ENDED);
        round.did(round.event().released(round.call(0)));
        assertThat(whats(round)).containsExactly(What.RELEASED);
        round.succeeds(0);
        assertThat(round.last.tell()).isEmpty();
    }

    @Test
    void a_pending_call_waits_for_what_it_says() {
        RoundByHand round = RoundByHand.of(writes("a"), pure()).begin();
        round.begins(0);
        round.pends(0, PendingKind.APPROVAL);
        assertThat(round.waitOf(0)).isEqualTo("what is pending: a reason");
        assertThat(round.last.tell())
                .containsExactly(new Note(
                        round.call(0),
                        What.WAITING,
                        new Wait.ForDecision(PendingKind.APPROVAL, "a reason"),
                        round.now()));
    }

    @Test
    void a_body_that_has_its_caps_again_or_waits_for_them_no_more_is_ready() {
        SharedLimits shared = new SharedLimits(false);
        Cap cap = new Caps(List.of(), 1).of("t0", call.tool().policy()).get(0);
        RoundByHand round =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "one", 1).begin();
        round.begins(0);
        round.did(round.event().lent(round.call(0)));
        RoundByHand other =
                RoundByHand.of(pure().capped(cap)).sharing(shared, "two", 2).begin();
        other.begins(0);
        round.did(round.event().reclaimed(round.call(0)));
        other.succeeds(0);
        round.last = other.last;
        round.granted();
        assertThat(whats(round)).containsExactly(What.READY);
        assertThat(round.unparked()).containsExactly(0);
        assertThat(round.call(0).isReclaiming()).isFalse();
    }

    @Test
    void a_body_that_stops_waiting_for_its_caps_is_ready() {
        SharedLimits shared = new SharedLimits(false);
        Cap cap = new Caps(List.of(), 1).of("t0", call.tool().policy()).get(0);
        RoundByHand round = RoundByHand.of(pure().capped(cap))
                .callLimit(20)
                .sharing(shared, "one", 1)
                .begin();
        round.begins(0);
        round.did(round.event().lent(round.call(0)));
        RoundByHand.of(pure().capped(cap)).sharing(shared, "two", 2).begin();
        round.did(round.event().reclaimed(round.call(0)));
        round.at(20).timePassed();
        round.did(round.event().stoppedReclaiming(round.call(0)));
        assertThat(whats(round)).containsExactly(What.READY);
        assertThat(round.call(0).isReclaiming()).isFalse();
    }
}
