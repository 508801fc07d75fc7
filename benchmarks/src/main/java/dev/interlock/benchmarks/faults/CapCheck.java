package dev.interlock.benchmarks.faults;

import dev.interlock.benchmarks.faults.ScriptedBatch.Mode;
import dev.interlock.benchmarks.faults.Setup.Group;
import dev.interlock.call.Outcome;
import dev.interlock.execution.Concurrency;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Checks that no more bodies ran at the same time than the caps allow. */
final class CapCheck {

    private record Edge(long nanos, int change) {}

    private final Log log;

    CapCheck(Log log) {
        this.log = log;
    }

    void check(List<ScriptedBatch> batches, List<BodyRun> allBodies) {
        Setup setup = log.setup;
        if (setup.maxConcurrency != Concurrency.UNLIMITED) {
            for (ScriptedBatch batch : batches) {
                List<Edge> edges = new ArrayList<>();
                for (ScriptedCall call : batch.calls) {
                    for (BodyRun run : call.bodies) {
                        if (holdsPermit(run)) {
                            add(edges, run.startNanos, run.endNanos);
                        }
                    }
                }
                check("maxConcurrency", setup.maxConcurrency, edges, batch);
            }
        }
        if (setup.total > 0) {
            checkShared("totalConcurrency", setup.total, allBodies, tool -> true);
        }
        for (Group group : setup.groups) {
            checkShared("groupConcurrency " + group.tools(), group.limit(), allBodies, group.tools()::contains);
        }
        setup.policies.forEach((tool, policy) -> {
            if (policy.maxConcurrency() != Concurrency.UNLIMITED) {
                checkShared("maxConcurrency of " + tool, policy.maxConcurrency(), allBodies, tool::equals);
            }
        });
    }

    private void checkShared(String cap, int limit, List<BodyRun> allBodies, Predicate<String> tools) {
        List<Edge> edges = new ArrayList<>();
        for (BodyRun run : allBodies) {
            if (!tools.test(run.call.call.tool()) || !holdsPermit(run)) {
                continue;
            }
            if (run.nestedFrom == 0) {
                add(edges, run.startNanos, run.endNanos);
                continue;
            }
            // While a body waits for a round of its own, its call has no cap. If the call was ended meanwhile, the body
            // goes on without one.
            add(edges, run.startNanos, run.nestedFrom);
            if (!mayHaveBeenEnded(run.call) && run.call.bodies.size() == 1 && run.nestedTo != 0) {
                add(edges, run.nestedTo, run.endNanos);
            }
        }
        check(cap, limit, edges, null);
    }

    private static void add(List<Edge> edges, long from, long to) {
        if (from < to) {
            edges.add(new Edge(from, 1));
            edges.add(new Edge(to, -1));
        }
    }

    private void check(String cap, int limit, List<Edge> edges, ScriptedBatch batch) {
        edges.sort((a, b) -> a.nanos != b.nanos ? Long.signum(a.nanos - b.nanos) : a.change - b.change);
        int running = 0;
        int most = 0;
        for (Edge edge : edges) {
            running += edge.change;
            most = Math.max(most, running);
        }
        if (most > limit) {
            log.violation("caps", cap + " " + limit + ", but " + most + " bodies at a time; batch " + batch);
        }
        if (most == limit) {
            log.tally.add("caps that were reached");
        }
    }

    /** Whether the body certainly had its permit to the end, because its call cannot have been abandoned. */
    private boolean holdsPermit(BodyRun run) {
        ScriptedCall call = run.call;
        if (!run.equals(call.lastBody()) || call.index >= call.batch.results.size()) {
            return true;
        }
        Outcome outcome = call.batch.results.get(call.index).outcome();
        boolean given = outcome.isSuccess() || outcome instanceof Outcome.Failed;
        return given || !(run.interruptSeen || mayHaveBeenEnded(call) || call.batch.mode == Mode.STREAMED);
    }

    private boolean mayHaveBeenEnded(ScriptedCall call) {
        ScriptedBatch batch = call.batch;
        return batch.parent != null
                || batch.cancelled
                || batch.wasInterrupted()
                || log.closing
                || log.setup.failFast
                || log.setup.limits(call.call.tool())
                || batch.calls.stream().anyMatch(other -> other.faults.contains(Fault.LEAVE));
    }
}
