package dev.interlock.race.agentscope;

import dev.interlock.race.Agent;
import dev.interlock.race.Framework;
import dev.interlock.race.Row;
import dev.interlock.race.Row.Feature;
import dev.interlock.race.Setup;
import io.agentscope.core.ReActAgent;
import io.agentscope.core.agent.RuntimeContext;
import io.agentscope.core.model.ExecutionConfig;
import io.agentscope.core.tool.Toolkit;
import io.agentscope.core.tool.ToolkitConfig;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** AgentScope's {@code ReActAgent} in both of its modes; the parallel one with and without declarations about tools. */
public final class AgentScope implements Framework {

    private static final String NAME = "AgentScope 2.0.0, ";
    private static final String SETTINGS = "time-out: executionConfig with timeout(300 ms); a session a conversation;"
        + " cancel: interrupt of the caller, who blocks on the Mono, so that Reactor cancels it, since the agent's own"
        + " interrupt() waits for the tools";
    private static final String CAP = "cap: executorService(a fixed pool of 5 threads); ";

    @Override
    public List<Row> rows() {
        return List.of(
                Row.of(NAME + "sequential", "Toolkit as it comes; " + SETTINGS, setup -> open(setup, false, false))
                        .lacks(Feature.CAP, "sequential"),
                Row.of(NAME + "parallel", "parallel(true); " + CAP + SETTINGS, setup -> open(setup, true, false)),
                Row.of(
                        NAME + "parallel, writers unsafe",
                        "parallel(true), concurrencySafe(false) for tools of which a recorded call writes, so that "
                                + "their calls run alone; "
                                + CAP
                                + SETTINGS,
                        setup -> open(setup, true, true)));
    }

    private static Agent open(Setup setup, boolean parallel, boolean writersUnsafe) {
        ToolkitConfig.Builder config = ToolkitConfig.builder().parallel(parallel);
        ExecutorService executor = setup.cap().isPresent()
                ? Executors.newFixedThreadPool(setup.cap().getAsInt())
                : null;
        if (executor != null) {
            config.executorService(executor);
        }
        setup.timeout()
                .ifPresent(limit -> config.executionConfig(
                        ExecutionConfig.builder().timeout(limit).maxAttempts(1).build()));
        Toolkit toolkit = new Toolkit(config.build());
        for (String name : setup.tools().names()) {
            boolean safe = !writersUnsafe || setup.tools().onlyReads(name);
            toolkit.registerAgentTool(new RecordedTool(name, safe, setup.tools()));
        }
        ReActAgent agent = ReActAgent.builder()
                .name("agent")
                .model(new ScriptedModel(setup.script()))
                .toolkit(toolkit)
                .build();
        AtomicLong sessions = new AtomicLong();
        return new Agent() {
            @Override
            public String chat(String message) {
                RuntimeContext session = RuntimeContext.builder()
                        .sessionId("session" + sessions.incrementAndGet())
                        .build();
                return agent.call(message, session).block().getTextContent();
            }

            @Override
            public void close() {
                if (executor != null) {
                    executor.shutdownNow();
                }
            }
        };
    }
}
