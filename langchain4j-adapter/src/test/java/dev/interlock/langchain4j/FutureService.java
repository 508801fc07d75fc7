package dev.interlock.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An AI service that gives futures, as far as LangChain4j's loop for these goes; see {@link StandInAsyncLoop}. */
final class FutureService {

    private final ScriptedChatModel model;
    private final AiServiceContext context;
    private final AsyncToolService service;
    private final @Nullable ChatMemory memory;

    /** Where the model answers: it has one thread, which must not be kept. */
    private final Executor modelThread;

    /** In place of virtual threads, if set. */
    private @Nullable Executor roundThreads;

    private FutureService(
            ScriptedChatModel model, AiServiceContext context, @Nullable ChatMemory memory, Executor modelThread) {
        this.model = model;
        this.context = context;
        this.service = (AsyncToolService) context.toolService;
        this.memory = memory;
        this.modelThread = modelThread;
    }

    static FutureService of(
            ParallelTools parallel,
            ScriptedChatModel model,
            @Nullable ChatMemory memory,
            Executor modelThread,
            List<AiServiceTool> tools,
            Consumer<AiServices<Assistant>> settings) {
        AiServiceContext context = parallel.aiServiceContext(Assistant.class);
        AiServices<Assistant> services = AiServices.builder(context);
        services.chatModel(model).tools(tools);
        if (memory != null) {
            services.chatMemory(memory);
        }
        settings.accept(services);
        services.build();
        return new FutureService(model, context, memory, modelThread);
    }

    AsyncToolService service() {
        return service;
    }

    void roundThreads(Executor executor) {
        roundThreads = executor;
    }

    /** Asks; the future is that of the user, who can cancel it. */
    CompletableFuture<String> chat(String text) {
        InvocationContext invocation = InvocationContext.builder()
                .invocationId(UUID.randomUUID())
                .chatMemoryId("default")
                .build();
        UserMessage message = UserMessage.from(text);
        Executor own = roundThreads;
        if (own == null) {
            service.asyncInvocation(invocation);
        } else {
            service.asyncInvocation(invocation, () -> new AsyncInvocation(service.rounds()::captureContext, null, own));
        }
        ToolServiceContext tools = service.createContext(invocation, message, List.of(message));
        if (memory != null) {
            memory.add(message);
        }
        CompletableFuture<String> answer = new CompletableFuture<>();
        List<ChatMessage> messages = List.of(message);
        var unused = ask(ChatRequest.builder().messages(messages).build())
                .thenCompose(first -> service.executeAsync(
                        new StandInAsyncLoop(service),
                        new AsyncModelLoop.Start(
                                context,
                                "default",
                                first,
                                ChatRequestParameters.builder().build(),
                                messages,
                                memory,
                                invocation,
                                tools,
                                answer,
                                this::ask)))
                .whenComplete((result, error) -> {
                    if (error == null) {
                        answer.complete(result.finalResponse().aiMessage().text());
                    } else {
                        answer.completeExceptionally(error);
                    }
                });
        return answer;
    }

    private CompletableFuture<ChatResponse> ask(ChatRequest request) {
        return CompletableFuture.supplyAsync(() -> model.chat(request), modelThread);
    }

    /** Returns when the thread of the model is free. */
    void awaitModelThread() throws InterruptedException {
        CountDownLatch free = new CountDownLatch(1);
        modelThread.execute(free::countDown);
        Waiting.await(free);
    }
}
