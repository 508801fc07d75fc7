package dev.interlock.langchain4j.task;

import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.Objects;
import java.util.Set;

/**
 * Creates the AI service that carries out an agent's tasks. Only the thread that builds the agent uses it; the agent's
 * memory keeps it.
 */
final class TaskServices {

    /** Enough for a tool that reports whether a job is done; stops a looping model before its 100 rounds. */
    private static final int MAX_REPEATED_CALLS = 10;

    private final AgentSettings settings;

    TaskServices(AgentSettings settings) {
        this.settings = settings;
    }

    boolean streams() {
        return settings.streamingChatModel() != null;
    }

    Set<Capability> capabilities() {
        return settings.chatModel() != null
                ? settings.chatModel().supportedCapabilities()
                : Objects.requireNonNull(settings.streamingChatModel()).supportedCapabilities();
    }

    ParallelTools parallelTools(TaskRounds rounds) {
        ParallelTools.Builder parallel =
                ParallelTools.builder().listener(rounds).contextPropagator(rounds);
        settings.propagators().forEach(parallel::contextPropagator);
        if (settings.timeout() != null) {
            // Then no call runs on the calling thread, which must return in time.
            parallel.roundTimeout(settings.timeout());
        }
        parallel.maxRepeatedCalls(MAX_REPEATED_CALLS);
        settings.parallelTools().accept(parallel);
        return parallel.build();
    }

    TaskService service(ParallelTools parallel) {
        AiServices<TaskService> services = parallel.aiServices(TaskService.class)
                .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text(text(error)))
                .hallucinatedToolNameStrategy(request ->
                        ToolExecutionResultMessage.from(request, "Error: there is no tool '" + request.name() + "'"));
        settings.aiServices().accept(services);
        if (settings.chatModel() != null) {
            services.chatModel(new TaskChatModel(settings.chatModel()));
        } else if (settings.streamingChatModel() != null) {
            services.streamingChatModel(new TaskStreamingModel(settings.streamingChatModel()));
        }
        services.chatMemoryProvider(this::memory)
                .systemMessageTransformer(own -> TaskPrompt.of(settings.systemPrompt(), settings.instructions(), own))
                .maxToolCallingRoundTrips(Integer.MAX_VALUE);
        if (!settings.tools().isEmpty()) {
            services.tools(settings.tools().toArray());
        }
        if (!settings.codedTools().isEmpty()) {
            services.tools(settings.codedTools());
        }
        if (!settings.toolProviders().isEmpty()) {
            services.toolProviders(settings.toolProviders());
        }
        return services.build();
    }

    /** Whether the agent keeps the memories of conversations itself. */
    boolean keepsMemories() {
        return settings.chatMemoryProvider() == null;
    }

    private ChatMemory memory(Object id) {
        if (settings.chatMemoryProvider() != null && !TaskRun.isAlone(id)) {
            return settings.chatMemoryProvider().get(id);
        }
        ChatMemory memory = MessageWindowChatMemory.builder()
                .id(id)
                .maxMessages(Integer.MAX_VALUE)
                .build();
        TaskRun run = TaskRun.current();
        if (run != null && run.memoryId().equals(id)) {
            run.memoryBefore().forEach(memory::add);
        }
        return memory;
    }

    private static String text(Throwable error) {
        return "Error: the arguments cannot be read: " + error.getMessage();
    }
}
