package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Cap;
import dev.interlock.share.SharedLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The engine itself fails, perhaps not for the first time, on a thread that may have run or admitted a call. */
class CollapseTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");

    private static final String ENDED = "the failure of another call ended the round";

    private final SharedLimits shared = new SharedLimits(false);
    private final Cap cap = CallSpec.cap("t", 1);

    private static EngineFailure failure(@Nullable Call ran) {
        return new EngineFailure(new AssertionError("torn"), ran, null, false);
    }

    private static void breaks(RoundByHand round) {
        round.did(round.event().collapsed(failure(null)));
    }

    /** Its thread fails, and does nothing more for it. */
    private static void breaks(RoundByHand round, int place) {
        round.did(round.event().collapsed(failure(round.call(place))));
    }

    @Test
    void calls_that_ended_before_they_were_admitted_count() {
        RoundByHand round = RoundByHand.of(writes("a").with(call -> call.restoreOutcome(OK)), writes("b"))
                .known();
        round.did(round.event().collapsed(EngineFailure.onOwner(new AssertionError("torn"))));
        assertThat(round.call(0).settled()).isEqualTo(OK);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: " + ENDED);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_call_ends_once_though_it_followed_one_that_goes_on() {
        RoundByHand round = RoundByHand.of(reads("a"), reads("a")).equalReads().begin();
        round.begins(0);
        breaks(round);
        assertThat(round.schedule.isDone()).isFalse();
        round.succeeds(0);
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.call(0).settled()).isEqualTo(OK);
        assertThat(round.said(1)).isEqualTo("tool 't1' was not started: " + ENDED);
    }

    @Test
    void the_call_of_a_thread_that_fails_while_it_ends_it_is_done_though_the_round_had_failed() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        breaks(round);
        round.ended(0, OK, false);
        assertThat(round.schedule.isDone()).isFalse();
        breaks(round, 0);
        assertThat(round.call(0).settled()).isEqualTo(OK);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_call_that_has_told_its_end_is_left_to_its_thread() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        round.ended(0, OK, false);
        breaks(round);
        assertThat(round.phase(0)).isEqualTo(Phase.ENDING);
        round.tells(0);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void an_abandoned_call_of_the_failed_thread_keeps_nothing() {
        RoundByHand round = RoundByHand.of(writes("a").capped(cap))
                .sharing(shared, "chat", 1)
                .begin();
        round.begins(0);
        breaks(round);
        round.at(10).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        assertThat(shared.concernsAll()).isTrue();
        breaks(round, 0);
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
        assertThat(round.told(What.RELEASED)).containsExactly(0);
        assertThat(shared.concernsAll()).isFalse();
    }

    @Test
    void what_a_call_of_the_failed_thread_held_goes_to_other_rounds() {
        RoundByHand round = RoundByHand.of(writes("a").capped(cap))
                .sharing(shared, "chat", 1)
                .begin();
        RoundByHand other = RoundByHand.of(writes("b").capped(cap))
                .sharing(shared, "chat", 2)
                .begin();
        round.begins(0);
        breaks(round, 0);
        other.grantedBy(round);
        assertThat(other.started()).containsExactly(0);
    }

    @Test
    void what_other_rounds_were_granted_is_not_lost_with_actions_that_were_not_done() {
        RoundByHand round = RoundByHand.of(writes("a").capped(cap), pure())
                .sharing(shared, "chat", 1)
                .begin();
        RoundByHand other = RoundByHand.of(writes("b").capped(cap))
                .sharing(shared, "chat", 2)
                .begin();
        round.begins(0);
        round.ended(0, OK, false);
        round.tells(0);
        assertThat(round.last.granted()).hasSize(1);
        round.schedule.takeBack(round.last);
        breaks(round);
        other.grantedBy(round);
        assertThat(other.started()).containsExactly(0);
    }

    @Test
    void a_round_that_could_not_hear_of_a_grant_gives_it_to_the_next() {
        RoundByHand first = RoundByHand.of(writes("a").capped(cap))
                .sharing(shared, "chat", 1)
                .begin();
        RoundByHand second = RoundByHand.of(writes("b").capped(cap))
                .sharing(shared, "chat", 2)
                .begin();
        RoundByHand third = RoundByHand.of(writes("c").capped(cap))
                .sharing(shared, "chat", 3)
                .begin();
        first.begins(0);
        first.succeeds(0);
        breaks(second);
        assertThat(second.schedule.isDone()).isTrue();
        third.grantedBy(second);
        assertThat(third.started()).containsExactly(0);
    }

    @Test
    void a_call_that_was_to_end_is_interrupted_again_if_its_interrupt_was_lost_and_gets_its_grace_period() {
        RoundByHand round = RoundByHand.of(writes("a").callLimit(20)).begin();
        round.begins(0);
        round.at(20).next();
        breaks(round.at(29));
        assertThat(round.last.interrupt()).containsExactly(Actions.Interrupt.unlessInterrupted(round.call(0)));
        round.at(38).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        round.at(39).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        assertThat(round.said(0)).contains("exceeded 20 ms");
    }

    @Test
    void a_call_whose_attempt_has_timed_out_gets_its_grace_period_from_the_failure_on() {
        RoundByHand round =
                RoundByHand.of(writes("a").managed().attemptLimit(20)).begin();
        round.begins(0);
        round.attempts(0);
        round.at(20).next();
        assertThat(round.interrupted()).containsExactly(0);
        breaks(round.at(29));
        assertThat(round.interrupted()).containsExactly(0);
        round.at(38).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        round.at(39).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
    }

    @Test
    void calls_that_wait_for_the_owner_do_not_become_ready_any_more() {
        RoundByHand round =
                RoundByHand.of(pure().on(RunsOn.OWNER), pure().on(RunsOn.OWNER)).begin();
        round.beginsOnOwner(0);
        assertThat(StateHash.waitingForOwner(round.schedule)).isEqualTo(List.of(round.call(1)));
        round.did(round.event().collapsed(EngineFailure.ranBy(new AssertionError("torn"), round.call(0), true)));
        assertThat(StateHash.progress(round.schedule).ready.isEmpty()).isTrue();
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_call_that_could_not_be_admitted_gets_its_outcome() {
        RoundByHand round = RoundByHand.of(writes("a")).stream();
        Call call = round.call(0);
        round.did(round.event().collapsed(EngineFailure.whileAdmitting(new AssertionError("torn"), call)));
        assertThat(round.said(0)).isEqualTo("tool 't0' was not started: " + ENDED);
        assertThat(round.schedule.calls()).containsExactly(call);
        round.did(round.event().collapsed(EngineFailure.whileAdmitting(new AssertionError("torn"), call)));
        assertThat(round.schedule.calls()).containsExactly(call);
    }

    @Test
    void the_failure_of_a_call_does_not_leave_a_round_that_another_failure_leaves() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        round.ended(0, RoundByHand.failure(), true);
        breaks(round);
        round.tells(0);
        assertThat(round.schedule.failure()).isInstanceOf(AssertionError.class);
    }

    @Test
    void the_owner_is_free_again_if_it_fails_with_its_call() {
        RoundByHand round =
                RoundByHand.of(writes("/").on(RunsOn.OWNER), writes("b")).begin();
        assertThat(round.schedule.ownerRunsCall()).isTrue();
        round.did(round.event().collapsed(EngineFailure.ranBy(new AssertionError("torn"), round.call(0), true)));
        assertThat(round.schedule.ownerRunsCall()).isFalse();
        round.next();
        assertThat(round.schedule.ownerIsTimer()).isTrue();
        assertThat(round.schedule.isDone()).isTrue();
    }
}
