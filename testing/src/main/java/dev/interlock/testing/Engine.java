package dev.interlock.testing;

import dev.interlock.event.RoundListener;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolSet;
import dev.interlock.footprint.Audit;
import dev.interlock.footprint.AuditReport;
import dev.interlock.langchain4j.ParallelTools;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs the tools of all worlds of a check.
 *
 * @param tools returns the tools of a world
 * @param audit returns what calls have touched so far
 * @param <W> the type of the world
 */
record Engine<W>(Function<? super W, Tools> tools, Supplier<AuditReport> audit) {

    static <W> Engine<W> langChain4j(
            Function<? super W, ?> tools,
            Consumer<? super ParallelTools.Builder> settings,
            RoundListener listener,
            boolean audited) {
        ParallelTools.Builder builder = ParallelTools.builder();
        settings.accept(builder);
        builder.listener(listener).maxConcurrency(ParallelTools.UNLIMITED);
        if (audited) {
            builder.audit(Audit.FAIL);
        }
        ParallelTools parallel = builder.build();
        return new Engine<>(world -> new LangChain4jTools(parallel, tools.apply(world)), parallel::auditReport);
    }

    static <W> Engine<W> core(
            Function<? super W, ToolSet> tools,
            Consumer<? super ToolCallExecutor.Builder> settings,
            RoundListener listener,
            boolean audited) {
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder();
        settings.accept(builder);
        builder.listener(listener).maxConcurrency(ParallelTools.UNLIMITED);
        if (audited) {
            builder.audit(Audit.FAIL);
        }
        ToolCallExecutor executor = builder.build();
        return new Engine<>(world -> new CoreTools(executor, tools.apply(world)), executor::auditReport);
    }
}
