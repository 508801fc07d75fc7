package dev.interlock.race.alibaba;

import com.alibaba.cloud.ai.graph.RunnableConfig;
import com.alibaba.cloud.ai.graph.agent.Builder;
import com.alibaba.cloud.ai.graph.agent.ReactAgent;
import dev.interlock.race.Agent;
import dev.interlock.race.Framework;
import dev.interlock.race.Row;
import dev.interlock.race.Row.Feature;
import dev.interlock.race.Setup;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Spring AI Alibaba's {@code ReactAgent}, in both of its modes. */
public final class SpringAiAlibaba implements Framework {

    private static final String CANCEL = "cancel: interrupt of the caller, since the agent's own interrupt() is for "
            + "conversations that continue";

    @Override
    public List<Row> rows() {
        return List.of(
                Row.of(
                                "Spring AI Alibaba 1.1.2.0, sequential",
                                "ReactAgent as it comes; time-out: toolExecutionTimeout(300 ms) with"
                                        + " wrapSyncToolsAsAsync(true), without which it does not hold for tools that"
                                        + " block; "
                                        + CANCEL,
                                setup -> open(setup, false))
                        .lacks(Feature.CAP, "sequential"),
                Row.of(
                        "Spring AI Alibaba 1.1.2.0, parallel",
                        "parallelToolExecution(true), maxParallelTools(as many as there are, 5 by default), executor(a"
                                + " virtual thread a call), since its own pool has 4 threads here; cap:"
                                + " maxParallelTools(5); time-out: toolExecutionTimeout(300 ms); "
                                + CANCEL,
                        setup -> open(setup, true)));
    }

    private static Agent open(Setup setup, boolean parallel) {
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        Builder builder = ReactAgent.builder()
                .name("agent")
                .model(new ScriptedModel(setup.script()))
                .tools(RecordedTool.all(setup.tools()))
                .parallelToolExecution(parallel)
                .maxParallelTools(setup.cap().orElse(Integer.MAX_VALUE))
                .executor(executor);
        setup.timeout().ifPresent(limit -> builder.toolExecutionTimeout(limit).wrapSyncToolsAsAsync(!parallel));
        ReactAgent agent = builder.build();
        AtomicLong threads = new AtomicLong();
        return new Agent() {
            @Override
            public String chat(String message) throws Exception {
                RunnableConfig config = RunnableConfig.builder()
                        .threadId("thread" + threads.incrementAndGet())
                        .build();
                return agent.call(message, config).getText();
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }
}
