package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.schedule.Scenario.Spec;
import dev.interlock.share.SharedLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who runs on the owner, where the owner has not come to what it was to run. */
class OwnerTurnsTest {

    @Test
    void a_call_that_waits_for_the_owner_gets_it_when_the_one_before_is_over_without_having_begun() {
        Spec first = Spec.of(Access.read("a")).on(RunsOn.OWNER);
        Spec second = Spec.of(Access.read("b")).on(RunsOn.OWNER);
        Scenario scenario = Scenario.of("limits", first, second).times(0, 7, 0);
        List<Call> calls = scenario.newCalls();
        Schedule schedule = new Schedule(
                scenario.limits(),
                new Sharing(new SharedLimits(false), "conversation", null),
                scenario.manner(),
                List.of());
        schedule.at(0, false).begin(null, false, 0);
        schedule.at(0, false).admit(calls.get(0));
        schedule.at(5 * Scenario.MILLI, false).admit(calls.get(1));
        schedule.at(5 * Scenario.MILLI, false).own();
        // The first is for the owner now, the second waits for it.
        schedule.at(5 * Scenario.MILLI, false).timePassed();
        // The limit of the first passes before the owner comes to it.
        schedule.at(7 * Scenario.MILLI, false).timePassed();
        assertThat(calls.get(0).settled()).isNotNull();
        assertThat(schedule.at(7 * Scenario.MILLI, false).next().own()).isSameAs(calls.get(1));
    }
}
