package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A sample of what {@link ScheduleExhaustiveTest} tries in full: random orders of events of the same scenarios, some
 * milliseconds each. Mutation testing runs this one, since each mutant that survives goes through all of it.
 */
class ScheduleWalksTest {

    private static final int SEEDS = 5;
    private static final int WALKS = 30;
    private static final int MOST_EVENTS = 1_000;

    static Stream<Arguments> scenariosAndSeeds() {
        return ScheduleExhaustiveTest.SCENARIOS.stream()
                .flatMap(scenario -> IntStream.range(0, SEEDS).mapToObj(seed -> arguments(scenario, seed)));
    }

    @ParameterizedTest
    @MethodSource("scenariosAndSeeds")
    void in_random_orders_of_events_each_call_gets_one_outcome_and_nothing_is_stranded(Scenario scenario, int seed) {
        Random random = new Random(seed);
        int steps = 0;
        for (int walk = 0; walk < WALKS; walk++) {
            World world = new World(scenario);
            List<Event> events = new Possible(world).list();
            int left = MOST_EVENTS;
            while (!events.isEmpty() && left-- > 0) {
                world.make(events.get(random.nextInt(events.size())));
                steps++;
                events = new Possible(world).list();
            }
            if (events.isEmpty()) {
                world.checkEnd();
            }
        }
        assertThat(steps).isGreaterThan(WALKS);
    }
}
