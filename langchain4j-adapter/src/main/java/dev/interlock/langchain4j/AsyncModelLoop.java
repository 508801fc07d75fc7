package dev.interlock.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.tool.ToolServiceContext;
import dev.langchain4j.service.tool.ToolServiceResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** LangChain4j's model loop for services that return futures, which exists from 1.20 on, or a replacement for it. */
interface AsyncModelLoop {

    /** Runs the loop, which starts tools through {@link AsyncToolService#startTool}. */
    CompletableFuture<ToolServiceResult> run(Start start);

    /** The arguments with which LangChain4j starts the loop, under LangChain4j's names. */
    record Start(
            AiServiceContext context,
            @Nullable Object memoryId,
            ChatResponse chatResponse,
            ChatRequestParameters parameters,
            List<ChatMessage> messages,
            @Nullable ChatMemory chatMemory,
            InvocationContext invocationContext,
            ToolServiceContext toolServiceContext,
            @Nullable CompletableFuture<?> cancellation,
            Function<ChatRequest, CompletableFuture<ChatResponse>> chatModelInvoker) {

        Start with(
                ChatResponse first,
                @Nullable ChatMemory memory,
                ToolServiceContext tools,
                Function<ChatRequest, CompletableFuture<ChatResponse>> model) {
            return new Start(
                    context,
                    memoryId,
                    first,
                    parameters,
                    messages,
                    memory,
                    invocationContext,
                    tools,
                    cancellation,
                    model);
        }
    }
}
