package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.schedule.Event.Move;
import dev.interlock.schedule.Scenario.Extra;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From any moment on, everything hangs that is not the engine's, whatever interrupts come: tools, interceptors, and
 * what calls wait for. If calls or rounds have a limit, each round ends all the same. The moments are those of random
 * orders of events of the scenarios of {@link ScheduleExhaustiveTest}.
 */
class ScheduleHangTest {

    private static final int WALKS = 150;
    private static final int MOST_EVENTS = 40;
    private static final int ENOUGH = 400;

    /** What the engine does by itself. */
    private static final Set<Move> OF_ENGINE = EnumSet.of(
            Move.OWN,
            Move.NEXT,
            Move.TIME,
            Move.BEGIN,
            Move.GO_ON,
            Move.BECOMES_PENDING,
            Move.TELL,
            Move.GRANT,
            Move.SUSPECT);

    /** A round cannot leave its owner, so none of its calls may hang there. */
    static Stream<Scenario> limited() {
        return ScheduleExhaustiveTest.SCENARIOS.stream()
                .filter(scenario -> scenario.limits().callTimeoutNanos() != Limits.NO_LIMIT
                        || scenario.limits().roundTimeoutNanos() != Limits.NO_LIMIT)
                .filter(scenario -> !scenario.manner().confined() && !scenario.allows(Extra.CONFINE))
                .filter(scenario -> scenario.calls().stream().noneMatch(call -> call.runsOn() == RunsOn.OWNER));
    }

    @ParameterizedTest
    @MethodSource("limited")
    void a_round_with_a_limit_ends_whatever_hangs_from_any_moment_on(Scenario scenario) {
        for (int seed = 0; seed < WALKS; seed++) {
            Random random = new Random(seed);
            World world = new World(scenario);
            walk(world, random, random.nextInt(MOST_EVENTS), false);
            walk(world, random, ENOUGH, true);
            for (int round = 0; round < world.schedules.size(); round++) {
                if (!world.schedules.get(round).isDone() || !world.owners.get(round).left) {
                    world.failed("round " + (round + 1) + " hangs");
                }
            }
            assertThat(world.schedules).isNotEmpty();
        }
    }

    /** Lets events happen in any order. If all else hangs, time passes only when the engine has nothing to do. */
    private static void walk(World world, Random random, int most, boolean hangs) {
        List<Event> events = possible(world, hangs);
        for (int i = 0; i < most && !events.isEmpty(); i++) {
            world.make(events.get(random.nextInt(events.size())));
            events = possible(world, hangs);
        }
    }

    private static List<Event> possible(World world, boolean hangs) {
        List<Event> all = new Possible(world).list();
        if (!hangs) {
            return all;
        }
        List<Event> ofEngine =
                all.stream().filter(event -> OF_ENGINE.contains(event.move())).toList();
        List<Event> now =
                ofEngine.stream().filter(event -> event.move() != Move.TIME).toList();
        return now.isEmpty() ? ofEngine : now;
    }
}
