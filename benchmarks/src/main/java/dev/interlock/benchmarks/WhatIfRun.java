package dev.interlock.benchmarks;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Concurrency;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.report.RunRecorder;
import dev.interlock.report.WhatIf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs a recorded batch with a bad declaration or setting, or with the fault mended. Confined to one thread. */
final class WhatIfRun {

    /** The faults. */
    enum Fault {
        /** Nothing is known of any tool. */
        UNDECLARED(WhatIf.Kind.READS),
        /** Each tool is declared to write one thing, whatever its arguments. */
        COARSE(WhatIf.Kind.FINER),
        /** Only two calls may run at a time. */
        FEW_PERMITS(WhatIf.Kind.PERMITS),
        /** Only one call may run at a time in all rounds, though all are pure. */
        LOW_CAP(WhatIf.Kind.CAP);

        private final WhatIf.Kind kind;

        Fault(WhatIf.Kind kind) {
            this.kind = kind;
        }

        /** The kind of what-if that mends the fault. */
        WhatIf.Kind kind() {
            return kind;
        }
    }

    /** The outcome of a run's rounds. */
    record Outcome(long nanos, List<WhatIf> whatIfs) {}

    /** In the second round the executor knows how long tools take, and uses that if permits are few. */
    private static final int ROUNDS = 2;

    private final TraceBatch batch;
    private final int sleepMillis;
    private final Map<String, Integer> placeOf = new HashMap<>();
    private final Set<String> tools = new LinkedHashSet<>();

    WhatIfRun(TraceBatch batch, int sleepMillis) {
        this.batch = batch;
        this.sleepMillis = sleepMillis;
        for (ToolCall call : batch.calls()) {
            placeOf.put(call.id(), placeOf.size());
            tools.add(call.tool());
        }
    }

    void warmUp() {
        execute(Fault.FEW_PERMITS, null);
    }

    /** Executes the batch a few times with a fault, or with the change that mends it. */
    Outcome execute(Fault fault, @Nullable WhatIf mended) {
        RunRecorder recorder = new RunRecorder(ROUNDS);
        ToolCallExecutor.Builder builder =
                ToolCallExecutor.builder().inference(false).listener(recorder).maxConcurrency(Concurrency.UNLIMITED);
        if (fault == Fault.FEW_PERMITS) {
            builder.maxConcurrency(mended == null ? 2 : mended.value());
        }
        if (fault == Fault.LOW_CAP) {
            builder.groupConcurrency(mended == null ? 1 : mended.value(), tools.toArray(String[]::new));
        }
        List<ToolDefinition> definitions = new ArrayList<>();
        for (String tool : tools) {
            boolean changed = mended != null && mended.tools().contains(tool);
            Effects effects = effects(fault, changed);
            definitions.add(
                    effects == null
                            ? ToolDefinition.of(tool, this::sleep)
                            : ToolDefinition.of(tool, effects, this::sleep));
        }
        ToolCallExecutor executor = builder.build();
        ToolSet set = ToolSet.of(definitions);
        for (int i = 0; i < ROUNDS; i++) {
            executor.execute(batch.calls(), set);
        }
        return new Outcome(
                recorder.report().timeInRounds().toNanos(),
                mended == null ? recorder.report().whatIfs() : List.of());
    }

    private @Nullable Effects effects(Fault fault, boolean mended) {
        return switch (fault) {
            case UNDECLARED -> mended ? Effects.reads("/") : null;
            case COARSE -> Effects.of(call -> coarse(call, mended));
            case FEW_PERMITS -> Effects.of(call -> accesses(call));
            case LOW_CAP -> Effects.pure();
        };
    }

    private List<Access> accesses(ToolCall call) {
        return batch.accesses(place(call));
    }

    private static Collection<Access> coarse(ToolCall call, boolean finer) {
        String all = "of/" + call.tool();
        return List.of(
                Access.write(finer ? all + "/" + call.arguments().toString().hashCode() : all));
    }

    private int place(ToolCall call) {
        return Objects.requireNonNull(placeOf.get(call.id()));
    }

    /** Sleeps; calls take different times, but each the same time in every run. */
    private @Nullable Object sleep(ToolCall call) throws InterruptedException {
        Thread.sleep(sleepMillis / 2 + place(call) * 7L % (sleepMillis + 1L));
        return null;
    }
}
