package dev.interlock.benchmarks;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs a recorded chain as a conversation of an AI service with a model that takes time to answer. */
final class ChainedConversation {

    private final ChainedTools tools;
    private final long modelNanos;
    private final Map<ToolSpecification, ToolExecutor> executors = new HashMap<>();
    private final ParallelTools parallel;

    ChainedConversation(ChainedTools tools, List<ChainedRow> rows, long modelNanos, long toolNanos) {
        this.tools = tools;
        this.modelNanos = modelNanos;
        ParallelTools.Builder builder = ParallelTools.builder().chaining(true).maxConcurrency(ParallelTools.UNLIMITED);
        for (String tool : ChainedRow.tools(rows)) {
            String result = tools.result(tool).toString();
            JsonObjectSchema.Builder parameters = JsonObjectSchema.builder();
            tools.parameters(tool).keySet().forEach(parameters::addStringProperty);
            ToolSpecification specification = ToolSpecification.builder()
                    .name(tool)
                    .parameters(parameters.build())
                    .build();
            executors.put(specification, (request, memory) -> {
                sleep(toolNanos);
                return result;
            });
            builder.effects(tool, Effects.pure())
                    .policy(tool, ToolPolicy.builder().references(true).build());
        }
        this.parallel = builder.build();
    }

    private static void sleep(long nanos) {
        try {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A model that answers one request after another. */
    private final class Model implements ChatModel {
        private final List<AiMessage> script;
        private int asked;

        Model(List<AiMessage> script) {
            this.script = script;
        }

        @Override
        public ChatResponse doChat(ChatRequest request) {
            sleep(modelNanos);
            AiMessage message = asked < script.size() ? script.get(asked) : AiMessage.from("done");
            asked++;
            return ChatResponse.builder().aiMessage(message).build();
        }
    }

    /** The result of a conversation; times are scaled back up. */
    record Run(int requests, long nanos) {
        Run plus(Run other) {
            return new Run(requests + other.requests, nanos + other.nanos);
        }
    }

    /** Runs all calls in one response, with Interlock. */
    Run chained(ChainedRow row) {
        return run(
                parallel.aiServices(Assistant.class),
                List.of(message(
                        row.calls().stream().map(ChainedConversation::request).toList())));
    }

    /** Runs one call in each response, with LangChain4j. */
    Run oneCallARound(ChainedRow row) {
        List<AiMessage> script = new ArrayList<>();
        for (int i = 0; i < row.calls().size(); i++) {
            script.add(message(List.of(resolved(row, i))));
        }
        return run(AiServices.builder(Assistant.class), script);
    }

    /** Runs in each response all calls that need no further result, with LangChain4j's concurrent execution. */
    Run oneWaveARound(ChainedRow row) {
        List<AiMessage> script = new ArrayList<>();
        for (List<Integer> wave : row.waves()) {
            script.add(message(wave.stream().map(call -> resolved(row, call)).toList()));
        }
        return run(AiServices.builder(Assistant.class).executeToolsConcurrently(), script);
    }

    private Run run(AiServices<Assistant> services, List<AiMessage> script) {
        Model model = new Model(script);
        Assistant assistant = services.chatModel(model).tools(executors).build();
        long start = System.nanoTime();
        assistant.chat("go");
        return new Run(model.asked, System.nanoTime() - start);
    }

    private ToolExecutionRequest resolved(ChainedRow row, int call) {
        ToolCall written = row.calls().get(call);
        return request(new ToolCall(written.id(), written.tool(), Objects.requireNonNull(row.resolved(call, tools))));
    }

    private static ToolExecutionRequest request(ToolCall call) {
        return ToolExecutionRequest.builder()
                .id(call.id())
                .name(call.tool())
                .arguments(call.arguments().toString())
                .build();
    }

    private static AiMessage message(List<ToolExecutionRequest> requests) {
        return AiMessage.from(requests);
    }
}
