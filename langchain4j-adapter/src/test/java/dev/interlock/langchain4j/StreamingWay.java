package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolService;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The ways by which a streamed response gets to this library. */
enum StreamingWay {
    SERVICE {
        @Override
        Ended run(Consumer<ParallelTools.Builder> settings, StreamingChatModel model, Object tools, ChatMemory memory)
                throws InterruptedException {
            StreamingAssistant assistant = parallel(settings)
                    .aiServices(StreamingAssistant.class)
                    .streamingChatModel(model)
                    .chatMemory(memory)
                    .tools(tools)
                    .build();
            StreamedAnswer answer = StreamedAnswer.to(assistant.chat("go")).ended();
            return new Ended(
                    answer.answers().isEmpty() ? null : answer.answers().get(0),
                    answer.errors().isEmpty() ? null : answer.errors().get(0));
        }
    },
    HAND_WRITTEN {
        @Override
        Ended run(Consumer<ParallelTools.Builder> settings, StreamingChatModel model, Object tools, ChatMemory memory)
                throws Exception {
            ParallelTools parallel = parallel(settings);
            List<AiServiceTool> all = ToolService.findTools(tools);
            List<ToolSpecification> specifications =
                    all.stream().map(AiServiceTool::toolSpecification).toList();
            memory.add(UserMessage.from("go"));
            while (true) {
                CompletableFuture<AiMessage> answered = new CompletableFuture<>();
                ChatRequest request = ChatRequest.builder()
                        .messages(memory.messages())
                        .toolSpecifications(specifications)
                        .build();
                model.chat(request, parallel.streamingHandler(all, completing(answered)));
                AiMessage message;
                try {
                    message = answered.get(30, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    return new Ended(null, e.getCause());
                }
                memory.add(message);
                if (!message.hasToolExecutionRequests()) {
                    return new Ended(message.text(), null);
                }
                List<ToolExecutionResultMessage> results = parallel.execute(message, all);
                results.forEach(memory::add);
            }
        }
    },
    TASK_AGENT {
        @Override
        Ended run(Consumer<ParallelTools.Builder> settings, StreamingChatModel model, Object tools, ChatMemory memory) {
            TaskResult result = TaskAgent.builder()
                    .streamingChatModel(model)
                    .tools(tools)
                    .parallelTools(parallel -> settings.accept(parallel.gracePeriod(Waiting.PATIENCE)))
                    .chatMemoryProvider(id -> memory)
                    .build()
                    .execute("go", "conversation");
            return new Ended(result.answer(), result.error());
        }
    };

    /** How it ended: by an answer, or an error. */
    record Ended(@Nullable String answer, @Nullable Throwable error) {}

    /** Asks the model once, in words that do not matter, and goes on until it answers. */
    abstract Ended run(
            Consumer<ParallelTools.Builder> settings, StreamingChatModel model, Object tools, ChatMemory memory)
            throws Exception;

    Ended run(StreamingChatModel model, Object tools, ChatMemory memory) throws Exception {
        return run(settings -> {}, model, tools, memory);
    }

    private static ParallelTools parallel(Consumer<ParallelTools.Builder> settings) {
        ParallelTools.Builder builder = Waiting.patientTools();
        settings.accept(builder);
        return builder.build();
    }

    private static StreamingChatResponseHandler completing(CompletableFuture<AiMessage> answered) {
        return new StreamingChatResponseHandler() {
            @Override
            public void onCompleteResponse(ChatResponse response) {
                answered.complete(response.aiMessage());
            }

            @Override
            public void onError(Throwable error) {
                answered.completeExceptionally(error);
            }
        };
    }
}
