package dev.interlock.learn;

import java.util.List;

/**
 * One path that calls touched, and how much of it the template explains. Immutable.
 *
 * @param observation the calls
 * @param path the segments of the touched path
 * @param depth how many of the segments the template holds so far
 */
record Touch(Observation observation, List<String> path, int depth) {

    boolean isEnd() {
        return depth == path.size();
    }

    String next() {
        return path.get(depth);
    }

    List<String> before() {
        return path.subList(0, depth);
    }

    Touch after(int segments) {
        return new Touch(observation, path, depth + segments);
    }

    /** Whether the call has the argument and the argument names certain things. */
    boolean hasValueOf(String argument) {
        return observation.values().containsKey(argument);
    }

    /** How many of the next segments the argument names: the most, if it names several things; 0 if it names others. */
    int explainedBy(String argument) {
        List<String> rest = path.subList(depth, path.size());
        int most = 0;
        for (List<String> value : observation.values().getOrDefault(argument, List.of())) {
            if (value.size() > most
                    && value.size() <= rest.size()
                    && rest.subList(0, value.size()).equals(value)) {
                most = value.size();
            }
        }
        return most;
    }
}
