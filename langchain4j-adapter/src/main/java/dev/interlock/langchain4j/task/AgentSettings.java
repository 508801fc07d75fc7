package dev.interlock.langchain4j.task;

import dev.interlock.execution.ContextPropagator;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.langchain4j.TaskListener;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.memory.chat.ChatMemoryProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an agent, see the setters of its builder. Immutable.
 *
 * @param chatModel the model, or null if it streams
 * @param streamingChatModel the model, or null if it does not stream
 * @param tools objects with tools
 * @param codedTools tools built in code
 * @param toolProviders providers of tools, asked for each task
 * @param systemPrompt the system prompt, null for the default
 * @param instructions further instructions, or null
 * @param maxRounds how many rounds a task may have
 * @param timeout how long a task may take, null for any time
 * @param timer says when that time is up
 * @param chatMemoryProvider provides the conversations' memories, null to let the agent keep them
 * @param listeners the listeners
 * @param propagators the propagators of context to the threads that work for a task
 * @param parallelTools further settings of the tools
 * @param aiServices further settings of the AI service
 */
public record AgentSettings(
        @Nullable ChatModel chatModel,
        @Nullable StreamingChatModel streamingChatModel,
        List<Object> tools,
        Map<ToolSpecification, ToolExecutor> codedTools,
        List<ToolProvider> toolProviders,
        @Nullable String systemPrompt,
        @Nullable String instructions,
        int maxRounds,
        @Nullable Duration timeout,
        TaskTimer timer,
        @Nullable ChatMemoryProvider chatMemoryProvider,
        List<TaskListener> listeners,
        List<ContextPropagator> propagators,
        Consumer<ParallelTools.Builder> parallelTools,
        Consumer<AiServices<?>> aiServices) {

    /** Copies the lists. */
    public AgentSettings {
        tools = List.copyOf(tools);
        codedTools = new LinkedHashMap<>(codedTools);
        toolProviders = List.copyOf(toolProviders);
        listeners = List.copyOf(listeners);
        propagators = List.copyOf(propagators);
    }
}
