package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static dev.interlock.schedule.RoundByHand.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import org.junit.jupiter.api.Test;

/**
 * When the owner must look again, how long it may park, who waits for the next limit, and what only the owner starts.
 */
class ScheduleOwnerTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");

    /** A round in which the owner runs the first call already, as if it had run the round alone so far. */
    private static RoundByHand beginWithOwnCall(RoundByHand.Setting setting) {
        RoundByHand round = setting.unbegun();
        round.call(0).beginAlone(round.now());
        round.event().begin(round.call(0), true, round.now());
        round.next();
        return round;
    }

    // Wake.

    @Test
    void the_owner_must_look_again_when_the_last_call_is_done_and_not_before() {
        RoundByHand round = RoundByHand.of(pure(), pure()).begin();
        round.begins(0);
        round.begins(1);
        round.succeeds(0);
        assertThat(round.last.wake()).isFalse();
        round.ended(1, OK, false);
        assertThat(round.last.wake()).isFalse();
        round.did(round.event().endHeard(round.call(1), null));
        assertThat(round.last.wake()).isTrue();
    }

    @Test
    void the_owner_must_look_again_when_a_call_is_there_for_it_and_is_told_once() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a").on(RunsOn.OWNER), pure())
                .begin();
        round.begins(0);
        round.begins(2);
        round.succeeds(0);
        assertThat(round.last.wake()).isTrue();
        round.timePassed();
        assertThat(round.last.wake()).isFalse();
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
        assertThat(round.last.wake()).isFalse();
        assertThat(round.schedule.ownerRunsCall()).isTrue();
    }

    @Test
    void the_owner_that_looks_knows_of_its_call_and_must_not_look_again() {
        RoundByHand round = RoundByHand.of(pure().on(RunsOn.OWNER), pure()).begin();
        assertThat(round.forOwner()).isZero();
        round.begins(1);
        assertThat(round.last.wake()).isFalse();
    }

    @Test
    void the_owner_must_look_again_when_a_limit_begins_that_is_earlier_than_the_one_for_which_it_parks() {
        RoundByHand round = RoundByHand.of(pure(), pure().attemptLimit(29), pure().attemptLimit(28))
                .permits(3)
                .callLimit(30)
                .begin();
        round.next();
        round.schedule.park();
        round.at(1);
        round.begins(0);
        assertThat(round.last.wake()).isFalse();
        round.begins(1);
        assertThat(round.last.wake()).as("both pass at the same time").isFalse();
        round.begins(2);
        assertThat(round.last.wake()).isTrue();
        round.at(2).timePassed();
        assertThat(round.last.wake()).isFalse();
    }

    @Test
    void the_owner_that_runs_a_call_need_not_look_when_a_limit_begins() {
        RoundByHand round =
                RoundByHand.of(pure().on(RunsOn.OWNER), pure().attemptLimit(20)).begin();
        round.beginsOnOwner(0);
        round.schedule.park();
        round.begins(1);
        assertThat(round.last.wake()).isFalse();
        assertThat(round.schedule.alarm()).isEqualTo(20 * MILLI);
    }

    // Who waits for the next limit.

    @Test
    void the_owner_parks_until_the_next_limit() {
        RoundByHand round = RoundByHand.of(pure()).callLimit(30).roundLimit(40).begin();
        round.at(12).next();
        assertThat(round.schedule.ownerIsTimer()).isTrue();
        assertThat(round.schedule.park()).isEqualTo(18 * MILLI);
        assertThat(round.schedule.alarm()).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void the_owner_of_a_round_without_limits_parks_until_it_is_woken() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        assertThat(round.schedule.park()).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void the_clock_waits_for_the_next_limit_while_the_round_has_no_owner() {
        RoundByHand round = RoundByHand.of(pure()).callLimit(30).stream();
        assertThat(round.schedule.alarm()).isEqualTo(Limits.NO_LIMIT);
        round.at(5).admit(0);
        assertThat(round.schedule.ownerIsTimer()).isFalse();
        assertThat(round.schedule.alarm()).isEqualTo(30 * MILLI);
        round.did(round.event().own());
        assertThat(round.schedule.ownerIsTimer()).isTrue();
        assertThat(round.schedule.alarm()).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void the_clock_waits_for_the_next_limit_while_the_owner_runs_a_call() {
        RoundByHand round =
                RoundByHand.of(pure().on(RunsOn.OWNER), pure()).callLimit(30).begin();
        assertThat(round.schedule.ownerIsTimer()).isFalse();
        round.beginsOnOwner(0);
        round.at(10).timePassed();
        assertThat(round.schedule.alarm()).isEqualTo(20 * MILLI);
        round.ended(0, OK, false);
        assertThat(round.schedule.alarm()).as("listeners hear").isEqualTo(20 * MILLI);
        round.tells(0);
        assertThat(round.schedule.ownerRunsCall()).isFalse();
        round.next();
        assertThat(round.schedule.ownerIsTimer()).isTrue();
    }

    @Test
    void the_clock_waits_while_the_owner_carries_out_actions_which_may_hang() {
        RoundByHand round = RoundByHand.of(pure()).callLimit(30).begin();
        assertThat(round.started()).containsExactly(0);
        assertThat(round.schedule.alarm()).isEqualTo(30 * MILLI);
        round.next();
        assertThat(round.schedule.alarm()).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void the_end_of_another_threads_call_leaves_the_owner_to_its_call() {
        RoundByHand round = RoundByHand.of(pure().on(RunsOn.OWNER), pure()).begin();
        round.beginsOnOwner(0);
        round.begins(1);
        round.ended(1, OK, false);
        assertThat(round.schedule.ownerRunsCall()).isTrue();
    }

    @Test
    void the_time_of_the_last_event_is_known() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        round.at(13).timePassed();
        assertThat(round.schedule.now()).isEqualTo(round.now());
    }

    @Test
    void a_limit_that_passes_without_an_owner_is_acted_on_when_time_has_passed() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).callLimit(20).stream();
        round.admit(0);
        round.begins(0);
        round.admit(1);
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
    }

    @Test
    void a_limit_that_has_passed_is_acted_on_when_the_owner_looks() {
        RoundByHand round = RoundByHand.of(pure()).callLimit(20).begin();
        round.begins(0);
        round.at(20).next();
        assertThat(round.interrupted()).containsExactly(0);
    }

    // The owner comes.

    @Test
    void the_owner_that_comes_runs_the_call_that_has_waited_for_it() {
        RoundByHand round = RoundByHand.of(pure().on(RunsOn.OWNER)).stream();
        round.admit(0);
        assertThat(round.waitOf(0)).isEqualTo("the calling thread");
        assertThat(round.did(round.event().own())).isTrue();
        assertThat(round.schedule.ownerRunsCall()).isFalse();
        round.next();
        assertThat(round.forOwner()).isZero();
        assertThat(round.schedule.ownerRunsCall()).isTrue();
    }

    @Test
    void the_owner_that_begins_a_call_too_late_is_free_for_the_next() {
        RoundByHand round = RoundByHand.of(pure().on(RunsOn.OWNER).callLimit(20), pure().on(RunsOn.OWNER))
                .begin();
        assertThat(round.forOwner()).isZero();
        round.at(20);
        assertThat(round.beginsOnOwner(0)).isFalse();
        assertThat(round.last.wake()).isTrue();
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    // The owner ran the round alone so far.

    @Test
    void a_call_that_the_owner_runs_already_has_a_permit() {
        RoundByHand round = beginWithOwnCall(RoundByHand.of(pure(), pure()).permits(1));
        assertThat(round.started()).isEmpty();
        assertThat(round.schedule.ownerRunsCall()).isTrue();
        round.ended(0, OK, false);
        assertThat(round.schedule.ownerRunsCall()).isTrue();
        round.did(round.event().endHeard(round.call(0), null));
        assertThat(round.schedule.ownerRunsCall()).isFalse();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_the_owner_runs_already_keeps_others_for_the_owner_waiting() {
        RoundByHand round = beginWithOwnCall(RoundByHand.of(pure(), pure().on(RunsOn.OWNER)));
        assertThat(round.forOwner()).isEqualTo(-1);
        assertThat(round.waitOf(1)).isEqualTo("the calling thread");
    }

    @Test
    void a_call_that_the_owner_runs_already_may_have_to_announce_its_tool_before_others() {
        RoundByHand round = beginWithOwnCall(RoundByHand.of(
                pure().with(call -> call.giveAnnouncement(false)), pure().with(call -> call.giveAnnouncement(true))));
        assertThat(round.started()).isEmpty();
        assertThat(round.waitOf(1)).isEqualTo("the announcements of earlier calls");
        round.did(round.event().announced(round.call(0)));
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_the_owner_runs_already_counts_as_running_until_it_ends() {
        RoundByHand round =
                beginWithOwnCall(RoundByHand.of(pure(), reads("a"), writes("a")).usesExecutor());
        assertThat(round.started()).containsExactly(1);
        round.begins(1);
        round.succeeds(1);
        assertThat(round.started()).containsExactly(2);
        round.at(100).timePassed();
        assertThat(round.started()).as("the executor may be busy").isEmpty();
        round.succeeds(0);
        round.at(200).next();
        assertThat(round.started()).containsExactly(2);
        assertThat(round.call(2).isWithoutExecutor()).isTrue();
    }

    // The owner is interrupted while it runs a call.

    @Test
    void no_event_gives_a_call_its_turn_while_the_owner_that_runs_one_is_interrupted() {
        RoundByHand round = RoundByHand.of(pure().on(RunsOn.OWNER), writes("a"), writes("a"))
                .begin();
        round.beginsOnOwner(0);
        round.begins(1);
        round.interruptOwner();
        round.succeeds(1);
        assertThat(round.started()).isEmpty();
        round.timePassed();
        assertThat(round.started()).isEmpty();
    }

    @Test
    void the_owner_that_looks_gives_calls_their_turns_although_it_was_interrupted() {
        RoundByHand round = RoundByHand.of(pure().on(RunsOn.OWNER), writes("a"), writes("a"))
                .begin();
        round.beginsOnOwner(0);
        round.begins(1);
        round.interruptOwner();
        round.succeeds(1);
        round.succeeds(0);
        assertThat(round.started()).isEmpty();
        round.next();
        assertThat(round.started()).containsExactly(2);
    }

    // With a user's executor only the owner starts calls, if it can.

    @Test
    void the_executor_of_a_user_gets_calls_from_the_owner_that_waits() {
        RoundByHand round =
                RoundByHand.of(writes("a"), writes("a")).usesExecutor().begin();
        assertThat(round.started()).containsExactly(0);
        round.schedule.park();
        round.begins(0);
        assertThat(round.last.wake()).isFalse();
        round.succeeds(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.last.wake()).isTrue();
        round.next();
        assertThat(round.started()).containsExactly(1);
        round.next();
        assertThat(round.started()).isEmpty();
    }

    @Test
    void the_executor_of_a_user_gets_calls_from_any_thread_while_the_owner_runs_a_call() {
        RoundByHand round = RoundByHand.of(pure().on(RunsOn.OWNER), writes("a"), writes("a"))
                .usesExecutor()
                .begin();
        round.beginsOnOwner(0);
        round.begins(1);
        round.succeeds(1);
        assertThat(round.started()).containsExactly(2);
        assertThat(round.last.wake()).isFalse();
    }

    @Test
    void the_executor_of_a_user_gets_calls_from_any_thread_of_a_round_without_an_owner() {
        RoundByHand round = RoundByHand.of(pure()).usesExecutor().stream();
        round.admit(0);
        assertThat(round.started()).containsExactly(0);
        assertThat(round.last.wake()).isFalse();
    }

    @Test
    void without_an_executor_of_a_user_any_thread_starts_calls_while_the_owner_waits() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.started()).containsExactly(1);
        assertThat(round.last.wake()).isFalse();
    }

    @Test
    void a_call_that_ended_before_the_owner_could_start_it_does_not_start() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a").callLimit(20), writes("a"))
                .usesExecutor()
                .begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.started()).isEmpty();
        round.at(20).next();
        assertThat(round.started()).containsExactly(2);
        assertThat(round.said(1)).isEqualTo("tool 't1' timed out: the call exceeded 20 ms before the tool could start");
    }
}
