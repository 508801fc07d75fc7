package dev.interlock.learn;

import java.util.List;

/**
 * One path that calls touched, and how much of it is explained already. Immutable.
 *
 * @param observation the calls
 * @param path the segments of all that was touched
 * @param depth how many of them a template holds so far
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

    /** Whether an argument of the call is there and certain about what it names. */
    boolean hasValueOf(String argument) {
        return observation.values().containsKey(argument);
    }

    /** How many of the next segments the argument names, the most if it names several things; 0 if it names others. */
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
