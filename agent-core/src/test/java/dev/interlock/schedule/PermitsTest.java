package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.schedule.Note.What;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which ready calls get the permits of a round, and in which order. */
class PermitsTest {

    // Permits.

    @Test
    void as_many_calls_start_as_there_are_permits_and_the_others_wait_for_one() {
        RoundByHand round =
                RoundByHand.of(pure(), pure(), pure(), pure()).permits(3).begin();
        assertThat(round.started()).containsExactly(0, 1, 2);
        assertThat(round.told(What.READY)).containsExactly(0, 1, 2);
        assertThat(round.told(What.WAITING)).containsExactly(3);
        assertThat(round.waitOf(3)).isEqualTo("one of 3 permits");
    }

    @Test
    void a_call_that_has_ended_leaves_its_permit_to_one_other_call() {
        RoundByHand round =
                RoundByHand.of(pure(), pure(), pure(), pure()).permits(2).begin();
        round.begins(0);
        round.succeeds(0);
        assertThat(round.started()).containsExactly(2);
        assertThat(round.told(What.READY)).containsExactly(2);
    }

    @Test
    void a_call_takes_its_permit_when_it_gets_a_thread_and_not_only_when_that_begins() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).begin();
        round.next();
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(0)).isEqualTo(Phase.STARTING);
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
    }

    @Test
    void a_call_that_pauses_leaves_its_permit_to_another_and_waits_for_one_to_go_on() {
        RoundByHand round = RoundByHand.of(pure(), pure()).permits(1).begin();
        round.begins(0);
        assertThat(round.pauses(0)).isTrue();
        assertThat(round.started()).containsExactly(1);
        round.resumes(0);
        assertThat(round.unparked()).isEmpty();
        assertThat(round.waitOf(0)).isEqualTo("the one permit");
        round.begins(1);
        round.succeeds(1);
        assertThat(round.unparked()).containsExactly(0);
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.told(What.READY)).containsExactly(0);
    }

    @Test
    void of_two_calls_that_want_to_go_on_only_one_gets_the_free_permit() {
        RoundByHand round = RoundByHand.of(pure(), pure(), pure()).permits(1).begin();
        round.begins(0);
        round.pauses(0);
        round.begins(1);
        round.pauses(1);
        round.begins(2);
        round.resumes(1);
        round.resumes(0);
        round.succeeds(2);
        assertThat(round.unparked()).containsExactly(0);
        assertThat(round.phase(1)).isEqualTo(Phase.RESUMING);
    }

    @Test
    void a_call_whose_limit_passes_while_it_waits_for_a_permit_does_not_start_later() {
        RoundByHand round =
                RoundByHand.of(pure(), pure().callLimit(20), pure()).permits(1).begin();
        round.begins(0);
        round.at(20).next();
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        round.succeeds(0);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void no_call_starts_once_the_owner_that_runs_one_was_interrupted() {
        RoundByHand round = RoundByHand.of(reads("a").on(RunsOn.OWNER), writes("a"), reads("b"))
                .permits(1)
                .begin();
        round.beginsOnOwner(0);
        round.interruptOwner();
        round.succeeds(0);
        assertThat(round.last.start()).isEmpty();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        assertThat(round.phase(2)).isEqualTo(Phase.WAITING);
    }

    // Calls that are skipped.

    @Test
    void a_call_that_uses_a_missing_result_is_skipped_and_what_waits_for_it_starts_at_once() {
        RoundByHand round = RoundByHand.of(
                        pure(), writes("a").using(0), reads("a"), writes("b").using(1), reads("b"))
                .begin();
        round.begins(0);
        round.fails(0);
        assertThat(round.said(1))
                .isEqualTo("tool 't1' was not started: it uses the result of call 1 (tool 't0'),"
                        + " which did not succeed: no luck");
        assertThat(round.said(3))
                .isEqualTo("tool 't3' was not started: it uses the result of call 2 (tool 't1'),"
                        + " which was skipped itself");
        assertThat(round.told(What.ENDED)).containsExactly(1, 3);
        assertThat(round.started()).containsExactly(2, 4);
    }

    @Test
    void a_call_that_has_begun_is_not_skipped_when_it_goes_on() {
        RoundByHand round = RoundByHand.of(pure(), pure().using(0)).begin();
        round.begins(0);
        round.succeeds(0);
        round.begins(1);
        round.pauses(1);
        round.resumes(1);
        assertThat(round.unparked()).containsExactly(1);
        assertThat(round.call(1).settled()).isNull();
    }

    @Test
    void a_skipped_call_takes_no_permit() {
        RoundByHand round = RoundByHand.of(pure(), pure().using(0), pure(), pure())
                .permits(2)
                .begin();
        round.begins(0);
        round.begins(2);
        round.fails(0);
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.started()).containsExactly(3);
    }

    // Order.

    @Test
    void of_ready_calls_those_of_greater_priority_start_first_and_equal_ones_in_call_order() {
        RoundByHand round = RoundByHand.of(pure(), pure().priority(-1), pure().priority(5), pure(), pure().priority(5))
                .permits(1)
                .begin();
        assertThat(startsOneByOne(round)).containsExactly(2, 4, 0, 3, 1);
    }

    @Test
    void of_calls_of_equal_priority_the_one_with_the_longest_path_behind_it_starts_first() {
        RoundByHand round = RoundByHand.of(
                        pure().expected(10),
                        pure().expected(10),
                        writes("a").expected(1),
                        reads("a").expected(40))
                .begin();
        assertThat(round.started()).containsExactly(2, 0);
        assertThat(Arrays.asList(round.call(0).weight, round.call(1).weight, round.call(2).weight))
                .containsExactly(10_000_000L, 10_000_000L, 41_000_000L);
    }

    @Test
    void priority_comes_before_the_longest_path() {
        RoundByHand round = RoundByHand.of(
                        pure().expected(10),
                        pure().expected(10).priority(1),
                        writes("a").expected(1),
                        reads("a").expected(40))
                .begin();
        assertThat(round.started()).containsExactly(1, 2);
    }

    @Test
    void calls_keep_call_order_if_their_priorities_leave_nothing_to_gain_by_the_longest_path() {
        RoundByHand round = RoundByHand.of(
                        pure().expected(10).priority(1),
                        pure().expected(11).priority(1),
                        writes("a").expected(1),
                        reads("a").expected(40))
                .begin();
        assertThat(round.started()).containsExactly(0, 1);
    }

    @Test
    void calls_that_are_over_have_no_weight() {
        RoundByHand round = RoundByHand.of(
                        pure().expected(10),
                        pure().expected(10),
                        writes("a").expected(1),
                        reads("a").expected(40).with(call -> call.preset(RoundByHand.failure())))
                .begin();
        assertThat(round.started()).containsExactly(0, 1);
    }

    @Test
    void calls_keep_call_order_if_each_ready_one_has_a_permit() {
        assertThat(chains().begin().started()).containsExactly(0, 1);
    }

    @Test
    void calls_are_weighed_as_soon_as_one_more_is_ready_than_there_are_permits() {
        assertThat(chains(pure().expected(1)).begin().started()).containsExactly(1, 0);
    }

    @Test
    void permits_in_use_count_as_taken_when_it_is_to_be_decided_whether_the_order_matters() {
        RoundByHand round = RoundByHand.of(
                        writes("a").expected(5),
                        pure().expected(9),
                        reads("a").expected(10),
                        reads("a").expected(30))
                .begin();
        assertThat(round.started()).containsExactly(0, 1);
        round.begins(0);
        round.begins(1);
        round.succeeds(0);
        // Two are ready, one permit is free.
        assertThat(round.started()).containsExactly(3);
    }

    /** Two chains; the second is longer, and competes with calls behind the first. */
    private static RoundByHand.Setting chains(CallSpec... more) {
        CallSpec[] chains = {
            writes("a").expected(10),
            writes("b").expected(10),
            reads("a").expected(10),
            reads("a").expected(10),
            reads("b").expected(100)
        };
        CallSpec[] all = Arrays.copyOf(chains, chains.length + more.length);
        System.arraycopy(more, 0, all, chains.length, more.length);
        return RoundByHand.of(all).permits(2);
    }

    @Test
    void with_one_permit_calls_start_in_call_order_however_many_there_are() {
        CallSpec[] many = IntStream.range(0, 2_100)
                .mapToObj(place -> pure().expected(place + 1))
                .toArray(CallSpec[]::new);
        assertThat(RoundByHand.of(many).permits(1).begin().started()).containsExactly(0);
        assertThat(RoundByHand.of(many).permits(2).begin().started()).containsExactly(2_099, 2_098);
    }

    @Test
    void calls_that_come_one_at_a_time_are_weighed_again_once_their_number_has_grown_by_an_eighth() {
        RoundByHand round = RoundByHand.of(IntStream.range(0, 17)
                        .mapToObj(place -> pure().expected(place == 15 ? 100 : 1))
                        .toArray(CallSpec[]::new))
                .stream();
        for (int place = 0; place < 15; place++) {
            round.admit(place);
        }
        succeed(round, 0);
        assertThat(round.started()).containsExactly(2);
        // Fifteen calls were weighed. One more is less than an eighth, two are more than that.
        round.admit(15);
        succeed(round, 1);
        assertThat(round.started()).containsExactly(3);
        round.admit(16);
        succeed(round, 2);
        assertThat(round.started()).containsExactly(15);
    }

    private static void succeed(RoundByHand round, int place) {
        round.begins(place);
        round.succeeds(place);
    }

    /** Runs the calls of a round with one permit to the end; their places in the order in which they start. */
    private static List<Integer> startsOneByOne(RoundByHand round) {
        return IntStream.range(0, round.calls.size())
                .map(number -> {
                    int place = round.started().get(0);
                    succeed(round, place);
                    return place;
                })
                .boxed()
                .toList();
    }
}
