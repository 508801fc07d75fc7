package dev.interlock.benchmarks;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A map from resources to hashes, on which recorded calls work in place of the simulators. A call sees the hashes of
 * all resources that overlap its reads. In each resource that it writes it leaves a hash of itself and of what it saw.
 * Thread-safe.
 */
final class KeyWorld {

    private final Map<Resource, Integer> state = new ConcurrentHashMap<>();

    /** Runs a call; returns what it saw. */
    String run(KeyCall call) {
        Map<String, Integer> seen = new TreeMap<>();
        for (Access access : call.accesses()) {
            if (!access.isWrite()) {
                state.forEach((resource, value) -> {
                    if (resource.overlaps(access.resource())) {
                        seen.put(resource.toString(), value);
                    }
                });
            }
        }
        int left = (call.tool() + call.call().arguments() + seen).hashCode();
        for (Access access : call.accesses()) {
            if (access.isWrite()) {
                state.put(access.resource(), left);
            }
        }
        return seen.toString();
    }

    Map<String, Integer> state() {
        Map<String, Integer> copy = new TreeMap<>();
        state.forEach((resource, value) -> copy.put(resource.toString(), value));
        return copy;
    }
}
