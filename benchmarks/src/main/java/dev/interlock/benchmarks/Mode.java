package dev.interlock.benchmarks;

import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.service.AiServices;
import java.util.List;

/** Who executes the tool calls. */
enum Mode {
    /** LangChain4j, one call after another. */
    SEQUENTIAL_A,

    /** The same again. Its difference from the first is noise. */
    SEQUENTIAL_B,

    /** LangChain4j, all calls at once. */
    CONCURRENT,

    /** Interlock without a cap. */
    INTERLOCK;

    private static final BenchmarkTools TOOLS = new BenchmarkTools();

    /** Returns the modes that a workload compares. */
    static List<Mode> of(Workload workload) {
        return workload.isParallel() ? List.of(values()) : List.of(SEQUENTIAL_A, SEQUENTIAL_B, INTERLOCK);
    }

    /** Builds an AI service whose model calls the workload's tool. */
    Assistant assistant(Workload workload) {
        AiServices<Assistant> service =
                switch (this) {
                    case SEQUENTIAL_A, SEQUENTIAL_B -> AiServices.builder(Assistant.class);
                    case CONCURRENT -> AiServices.builder(Assistant.class).executeToolsConcurrently();
                    case INTERLOCK ->
                        ParallelTools.builder()
                                .maxConcurrency(ParallelTools.UNLIMITED)
                                .build()
                                .aiServices(Assistant.class);
                };
        return service.chatModel(new ScriptedModel(workload.tool(), workload.calls()))
                .tools(TOOLS)
                .build();
    }
}
