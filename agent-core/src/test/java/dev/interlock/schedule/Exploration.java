package dev.interlock.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Goes through all orders of events of one scenario. States that were met before are not gone into again; the orders
 * that lead through them count all the same. Used by one thread.
 */
final class Exploration {

    /**
     * What was found.
     *
     * @param states how many different ones
     * @param orders how many orders of events there are
     * @param seconds how long it took
     */
    record Found(long states, double orders, double seconds) {}

    private final Scenario scenario;

    /** By state, how many orders of events lead on from there. */
    private final Map<Long, Double> known = new HashMap<>();

    Exploration(Scenario scenario) {
        this.scenario = scenario;
    }

    Found all() {
        long before = System.nanoTime();
        double orders = orders();
        return new Found(known.size(), orders, (System.nanoTime() - before) / 1e9);
    }

    /** One level: the state that a prefix of events leads to, and what can happen there. */
    private static final class Level {
        final long state;
        final List<Event> events;
        int next;
        double paths;

        Level(long state, List<Event> events) {
            this.state = state;
            this.events = events;
        }
    }

    /** How many orders of events there are. */
    private double orders() {
        List<Level> levels = new ArrayList<>();
        World world = new World(scenario);
        Level root = new Level(StateHash.of(world), new Possible(world).list());
        levels.add(root);
        boolean fresh = true;
        while (true) {
            Level level = levels.get(levels.size() - 1);
            if (level.next == level.events.size()) {
                if (level.events.isEmpty()) {
                    level.paths = 1;
                }
                known.put(level.state, level.paths);
                levels.remove(levels.size() - 1);
                if (levels.isEmpty()) {
                    return level.paths;
                }
                levels.get(levels.size() - 1).paths += level.paths;
                fresh = false;
                continue;
            }
            if (!fresh) {
                world = replayed(levels);
            }
            world.make(level.events.get(level.next++));
            fresh = false;
            long state = StateHash.of(world);
            Double paths = known.get(state);
            if (paths != null) {
                level.paths += paths;
            } else {
                List<Event> events = new Possible(world).list();
                if (events.isEmpty()) {
                    world.checkEnd();
                }
                // Should the state come again before it has been left, that is a circle: nothing new is on it.
                known.put(state, 0.0);
                levels.add(new Level(state, events));
                fresh = true;
            }
        }
    }

    private World replayed(List<Level> levels) {
        World world = new World(scenario);
        for (int i = 0; i < levels.size() - 1; i++) {
            Level level = levels.get(i);
            world.repeat(level.events.get(level.next - 1));
        }
        return world;
    }
}
