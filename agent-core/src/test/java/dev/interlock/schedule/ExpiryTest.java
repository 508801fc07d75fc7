package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the machine does when a limit passes, in each phase of a call. */
class ExpiryTest {

    @Test
    void the_limit_of_a_call_ends_it_while_it_waits_for_its_turn_and_says_so() {
        RoundByHand round =
                RoundByHand.of(reads("a"), reads("b")).permits(1).callLimit(20).begin();
        round.begins(0);
        round.at(19).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.at(20).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.DONE);
        assertThat(round.said(1)).isEqualTo("tool 't1' timed out: the call exceeded 20 ms before the tool could start");
    }

    @Test
    void the_limit_of_a_call_interrupts_it_while_it_is_paused_and_the_grace_period_counts_from_then() {
        RoundByHand round = RoundByHand.of(writes("a").managed()).callLimit(20).begin();
        round.begins(0);
        round.attempts(0);
        round.did(round.event().attemptEnded(round.call(0), RoundByHand.failure()));
        assertThat(round.did(round.event().paused(round.call(0)))).isTrue();
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        assertThat(round.phase(0)).isEqualTo(Phase.PAUSED);
        round.at(29).timePassed();
        assertThat(round.abandoned()).isEmpty();
        round.at(30).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.call(0).settled())
                .isEqualTo(new Outcome.TimedOut(
                        "tool 't0' timed out: the call exceeded 20 ms; it may still take effect",
                        Duration.ofMillis(20),
                        true));
    }
}
