package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Resource;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.Dependency;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;

/**
 * One recorded batch, and a world for its calls. A call sees the contents of all resources that overlap its accesses,
 * takes its time, and leaves a hash of what it saw in the resources that it writes. So a change of order shows if it
 * matters.
 */
final class TraceBatch {

    private record Step(int index, ToolCall call, List<Access> accesses, List<Integer> recordedDependencies) {}

    private final String id;
    private final List<Step> steps;
    private final List<String> expectedSights = new ArrayList<>();
    private final Map<Resource, String> expectedState;

    // State of the current run, set before its calls start. The calls' threads share the world.
    private final Map<Resource, String> state = new ConcurrentHashMap<>();
    private final Map<Integer, String> sights = new ConcurrentHashMap<>();
    private volatile IntUnaryOperator millis = call -> 0;

    private TraceBatch(String id, List<Step> steps) {
        this.id = id;
        this.steps = steps;
        try {
            begin(0);
            for (Step step : steps) {
                runCall(step.index());
                expectedSights.add(sights.get(step.index()));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        expectedState = Map.copyOf(state);
    }

    /** Reads the batches of a file of traces. */
    static List<TraceBatch> read(Path file) throws IOException {
        return JsonLines.read(file).stream().map(TraceBatch::parse).toList();
    }

    static TraceBatch parse(JsonNode row) {
        String id = row.path("id").asText();
        List<Step> steps = new ArrayList<>();
        for (JsonNode call : row.path("calls")) {
            int index = steps.size();
            Set<Access> accesses = new LinkedHashSet<>();
            call.path("reads").forEach(key -> accesses.add(Access.read(TraceKeys.resource(key.asText()))));
            call.path("writes").forEach(key -> accesses.add(Access.write(TraceKeys.resource(key.asText()))));
            List<Integer> dependencies = new ArrayList<>();
            call.path("effect_depends_on").forEach(earlier -> dependencies.add(earlier.asInt()));
            steps.add(new Step(
                    index,
                    new ToolCall(id + "#" + index, call.path("name").asText(), call.path("arguments")),
                    List.copyOf(accesses),
                    List.copyOf(dependencies)));
        }
        return new TraceBatch(id, List.copyOf(steps));
    }

    /** Returns the tools of all batches. They compute accesses for each call. */
    static ToolSet tools(Collection<TraceBatch> batches) {
        Map<String, TraceBatch> batchOf = new HashMap<>();
        Map<String, Step> stepOf = new HashMap<>();
        Set<String> names = new LinkedHashSet<>();
        for (TraceBatch batch : batches) {
            for (Step step : batch.steps) {
                String callId = batch.id + "#" + step.index();
                if (stepOf.put(callId, step) != null) {
                    throw new IllegalArgumentException("there are two rows with id " + batch.id);
                }
                batchOf.put(callId, batch);
                names.add(step.call().tool());
            }
        }
        Effects effects = Effects.of(call -> stepOf.get(call.id()).accesses());
        return ToolSet.of(names.stream()
                .map(name -> ToolDefinition.of(name, effects, call -> {
                    batchOf.get(call.id()).runCall(stepOf.get(call.id()).index());
                    return null;
                }))
                .toList());
    }

    String id() {
        return id;
    }

    List<ToolCall> calls() {
        return steps.stream().map(Step::call).toList();
    }

    List<Access> accesses(int call) {
        return steps.get(call).accesses();
    }

    List<Integer> recordedDependencies(int call) {
        return steps.get(call).recordedDependencies();
    }

    /** The number of calls on the longest path through the recorded order. */
    int criticalPath() {
        int[] length = new int[steps.size()];
        int longest = 0;
        for (Step step : steps) {
            for (int earlier : step.recordedDependencies()) {
                length[step.index()] = Math.max(length[step.index()], length[earlier]);
            }
            longest = Math.max(longest, ++length[step.index()]);
        }
        return longest;
    }

    /** Whether each call of a plan waits for the same calls as recorded, directly or through others. */
    boolean isOrderedAsRecorded(CallPlan plan) {
        List<BitSet> planned = new ArrayList<>();
        List<BitSet> recorded = new ArrayList<>();
        for (Step step : steps) {
            planned.add(closure(
                    planned,
                    plan.dependencies(step.index()).stream()
                            .map(Dependency::earlier)
                            .toList()));
            recorded.add(closure(recorded, step.recordedDependencies()));
        }
        return planned.equals(recorded);
    }

    private static BitSet closure(List<BitSet> earlierClosures, List<Integer> dependencies) {
        BitSet closure = new BitSet();
        for (int earlier : dependencies) {
            closure.set(earlier);
            closure.or(earlierClosures.get(earlier));
        }
        return closure;
    }

    /** Begins a run in which each call takes {@code millisACall}. */
    void begin(int millisACall) {
        begin(call -> millisACall);
    }

    /** Begins a run in which a call's place determines its time. */
    void begin(IntUnaryOperator millisOfCall) {
        state.clear();
        sights.clear();
        millis = millisOfCall;
    }

    void runCall(int index) throws InterruptedException {
        Step step = steps.get(index);
        Map<String, String> seen = new TreeMap<>();
        for (Access access : step.accesses()) {
            state.forEach((resource, value) -> {
                if (resource.overlaps(access.resource())) {
                    seen.put(resource.toString(), value);
                }
            });
        }
        int takes = millis.applyAsInt(index);
        if (takes > 0) {
            Thread.sleep(takes);
        }
        if (sights.put(index, seen.toString()) != null) {
            throw new IllegalStateException("call " + (index + 1) + " of " + id + " was run twice");
        }
        for (Access access : step.accesses()) {
            if (access.isWrite()) {
                state.put(access.resource(), Integer.toHexString((index + " " + seen).hashCode()));
            }
        }
    }

    /** Whether a run in this order, one call after another, gives the serial run's results. */
    boolean isAsSerial(List<Integer> order) {
        begin(0);
        try {
            for (int index : order) {
                runCall(index);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return isAsSerial();
    }

    /** Whether the run gave the serial run's results. */
    boolean isAsSerial() {
        if (!state.equals(expectedState) || sights.size() != steps.size()) {
            return false;
        }
        for (Step step : steps) {
            if (!expectedSights.get(step.index()).equals(sights.get(step.index()))) {
                return false;
            }
        }
        return true;
    }
}
