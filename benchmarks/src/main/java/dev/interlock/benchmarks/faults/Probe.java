package dev.interlock.benchmarks.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.benchmarks.faults.Setup.Group;
import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Checks at the end that everything was given back: a call that wants all resources must get them, and it must be
 * possible to fill the caps.
 */
final class Probe {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Log log;
    private final Map<String, CountDownLatch> meetings = new ConcurrentHashMap<>();

    Probe(Log log) {
        this.log = log;
    }

    /** The latch at which a probing call meets others, or null. */
    CountDownLatch meeting(ToolCall call) {
        return call.id() == null ? null : meetings.get(call.id());
    }

    /**
     * Runs the probes.
     *
     * @param keys the keys of all conversations
     */
    void check(Subject subject, List<Object> keys) {
        for (Object key : keys) {
            probe(subject, "the resources of " + key, key, "alone", 1);
        }
        if (log.setup.total > 0) {
            probe(subject, "the cap of all", "probe", "calc", smallest("calc"));
        }
        for (Group group : log.setup.groups) {
            String tool = group.tools().contains("peek") ? "peek" : "calc";
            probe(subject, "the cap of group " + group, "probe", tool, smallest(tool));
        }
        log.setup.policies.forEach((tool, policy) -> {
            if (policy.maxConcurrency() != Integer.MAX_VALUE && (tool.equals("calc") || tool.equals("peek"))) {
                probe(subject, "the cap of " + tool, "probe", tool, smallest(tool));
            }
        });
    }

    /** How many calls of a tool can run at the same time in rounds of their own. */
    private int smallest(String tool) {
        Setup setup = log.setup;
        int most = setup.policies.getOrDefault(tool, ToolPolicy.DEFAULT).maxConcurrency();
        most = setup.total > 0 ? Math.min(most, setup.total) : most;
        for (Group group : setup.groups) {
            most = group.tools().contains(tool) ? Math.min(most, group.limit()) : most;
        }
        return most;
    }

    /**
     * Lets calls meet in rounds of their own. It tries several times, since short limits may end calls before they
     * meet.
     */
    private void probe(Subject subject, String what, Object key, String tool, int parties) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        List<CallResult> results;
        do {
            results = meet(subject, key, tool, parties);
            if (results.size() == parties && results.stream().allMatch(CallResult::isSuccess)) {
                log.tally.add("probes that found all back");
                return;
            }
        } while (System.nanoTime() - until < 0);
        log.violation("all back", what + " for 20 s: " + results);
    }

    private List<CallResult> meet(Subject subject, Object key, String tool, int parties) {
        CountDownLatch meeting = new CountDownLatch(parties);
        List<CallResult> results = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < parties; i++) {
            String id = "probe-" + i;
            meetings.put(id, meeting);
            ToolCall call =
                    new ToolCall(id, tool, JsonNodeFactory.instance.objectNode().put("p", "p/" + i));
            threads.add(Thread.ofVirtual().start(() -> {
                List<CallResult> one = key == null
                        ? subject.executor.execute(List.of(call), subject.tools)
                        : subject.executor.execute(List.of(call), subject.tools, key);
                synchronized (results) {
                    results.addAll(one);
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        meetings.clear();
        synchronized (results) {
            return List.copyOf(results);
        }
    }
}
