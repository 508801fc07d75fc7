package dev.interlock.benchmarks.faults;

import java.util.Arrays;

/**
 * What the tools of a conversation read and write. Not synchronised on purpose: the engine must keep conflicting bodies
 * apart, and have each see what those before it did.
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

    /** What the call sees; nothing is changed. */
    long look(ScriptedCall call) {
        long seen = 17;
        for (Touch touch : call.touches) {
            for (int i = 0; i < LEAVES.length; i++) {
                if (Touch.within(LEAVES[i], touch.path())) {
                    seen = seen * 31 + state[i];
                }
            }
        }
        return seen;
    }

    /** The call takes effect; gives what it saw. */
    long apply(ScriptedCall call) {
        long seen = look(call);
        if (call.writes()) {
            for (Touch touch : call.touches) {
                for (int i = 0; touch.write() && i < LEAVES.length; i++) {
                    if (Touch.within(LEAVES[i], touch.path())) {
                        state[i] = call.call.tool().equals("put") ? call.number : state[i] * 31 + call.number;
                    }
                }
            }
        }
        return seen;
    }

    @Override
    public String toString() {
        return Arrays.toString(state);
    }
}
