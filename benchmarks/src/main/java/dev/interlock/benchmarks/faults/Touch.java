package dev.interlock.benchmarks.faults;

import java.util.List;

/**
 * What a call reads or writes, as the harness knows it; shares no code with the engine.
 *
 * @param path segments with slashes between them; empty for everything
 * @param write whether the call writes it
 */
record Touch(String path, boolean write) {

    static final Touch ALL = new Touch("", true);

    static Touch read(String path) {
        return new Touch(path, false);
    }

    static Touch write(String path) {
        return new Touch(path, true);
    }

    static boolean within(String inner, String outer) {
        return outer.isEmpty() || inner.equals(outer) || inner.startsWith(outer + "/");
    }

    private boolean conflictsWith(Touch other) {
        return (write || other.write) && (within(path, other.path) || within(other.path, path));
    }

    static boolean conflict(List<Touch> ones, List<Touch> others) {
        for (Touch one : ones) {
            for (Touch other : others) {
                if (one.conflictsWith(other)) {
                    return true;
                }
            }
        }
        return false;
    }
}
