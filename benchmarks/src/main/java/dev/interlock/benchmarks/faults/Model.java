package dev.interlock.benchmarks.faults;

import java.util.Arrays;
import java.util.List;

/**
 * The state that a conversation's tools read and write. It is deliberately not synchronised: the engine must keep
 * conflicting bodies apart, and let each see the writes of those before it.
 */
final class Model {

    private static final String[] LEAVES = {"r/a/x/1", "r/a/x/2", "r/a/y/1", "r/b/x/1", "r/b/y/1"};

    private final long[] state;

    Model() {
        this(new long[LEAVES.length]);
    }

    private Model(long[] state) {
        this.state = state;
    }

    Model copy() {
        return new Model(state.clone());
    }

    boolean isAs(Model other) {
        return Arrays.equals(state, other.state);
    }

    /** Returns what a call sees, and changes nothing. */
    long look(List<Touch> touches) {
        long seen = 17;
        for (Touch touch : touches) {
            for (int i = 0; i < LEAVES.length; i++) {
                if (Touch.within(LEAVES[i], touch.path())) {
                    seen = seen * 31 + state[i];
                }
            }
        }
        return seen;
    }

    /** Applies a call's write, which replaces the contents by the call's number or mixes the number into them. */
    void write(List<Touch> touches, long number, boolean sets) {
        for (Touch touch : touches) {
            for (int i = 0; touch.write() && i < LEAVES.length; i++) {
                if (Touch.within(LEAVES[i], touch.path())) {
                    state[i] = sets ? number : state[i] * 31 + number;
                }
            }
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(state);
    }
}
