package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which the calls of a response come to be run; arguments that cannot be read are handled in all of them.
 */
enum Way {
    SERVED {
        @Override
        List<ToolExecutionResultMessage> run(
                Consumer<ParallelTools.Builder> settings, List<AiServiceTool> tools, ToolExecutionRequest... requests) {
            ScriptedChatModel model = ScriptedChatModel.asking(requests);
            String answer = parallel(settings)
                    .aiServices(Assistant.class)
                    .chatModel(model)
                    .tools(tools)
                    .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text(error.getMessage()))
                    .build()
                    .chat("go");
            assertThat(answer).isEqualTo(ScriptedChatModel.DONE);
            return model.results();
        }
    },
    STREAMED {
        @Override
        List<ToolExecutionResultMessage> run(
                Consumer<ParallelTools.Builder> settings, List<AiServiceTool> tools, ToolExecutionRequest... requests)
                throws Exception {
            ScriptedStreamingModel model = ScriptedStreamingModel.asking(requests);
            StreamingAssistant assistant = parallel(settings)
                    .aiServices(StreamingAssistant.class)
                    .streamingChatModel(model)
                    .tools(tools)
                    .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text(error.getMessage()))
                    .build();
            assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo(ScriptedStreamingModel.DONE);
            return model.results();
        }
    },
    BY_HAND {
        @Override
        List<ToolExecutionResultMessage> run(
                Consumer<ParallelTools.Builder> settings, List<AiServiceTool> tools, ToolExecutionRequest... requests) {
            return parallel(settings).execute(ScriptedChatModel.calls(requests), tools);
        }
    },
    STREAMED_BY_HAND {
        @Override
        List<ToolExecutionResultMessage> run(
                Consumer<ParallelTools.Builder> settings, List<AiServiceTool> tools, ToolExecutionRequest... requests)
                throws Exception {
            ParallelTools parallel = parallel(settings);
            CompletableFuture<AiMessage> message = new CompletableFuture<>();
            StreamingChatResponseHandler handler = new StreamingChatResponseHandler() {
                @Override
                public void onCompleteResponse(ChatResponse response) {
                    message.complete(response.aiMessage());
                }

                @Override
                public void onError(@Nullable Throwable error) {
                    message.completeExceptionally(new AssertionError(error));
                }
            };
            ScriptedStreamingModel.replying(ScriptedStreamingModel.asks(requests))
                    .chat(
                            ChatRequest.builder()
                                    .messages(UserMessage.from("go"))
                                    .build(),
                            parallel.streamingHandler(tools, handler));
            return parallel.execute(message.get(30, TimeUnit.SECONDS), tools);
        }
    },
    TASK {
        @Override
        List<ToolExecutionResultMessage> run(
                Consumer<ParallelTools.Builder> settings, List<AiServiceTool> tools, ToolExecutionRequest... requests) {
            ScriptedChatModel model = ScriptedChatModel.asking(requests);
            TaskResult result = agent(settings, tools).chatModel(model).build().execute("go");
            assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
            return model.results();
        }
    },
    STREAMED_TASK {
        @Override
        List<ToolExecutionResultMessage> run(
                Consumer<ParallelTools.Builder> settings, List<AiServiceTool> tools, ToolExecutionRequest... requests) {
            ScriptedStreamingModel model = ScriptedStreamingModel.asking(requests);
            TaskResult result =
                    agent(settings, tools).streamingChatModel(model).build().execute("go");
            assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
            return model.results();
        }
    };

    /** The results, in order. */
    abstract List<ToolExecutionResultMessage> run(
            Consumer<ParallelTools.Builder> settings, List<AiServiceTool> tools, ToolExecutionRequest... requests)
            throws Exception;

    private static ParallelTools parallel(Consumer<ParallelTools.Builder> settings) {
        ParallelTools.Builder builder = ParallelTools.builder();
        settings.accept(builder);
        return builder.build();
    }

    private static TaskAgent.Builder agent(Consumer<ParallelTools.Builder> settings, List<AiServiceTool> tools) {
        return TaskAgent.builder()
                .tools(tools.stream()
                        .collect(Collectors.toMap(AiServiceTool::toolSpecification, AiServiceTool::toolExecutor)))
                .parallelTools(settings);
    }
}
