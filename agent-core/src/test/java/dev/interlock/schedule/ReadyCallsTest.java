package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.share.Cap;
import dev.interlock.share.SharedLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many calls of a round queue for the same caps. The others are set aside, and claim nothing. */
class ReadyCallsTest {

    private final Cap cap = CallSpec.cap("x", 1);
    private final SharedLimits limits = new SharedLimits(false);

    /** Another round, which has the cap. */
    private final RoundByHand holder =
            RoundByHand.of(capped()).sharing(limits, "holder", 1).begin();

    private CallSpec capped() {
        return pure().capped(cap);
    }

    private CallSpec[] capped(int count) {
        return IntStream.range(0, count).mapToObj(place -> capped()).toArray(CallSpec[]::new);
    }

    private RoundByHand.Setting round(CallSpec... calls) {
        return RoundByHand.of(calls).sharing(limits, "conversation", 2);
    }

    /** The places of the calls that queue, or have queued, for their caps. */
    private static int[] claiming(RoundByHand round) {
        return round.calls.stream()
                .filter(call -> call.claim() != null)
                .mapToInt(Call::index)
                .toArray();
    }

    private static void run(RoundByHand round, int place) {
        round.begins(place);
        round.succeeds(place);
    }

    @Test
    void as_many_calls_queue_as_there_are_free_permits() {
        RoundByHand round = round(capped(5)).permits(3).begin();
        assertThat(claiming(round)).containsExactly(0, 1, 2);
        assertThat(round.started()).isEmpty();
    }

    @Test
    void calls_that_are_set_aside_wait_for_the_cap_as_well() {
        RoundByHand round = round(capped(3)).permits(1).begin();
        assertThat(claiming(round)).containsExactly(0);
        assertThat(round.waitOf(2)).isEqualTo("the cap of tool 'x' (1)");
    }

    @Test
    void permits_in_use_let_no_call_queue() {
        RoundByHand round =
                round(pure(), pure(), capped(), capped(), capped()).permits(4).begin();
        assertThat(round.started()).containsExactly(0, 1);
        assertThat(claiming(round)).containsExactly(2, 3);
    }

    @Test
    void calls_with_other_caps_are_not_set_aside() {
        Cap other = CallSpec.cap("y", 1);
        RoundByHand round = round(capped(), capped(), pure().capped(other), pure().capped(other, cap), pure())
                .permits(1)
                .begin();
        assertThat(claiming(round)).containsExactly(0, 2);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void calls_that_are_set_aside_leave_permits_to_others() {
        RoundByHand round =
                round(capped(), capped(), capped(), pure()).permits(1).begin();
        assertThat(round.started()).containsExactly(3);
    }

    @Test
    void the_next_call_queues_when_one_that_queues_has_ended() {
        CallSpec[] calls = capped(5);
        calls[0].callLimit(20);
        RoundByHand round = round(calls).begin();
        assertThat(claiming(round)).containsExactly(0, 1);
        round.at(20).next();
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
        assertThat(claiming(round)).containsExactly(1, 2);
    }

    @Test
    void a_call_that_ended_while_it_was_set_aside_is_passed_over() {
        CallSpec[] calls = capped(5);
        calls[0].callLimit(20);
        calls[2].callLimit(10);
        RoundByHand round = round(calls).begin();
        round.at(10).next();
        assertThat(claiming(round)).containsExactly(0, 1);
        round.at(20).next();
        assertThat(claiming(round)).containsExactly(1, 3);
    }

    @Test
    void the_next_call_queues_when_one_has_its_cap_only_if_a_permit_is_left() {
        RoundByHand round = round(capped(5)).permits(2).begin();
        run(holder, 0);
        round.grantedBy(holder);
        assertThat(round.started()).containsExactly(0);
        // One permit is left, for which the second call queues already.
        assertThat(claiming(round)).containsExactly(0, 1);
    }

    @Test
    void calls_queue_for_a_cap_that_a_call_of_their_own_round_has() {
        RoundByHand round = RoundByHand.of(capped(4))
                .sharing(new SharedLimits(false), "conversation", 2)
                .permits(3)
                .begin();
        assertThat(round.started()).containsExactly(0);
        assertThat(claiming(round)).containsExactly(0, 1, 2);
    }

    @Test
    void calls_queue_again_when_a_call_that_had_the_cap_has_ended() {
        RoundByHand round = alone(capped(5));
        assertThat(claiming(round)).containsExactly(0, 1);
        run(round, 0);
        assertThat(claiming(round)).containsExactly(1, 2);
    }

    // The order in which calls that were set aside get their cap.

    @Test
    void calls_get_their_cap_in_call_order_though_most_were_set_aside_in_between() {
        RoundByHand round = alone(capped(6));
        assertThat(startsOneByOne(round)).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void a_call_of_greater_priority_that_is_set_aside_later_gets_its_cap_before_others_set_aside() {
        CallSpec[] calls = capped(6);
        calls[5].priority(1);
        RoundByHand round = RoundByHand.of(calls).sharing(new SharedLimits(false), "conversation", 2).stream();
        for (int place = 0; place < 6; place++) {
            round.admit(place);
        }
        round.begins(0);
        round.succeeds(0);
        // The second queued before the last came.
        round.granted();
        assertThat(startsOneByOne(round)).containsExactly(1, 5, 2, 3, 4);
    }

    @Test
    void a_call_that_was_weighed_after_it_was_set_aside_is_taken_back_by_its_new_weight() {
        RoundByHand round = round(
                capped().expected(1),
                capped().expected(1),
                capped().expected(1),
                writes("z").capped(cap).expected(1),
                reads("z").expected(10),
                writes("a").expected(1),
                reads("a").expected(1),
                reads("a").expected(1),
                reads("a").expected(1))
                .stream();
        for (int place = 0; place < 9; place++) {
            round.admit(place);
        }
        assertThat(claiming(round)).containsExactly(0, 1);
        // Three calls are ready for two permits now, so all calls are weighed.
        run(round, 5);
        assertThat(round.call(3).weight).isEqualTo(11_000_000);
        round.did(round.event().withdrawn(round.call(0), "not in the response"));
        round.did(round.event().withdrawn(round.call(1), "not in the response"));
        run(round, 6);
        assertThat(claiming(round)).containsExactly(3);
    }

    /** A round of which no other round wants anything. */
    private static RoundByHand alone(CallSpec... calls) {
        return RoundByHand.of(calls)
                .sharing(new SharedLimits(false), "conversation", 2)
                .begin();
    }

    /**
     * Runs the calls that share a cap, from the one that starts now on; their places in the order in which they start.
     */
    private static List<Integer> startsOneByOne(RoundByHand round) {
        List<Integer> places = new ArrayList<>();
        while (!round.started().isEmpty()) {
            places.addAll(round.started());
            run(round, places.get(places.size() - 1));
            if (round.started().isEmpty()) {
                round.granted();
            }
        }
        return places;
    }

    @Test
    void the_next_call_queues_when_the_granted_cap_was_passed_on_for_lack_of_a_permit() {
        RoundByHand round =
                round(capped(), capped(), capped(), pure()).permits(1).begin();
        assertThat(claiming(round)).containsExactly(0);
        run(holder, 0);
        round.grantedBy(holder);
        // The second call is ready again, like the first, and each wants the permit.
        assertThat(round.waitOf(0)).isEqualTo("the one permit");
        assertThat(round.waitOf(1)).isEqualTo("the one permit");
        assertThat(round.waitOf(2)).isEmpty();
        run(round, 3);
        assertThat(round.started()).containsExactly(0);
    }

    @Test
    void a_call_that_wants_to_go_on_queues_however_many_do() {
        RoundByHand round = round(capped(4)).permits(1).begin();
        run(holder, 0);
        round.grantedBy(holder);
        assertThat(round.started()).containsExactly(0);
        round.begins(0);
        RoundByHand third = RoundByHand.of(capped()).sharing(limits, "third", 3).begin();
        round.pauses(0);
        third.grantedBy(round);
        assertThat(third.started()).containsExactly(0);
        assertThat(round.call(1).claim()).isNotNull();
        assertThat(round.call(2).claim()).isNull();
        round.resumes(0);
        run(third, 0);
        round.grantedBy(third);
        assertThat(round.unparked()).containsExactly(0);
    }

    @Test
    void a_call_that_wants_to_go_on_does_not_count_among_those_that_queue() {
        run(holder, 0);
        RoundByHand round =
                round(capped(), writes("b"), writes("b").capped(cap)).permits(1).begin();
        round.begins(0);
        round.pauses(0);
        RoundByHand third = RoundByHand.of(capped()).sharing(limits, "third", 3).begin();
        assertThat(third.started()).containsExactly(0);
        round.resumes(0);
        run(round, 1);
        assertThat(round.waitOf(0)).isEqualTo("the cap of tool 'x' (1)");
        assertThat(round.call(2).claim()).isNotNull();
    }

    @Test
    void no_call_is_taken_back_while_as_many_queue_as_could_run() {
        RoundByHand round = round(pure(), capped(), capped(), capped(), capped(), pure(), pure())
                .permits(3)
                .begin();
        assertThat(round.started()).containsExactly(0, 5, 6);
        assertThat(claiming(round)).containsExactly(1, 2);
        round.did(round.event().withdrawn(round.call(1), "not in the response"));
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.waitOf(3)).isEmpty();
        round.did(round.event().withdrawn(round.call(2), "not in the response"));
        assertThat(round.waitOf(3)).isEqualTo("one of 3 permits");
        assertThat(round.waitOf(4)).isEmpty();
    }

    @Test
    void a_call_that_becomes_ready_later_is_set_aside_like_the_others() {
        RoundByHand round =
                round(capped(), writes("a"), writes("a").capped(cap)).permits(2).begin();
        assertThat(round.started()).containsExactly(1);
        run(round, 1);
        assertThat(claiming(round)).containsExactly(0, 2);
        RoundByHand narrow = RoundByHand.of(capped(), writes("a"), writes("a").capped(cap))
                .sharing(limits, "narrow", 3)
                .permits(1)
                .begin();
        run(narrow, 1);
        assertThat(claiming(narrow)).containsExactly(0);
    }

    @Test
    void the_next_call_gets_the_cap_when_each_that_had_it_was_abandoned() {
        CallSpec[] calls = capped(4);
        Arrays.asList(calls).forEach(call -> call.attemptLimit(20));
        RoundByHand round = round(calls).permits(1).begin();
        run(holder, 0);
        round.grantedBy(holder);
        for (int place = 0; place < 3; place++) {
            assertThat(round.started()).containsExactly(place);
            round.begins(place);
            round.at(place * 40 + 20).timePassed();
            round.at(place * 40 + 30).timePassed();
            assertThat(round.abandoned()).containsExactly(place);
        }
        assertThat(round.started()).containsExactly(3);
    }

    @Test
    void the_next_call_gets_the_cap_when_each_that_had_it_pauses() {
        RoundByHand round = round(capped(4)).permits(1).begin();
        run(holder, 0);
        round.grantedBy(holder);
        for (int place = 0; place < 3; place++) {
            assertThat(round.started()).containsExactly(place);
            round.begins(place);
            round.pauses(place);
        }
        assertThat(round.started()).containsExactly(3);
    }

    @Test
    void a_call_set_aside_waits_only_for_a_permit_when_the_cap_was_lent_to_no_other() {
        RoundByHand round = round(capped(4)).permits(1).begin();
        run(holder, 0);
        round.grantedBy(holder);
        round.begins(0);
        round.pauses(0);
        assertThat(round.started()).containsExactly(1);
        round.begins(1);
        round.did(round.event().lent(round.call(1)));
        assertThat(round.waitOf(3)).isEqualTo("the one permit");
        round.did(round.event().reclaimed(round.call(1)));
        round.succeeds(1);
        assertThat(round.started()).containsExactly(2);
    }

    @Test
    void a_permit_that_another_call_gives_back_lets_one_more_queue() {
        RoundByHand round = round(pure(), capped(), capped()).permits(2).begin();
        assertThat(claiming(round)).containsExactly(1);
        run(round, 0);
        assertThat(claiming(round)).containsExactly(1, 2);
    }

    // The order in which ready calls are taken.

    @Test
    void calls_without_announcements_are_taken_by_weight_and_in_call_order_among_equals() {
        ReadyCalls ready = new ReadyCalls(new Notes(new ActionsBuilder(), false));
        Call[] calls =
                IntStream.range(0, 4).mapToObj(place -> pure().make(1, place)).toArray(Call[]::new);
        for (int place = 3; place >= 0; place--) {
            ready.add(calls[place]);
        }
        assertThat(ready.choice()).isEqualTo(4);
        ready.weigh(Arrays.asList(calls), new long[] {1, 3, 1, 2});
        assertThat(ready.choice()).isEqualTo(4);
        assertThat(IntStream.range(0, 4).mapToObj(number -> ready.poll(true)))
                .containsExactly(calls[1], calls[3], calls[0], calls[2]);
        assertThat(ready.poll(true)).isNull();
        assertThat(ready.isEmpty()).isTrue();
    }

    @Test
    void calls_with_announcements_stay_aside_while_the_gate_is_closed() {
        ReadyCalls ready = new ReadyCalls(new Notes(new ActionsBuilder(), false));
        Call queues = capped().make(0, 0);
        Call gated = capped().with(call -> call.giveAnnouncement(true)).make(1, 0);
        Call free = capped().make(2, 0);
        ready.countQueueing(queues);
        assertThat(ready.setAside(gated, 1)).isTrue();
        assertThat(ready.setAside(free, 1)).isTrue();
        assertThat(ready.takeBack(2, false)).isTrue();
        assertThat(ready.poll(true)).isSameAs(free);
        assertThat(ready.takeBack(2, false)).isFalse();
        assertThat(ready.takeBack(2, true)).isTrue();
        assertThat(ready.poll(true)).isSameAs(gated);
    }

    @Test
    void calls_with_announcements_are_taken_only_while_the_gate_is_open_and_are_no_choice() {
        ReadyCalls ready = new ReadyCalls(new Notes(new ActionsBuilder(), false));
        Call gated = pure().with(call -> call.giveAnnouncement(true)).make(1, 0);
        ready.add(gated);
        assertThat(ready.choice()).isZero();
        assertThat(ready.isEmpty()).isFalse();
        assertThat(ready.poll(false)).isNull();
        Call free = pure().make(1, 1);
        ready.add(free);
        assertThat(ready.poll(false)).isSameAs(free);
        ready.add(free);
        assertThat(ready.poll(true)).isSameAs(gated);
        assertThat(ready.isEmpty()).isFalse();
        assertThat(ready.poll(true)).isSameAs(free);
    }
}
