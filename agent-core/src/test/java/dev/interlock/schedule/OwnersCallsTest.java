package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.share.Cap;
import org.junit.jupiter.api.Test;

/** Which calls the owner of a round runs, and how they wait for it. */
class OwnersCallsTest {

    private static CallSpec anywhere() {
        return pure().on(RunsOn.ANY_THREAD);
    }

    private static CallSpec onOwner(String read) {
        return reads(read).on(RunsOn.OWNER);
    }

    // Calls that may run anywhere.

    @Test
    void the_owner_runs_a_call_that_may_run_anywhere_if_it_is_alone() {
        RoundByHand round = RoundByHand.of(anywhere()).begin();
        assertThat(round.forOwner()).isZero();
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(0)).isEqualTo(Phase.STARTING);
    }

    @Test
    void a_call_with_a_thread_of_its_own_never_runs_on_the_owner() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        assertThat(round.forOwner()).isEqualTo(-1);
        assertThat(round.started()).containsExactly(0);
    }

    @Test
    void calls_that_may_run_anywhere_get_threads_if_several_can_run_at_the_same_time() {
        RoundByHand round = RoundByHand.of(anywhere(), anywhere(), anywhere()).begin();
        assertThat(round.forOwner()).isEqualTo(-1);
        assertThat(round.started()).containsExactly(0, 1);
    }

    @Test
    void the_owner_runs_all_of_them_one_after_another_if_there_is_one_permit() {
        RoundByHand round = RoundByHand.of(anywhere(), anywhere()).permits(1).begin();
        assertThat(round.forOwner()).isZero();
        round.beginsOnOwner(0);
        round.succeeds(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.last.wake()).isTrue();
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    @Test
    void a_call_that_may_run_anywhere_gets_a_thread_while_another_call_runs() {
        RoundByHand round = RoundByHand.of(pure(), writes("a"), reads("a").on(RunsOn.ANY_THREAD))
                .begin();
        round.begins(1);
        round.succeeds(1);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void a_call_that_may_run_anywhere_gets_a_thread_if_another_is_ready_for_its_announcement() {
        RoundByHand round = RoundByHand.of(anywhere(), pure().with(call -> call.giveAnnouncement(true)))
                .begin();
        assertThat(round.started()).containsExactly(0, 1);
    }

    @Test
    void a_call_that_may_run_anywhere_gets_a_thread_if_a_call_of_the_round_has_a_limit_of_time() {
        RoundByHand own = RoundByHand.of(anywhere().attemptLimit(5)).begin();
        assertThat(own.started()).containsExactly(0);
        RoundByHand first = RoundByHand.of(
                        writes("a").on(RunsOn.ANY_THREAD).attemptLimit(5),
                        writes("a").on(RunsOn.ANY_THREAD))
                .begin();
        assertThat(first.started()).containsExactly(0);
        RoundByHand later = RoundByHand.of(
                        writes("a").on(RunsOn.ANY_THREAD),
                        writes("a").on(RunsOn.ANY_THREAD).attemptLimit(5))
                .begin();
        assertThat(later.started()).containsExactly(0);
    }

    @Test
    void a_call_that_may_run_anywhere_gets_a_thread_if_the_owner_must_watch_a_limit() {
        RoundByHand round = RoundByHand.of(reads("a"), anywhere()).permits(1).begin();
        round.begins(0);
        round.did(round.event().withdrawn(round.call(0), "not in the response"));
        assertThat(round.interrupted()).containsExactly(0);
        round.at(10).next();
        assertThat(round.abandoned()).containsExactly(0);
        // The owner must notice how long the abandoned call holds its resources.
        assertThat(round.forOwner()).isEqualTo(-1);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_may_run_anywhere_gets_a_thread_if_it_shares_something_with_other_rounds() {
        Cap cap = CallSpec.cap("x", 3);
        assertThat(RoundByHand.of(anywhere().capped(cap)).begin().started()).containsExactly(0);
    }

    @Test
    void a_call_that_may_run_anywhere_gets_a_thread_if_its_thread_has_more_to_do_than_to_run_it() {
        assertThat(RoundByHand.of(anywhere().managed()).begin().started()).containsExactly(0);
    }

    @Test
    void a_call_that_may_run_anywhere_gets_a_thread_if_the_round_has_no_owner() {
        RoundByHand round = RoundByHand.of(anywhere()).stream();
        round.admit(0);
        assertThat(round.started()).containsExactly(0);
    }

    @Test
    void a_call_that_may_run_anywhere_gets_a_thread_if_the_owner_is_about_to_come_to_a_call_that_was_withdrawn() {
        RoundByHand round = RoundByHand.of(onOwner("a"), anywhere()).permits(1).begin();
        assertThat(round.forOwner()).isZero();
        round.did(round.event().withdrawn(round.call(0), "not in the response"));
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_may_run_anywhere_gets_a_thread_while_the_call_of_the_owner_pauses() {
        RoundByHand round = RoundByHand.of(onOwner("a"), anywhere()).permits(1).begin();
        round.beginsOnOwner(0);
        round.pauses(0);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void the_owner_runs_a_call_that_may_run_anywhere_though_an_ended_one_had_waited_for_the_owner() {
        RoundByHand round = RoundByHand.of(
                        onOwner("a"),
                        onOwner("b"),
                        writes("b").on(RunsOn.ANY_THREAD).priority(1))
                .begin();
        assertThat(round.waitOf(1)).isEqualTo("the calling thread");
        round.beginsOnOwner(0);
        round.succeeds(0);
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
        round.beginsOnOwner(1);
        round.succeeds(1);
        assertThat(round.started()).isEmpty();
        round.next();
        assertThat(round.forOwner()).isEqualTo(2);
    }

    // Calls for the owner only.

    @Test
    void a_call_for_the_owner_runs_there_although_other_calls_run() {
        RoundByHand round = RoundByHand.of(pure(), onOwner("a")).begin();
        assertThat(round.started()).containsExactly(0);
        assertThat(round.forOwner()).isEqualTo(1);
    }

    @Test
    void a_call_for_the_owner_wakes_it() {
        RoundByHand round = RoundByHand.of(writes("a"), onOwner("a")).begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.forOwner()).isEqualTo(-1);
        assertThat(round.last.wake()).isTrue();
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
        assertThat(round.last.wake()).isFalse();
    }

    @Test
    void the_owner_gets_its_call_once() {
        RoundByHand round = RoundByHand.of(onOwner("a")).begin();
        assertThat(round.forOwner()).isZero();
        round.next();
        assertThat(round.forOwner()).isEqualTo(-1);
        assertThat(round.schedule.ownerRunsCall()).isTrue();
    }

    @Test
    void the_owner_runs_no_call_if_there_is_none_for_it() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        assertThat(round.schedule.ownerRunsCall()).isFalse();
        round.next();
        assertThat(round.schedule.ownerIsTimer()).isTrue();
    }

    @Test
    void of_two_calls_for_the_owner_the_second_waits_without_a_permit_while_others_start() {
        RoundByHand round =
                RoundByHand.of(onOwner("a"), onOwner("b"), pure(), pure()).begin();
        assertThat(round.forOwner()).isZero();
        assertThat(round.waitOf(1)).isEqualTo("the calling thread");
        assertThat(round.started()).containsExactly(2);
        round.beginsOnOwner(0);
        assertThat(round.started()).isEmpty();
        round.succeeds(0);
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    @Test
    void a_call_for_the_owner_waits_while_the_owner_runs_another() {
        RoundByHand round = RoundByHand.of(onOwner("a"), writes("b"), reads("b").on(RunsOn.OWNER))
                .permits(3)
                .begin();
        round.beginsOnOwner(0);
        round.begins(1);
        round.succeeds(1);
        assertThat(round.started()).isEmpty();
        assertThat(round.waitOf(2)).isEqualTo("the calling thread");
        assertThat(round.last.wake()).isFalse();
        round.succeeds(0);
        assertThat(round.last.wake()).isTrue();
        round.next();
        assertThat(round.forOwner()).isEqualTo(2);
    }

    @Test
    void a_call_for_the_owner_waits_until_the_owner_comes() {
        RoundByHand round = RoundByHand.of(onOwner("a"), pure()).stream();
        round.admit(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.waitOf(0)).isEqualTo("the calling thread");
        round.admit(1);
        assertThat(round.started()).containsExactly(1);
        round.owns();
        assertThat(round.forOwner()).isZero();
    }

    @Test
    void a_call_for_the_owner_that_pauses_goes_on_there_although_another_waits_for_the_owner() {
        RoundByHand round = RoundByHand.of(onOwner("a"), onOwner("b")).begin();
        round.beginsOnOwner(0);
        round.pauses(0);
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.resumes(0);
        assertThat(round.unparked()).containsExactly(0);
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
    }

    @Test
    void the_next_call_for_the_owner_takes_the_place_of_one_that_ends_before_the_owner_knows_of_it() {
        RoundByHand round = RoundByHand.of(writes("a"), onOwner("a").callLimit(5), onOwner("a"))
                .begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.waitOf(2)).isEqualTo("the calling thread");
        assertThat(round.last.wake()).isTrue();
        round.at(5).next();
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.forOwner()).isEqualTo(2);
    }

    @Test
    void a_call_for_the_owner_stays_its_next_when_the_limit_of_another_passes() {
        RoundByHand round = RoundByHand.of(writes("a"), reads("a").on(RunsOn.OWNER), pure().callLimit(5))
                .begin();
        round.begins(0);
        round.succeeds(0);
        round.at(5).next();
        assertThat(round.phase(2)).isEqualTo(Phase.DONE);
        assertThat(round.forOwner()).isEqualTo(1);
    }

    @Test
    void the_owner_is_free_again_if_the_limit_of_its_call_has_passed_when_it_comes_to_it() {
        RoundByHand round =
                RoundByHand.of(onOwner("a").callLimit(5), onOwner("b")).begin();
        round.at(5);
        assertThat(round.beginsOnOwner(0)).isFalse();
        assertThat(round.schedule.ownerRunsCall()).isFalse();
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    // An owner that already runs a call when the round begins.

    @Test
    void a_call_that_the_owner_already_runs_has_a_permit_and_keeps_the_owner_busy() {
        RoundByHand round =
                RoundByHand.of(reads("a"), onOwner("b"), pure(), pure()).unbegun();
        round.call(0).beginAlone(round.now());
        round.event().begin(round.call(0), true, round.now());
        round.timePassed();
        assertThat(round.started()).containsExactly(2);
        assertThat(round.waitOf(1)).isEqualTo("the calling thread");
        round.succeeds(0);
        round.next();
        assertThat(round.forOwner()).isEqualTo(1);
    }

    // Starts that are left to the owner.

    @Test
    void a_call_that_ends_before_the_owner_starts_it_on_the_executor_is_not_started() {
        RoundByHand round = RoundByHand.of(writes("a"), reads("a").callLimit(20), reads("a"))
                .usesExecutor()
                .begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.started()).isEmpty();
        assertThat(round.last.wake()).isTrue();
        round.at(20).next();
        assertThat(round.started()).containsExactly(2);
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
    }

    // The user's executor.

    @Test
    void a_call_that_the_executor_has_not_begun_for_a_tenth_of_a_second_gets_a_thread_of_its_own() {
        RoundByHand round = RoundByHand.of(pure(), pure()).usesExecutor().begin();
        assertThat(round.started()).containsExactly(0, 1);
        round.begins(0);
        round.succeeds(0);
        round.at(99).next();
        assertThat(round.started()).isEmpty();
        round.at(100).next();
        assertThat(round.started()).containsExactly(1);
        assertThat(round.call(1).isWithoutExecutor()).isTrue();
    }

    @Test
    void a_call_that_goes_on_keeps_the_executor_busy() {
        RoundByHand round = RoundByHand.of(pure(), pure()).usesExecutor().begin();
        round.begins(0);
        round.pauses(0);
        round.resumes(0);
        round.at(100).next();
        assertThat(round.started()).isEmpty();
        round.at(199).next();
        assertThat(round.started()).isEmpty();
        round.succeeds(0);
        round.at(200).next();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void without_an_executor_no_call_gets_a_second_thread() {
        RoundByHand round = RoundByHand.of(pure()).begin();
        assertThat(round.schedule.park()).isEqualTo(Limits.NO_LIMIT);
        round.at(100).next();
        assertThat(round.started()).isEmpty();
    }
}
