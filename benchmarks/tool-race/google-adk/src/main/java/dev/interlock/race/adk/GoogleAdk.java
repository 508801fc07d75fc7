package dev.interlock.race.adk;

import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.RunConfig;
import com.google.adk.agents.RunConfig.ToolExecutionMode;
import com.google.adk.runner.InMemoryRunner;
import com.google.genai.types.Content;
import com.google.genai.types.Part;
import dev.interlock.race.Agent;
import dev.interlock.race.Framework;
import dev.interlock.race.Row;
import dev.interlock.race.Row.Feature;
import dev.interlock.race.Setup;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Subscription;

/** Google's ADK: an {@code LlmAgent} in an {@code InMemoryRunner}, in each mode of tool execution. */
public final class GoogleAdk implements Framework {

    private static final String SETTINGS =
            "onToolErrorCallback gives the model the failure, since without one it ends the conversation; a session a"
                    + " conversation; tools are blocking Singles; cancel: the subscription to the Flowable is cancelled"
                    + " and the caller, who blocks on it, interrupted";
    private static final String NO_TIMEOUT = "no limit of time for tools";

    @Override
    public List<Row> rows() {
        return List.of(
                row(ToolExecutionMode.SEQUENTIAL, "sequential").lacks(Feature.CAP, "sequential"),
                row(ToolExecutionMode.PARALLEL, "parallel (default)")
                        .lacks(Feature.CAP, "blocking tools run one by one in this mode"),
                row(ToolExecutionMode.PARALLEL_SUBSCRIBE, "parallel subscribe; cap: an executor of 5 threads"));
    }

    private static Row row(ToolExecutionMode mode, String name) {
        String title = name.split(";", 2)[0];
        return Row.of(
                        "Google ADK 1.8.0, " + title,
                        "toolExecutionMode " + mode + name.substring(title.length()) + "; " + SETTINGS,
                        setup -> open(setup, mode))
                .lacks(Feature.TIMEOUT, NO_TIMEOUT);
    }

    private static Agent open(Setup setup, ToolExecutionMode mode) {
        LlmAgent.Builder builder = LlmAgent.builder()
                .name("agent")
                .model(new ScriptedModel(setup.script()))
                .tools(RecordedTool.all(setup.tools()))
                .onToolErrorCallbackSync((invocation, tool, input, context, error) ->
                        Optional.of(Map.of("error", String.valueOf(error.getMessage()))));
        ExecutorService executor = setup.cap().isPresent()
                ? Executors.newFixedThreadPool(setup.cap().getAsInt())
                : null;
        if (executor != null) {
            builder.executor(executor);
        }
        InMemoryRunner runner = new InMemoryRunner(builder.build());
        RunConfig config = RunConfig.builder()
                .toolExecutionMode(mode)
                .autoCreateSession(true)
                .build();
        AtomicLong sessions = new AtomicLong();
        return new Agent() {
            private volatile Subscription subscription;

            @Override
            public String chat(String message) {
                return runner.runAsync(
                                "user",
                                "session" + sessions.incrementAndGet(),
                                Content.fromParts(Part.fromText(message)),
                                config)
                        .doOnSubscribe(subscribed -> subscription = subscribed)
                        .blockingLast()
                        .stringifyContent();
            }

            @Override
            public void cancel(Thread thread) {
                subscription.cancel();
                thread.interrupt();
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
