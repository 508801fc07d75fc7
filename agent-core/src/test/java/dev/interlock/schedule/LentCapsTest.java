package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import dev.interlock.share.SharedLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a call lends its caps while its body waits for a round of its own, and takes them back. */
class LentCapsTest {

    /** Lets one call run at a time. */
    private final Cap cap = new Caps(List.of(), 1).of("any", ToolPolicy.DEFAULT).get(0);

    private final SharedLimits shared = new SharedLimits(false);

    private RoundByHand round(int number, CallSpec... specs) {
        return RoundByHand.of(specs).sharing(shared, "chat " + number, number).begin();
    }

    private static void lends(RoundByHand round) {
        round.did(round.event().lent(round.call(0)));
    }

    private static void reclaims(RoundByHand round) {
        round.did(round.event().reclaimed(round.call(0)));
    }

    @Test
    void a_call_lends_its_caps_and_keeps_its_permit() {
        RoundByHand round = RoundByHand.of(pure().capped(cap), pure().capped(cap), pure())
                .permits(1)
                .sharing(shared, "chat", 1)
                .begin();
        RoundByHand other = round(2, pure().capped(cap));
        round.begins(0);
        assertThat(other.started()).isEmpty();
        lends(round);
        assertThat(round.last.granted()).containsExactly(other.call(0).claim());
        assertThat(round.started()).isEmpty();
        assertThat(round.phase(2)).isEqualTo(Phase.WAITING);
    }

    @Test
    void a_call_that_takes_its_caps_back_has_them_at_once_if_they_are_free() {
        RoundByHand round = round(1, pure().capped(cap));
        round.begins(0);
        lends(round);
        reclaims(round);
        assertThat(round.call(0).isReclaiming()).isFalse();
        RoundByHand other = round(2, pure().capped(cap));
        assertThat(other.waitOf(0)).isEqualTo("the cap of all calls (1)");
        assertThat(other.started()).isEmpty();
    }

    @Test
    void a_call_waits_for_the_caps_that_it_lent_until_the_borrower_ends() {
        RoundByHand round = round(1, pure().capped(cap));
        round.begins(0);
        lends(round);
        RoundByHand other = round(2, pure().capped(cap));
        other.begins(0);
        reclaims(round);
        assertThat(round.call(0).isReclaiming()).isTrue();
        assertThat(round.waitOf(0)).isEqualTo("the cap of all calls (1)");
        other.succeeds(0);
        assertThat(other.last.granted()).containsExactly(round.call(0).claim());
        round.last = other.last;
        round.granted();
        assertThat(round.call(0).isReclaiming()).isFalse();
        assertThat(round.unparked()).containsExactly(0);
        assertThat(round.told(What.READY)).containsExactly(0);
    }

    @Test
    void a_call_whose_body_waits_for_nested_rounds_takes_its_caps_back_after_the_outermost() {
        RoundByHand round = round(1, pure().capped(cap));
        round.begins(0);
        lends(round);
        lends(round);
        reclaims(round);
        RoundByHand inner = round(2, pure().capped(cap));
        assertThat(inner.started()).containsExactly(0);
        inner.begins(0);
        inner.succeeds(0);
        reclaims(round);
        RoundByHand other = round(3, pure().capped(cap));
        assertThat(other.started()).isEmpty();
    }

    @Test
    void a_call_that_shares_nothing_takes_nothing_back() {
        RoundByHand round = round(1, pure());
        round.begins(0);
        lends(round);
        assertThat(round.last.granted()).isEmpty();
        reclaims(round);
        assertThat(round.call(0).isReclaiming()).isFalse();
        assertThat(round.waitOf(0)).isEmpty();
    }

    @Test
    void a_call_that_must_end_does_not_take_its_caps_back() {
        RoundByHand round = round(1, pure().callLimit(20).capped(cap));
        round.begins(0);
        lends(round);
        round.at(20).timePassed();
        reclaims(round);
        assertThat(round.call(0).isReclaiming()).isFalse();
        assertThat(round(2, pure().capped(cap)).started()).containsExactly(0);
    }

    @Test
    void an_abandoned_call_does_not_take_its_caps_back() {
        RoundByHand round = round(1, writes("a").callLimit(20).capped(cap));
        round.begins(0);
        lends(round);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        reclaims(round);
        assertThat(round.call(0).isReclaiming()).isFalse();
        assertThat(round(2, reads("b").capped(cap)).started()).containsExactly(0);
    }

    @Test
    void a_call_that_stops_waiting_for_its_caps_goes_on_without_them() {
        RoundByHand round = round(1, pure().capped(cap));
        round.begins(0);
        lends(round);
        RoundByHand other = round(2, pure().capped(cap));
        other.begins(0);
        reclaims(round);
        round.did(round.event().stoppedReclaiming(round.call(0)));
        assertThat(round.call(0).isReclaiming()).isFalse();
        assertThat(round.told(What.READY)).containsExactly(0);
        other.succeeds(0);
        assertThat(other.last.granted()).isEmpty();
    }

    @Test
    void an_abandoned_call_that_stops_waiting_for_its_caps_tells_nothing() {
        RoundByHand round = round(1, pure().callLimit(20).capped(cap));
        round.begins(0);
        lends(round);
        RoundByHand other = round(2, pure().capped(cap));
        other.begins(0);
        reclaims(round);
        round.at(20).timePassed();
        round.at(30).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.ABANDONED);
        assertThat(round.call(0).isReclaiming()).isTrue();
        round.did(round.event().stoppedReclaiming(round.call(0)));
        assertThat(round.told(What.READY)).isEmpty();
        assertThat(round.call(0).isReclaiming()).isFalse();
    }
}
