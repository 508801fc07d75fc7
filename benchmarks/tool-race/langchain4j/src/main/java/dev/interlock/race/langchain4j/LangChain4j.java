package dev.interlock.race.langchain4j;

import dev.interlock.race.Agent;
import dev.interlock.race.Call;
import dev.interlock.race.Framework;
import dev.interlock.race.Row;
import dev.interlock.race.Row.Feature;
import dev.interlock.race.Setup;
import dev.interlock.race.Toolbox;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** LangChain4j's AI services, in both of their modes. */
public final class LangChain4j implements Framework {

    private static final String NO_TIMEOUT = "an AI service has no limit of time for tools";

    /** The AI service. */
    interface Assistant {
        String chat(String message);
    }

    @Override
    public List<Row> rows() {
        return List.of(
                Row.of(
                                "LangChain4j 1.19.0, sequential",
                                "AiServices as it comes; cancel: interrupt of the caller",
                                LangChain4j::sequential)
                        .lacks(Feature.CAP, "sequential")
                        .lacks(Feature.TIMEOUT, NO_TIMEOUT),
                Row.of(
                                "LangChain4j 1.19.0, concurrent",
                                "executeToolsConcurrently(); cap: executeToolsConcurrently(a fixed pool of 5 threads); "
                                        + "cancel: interrupt of the caller",
                                LangChain4j::concurrent)
                        .lacks(Feature.TIMEOUT, NO_TIMEOUT));
    }

    private static Agent sequential(Setup setup) {
        return service(AiServices.builder(Assistant.class), setup)::chat;
    }

    private static Agent concurrent(Setup setup) {
        AiServices<Assistant> builder = AiServices.builder(Assistant.class);
        if (setup.cap().isEmpty()) {
            return service(builder.executeToolsConcurrently(), setup)::chat;
        }
        ExecutorService executor = Executors.newFixedThreadPool(setup.cap().getAsInt());
        Assistant assistant = service(builder.executeToolsConcurrently(executor), setup);
        return new Agent() {
            @Override
            public String chat(String message) {
                return assistant.chat(message);
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }

    /** The service that all modes have in common. */
    static Assistant service(AiServices<Assistant> builder, Setup setup) {
        return builder.chatModel(new ScriptedModel(setup.script()))
                .tools(tools(setup.tools()))
                .build();
    }

    private static Map<ToolSpecification, ToolExecutor> tools(Toolbox tools) {
        ToolExecutor executor = (request, memoryId) -> tools.call(Call.step(request.arguments()));
        Map<ToolSpecification, ToolExecutor> all = new HashMap<>();
        for (String name : tools.names()) {
            all.put(
                    ToolSpecification.builder()
                            .name(name)
                            .description("A recorded tool")
                            .parameters(JsonObjectSchema.builder()
                                    .addIntegerProperty(Call.STEP)
                                    .required(Call.STEP)
                                    .build())
                            .build(),
                    executor);
        }
        return all;
    }
}
