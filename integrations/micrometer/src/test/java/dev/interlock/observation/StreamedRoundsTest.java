package dev.interlock.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.langchain4j.TaskAgent;
import dev.interlock.langchain4j.TaskResult;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.TokenStream;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that start while the model still writes, on its thread, have the caller's trace. */
@Timeout(60)
class StreamedRoundsTest {

    interface Assistant {
        TokenStream chat(String message);
    }

    private final Traces traces = new Traces();
    private final CountDownLatch read = new CountDownLatch(1);

    @SuppressWarnings("unused") // called by LangChain4j
    private final class Tools {
        @Tool
        @Reads("a")
        String read() {
            traces.observed("in read", () -> 1);
            read.countDown();
            return "1";
        }

        @Tool
        @Writes("a")
        String write() {
            traces.observed("in write", () -> 1);
            return "2";
        }

        @Tool
        String barrier() {
            traces.observed("in barrier", () -> 1);
            return "3";
        }
    }

    /** On a thread of its own: completes a call, waits until it has run, and goes on. */
    private final class Model implements StreamingChatModel {
        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            boolean first = request.messages().stream().noneMatch(ToolExecutionResultMessage.class::isInstance);
            Thread.ofPlatform().daemon().start(() -> reply(first, handler));
        }

        private void reply(boolean first, StreamingChatResponseHandler handler) {
            AiMessage message = AiMessage.from("done");
            if (first) {
                ToolExecutionRequest early = request("1", "read");
                InternalStreamingChatResponseHandlerUtils.onCompleteToolCall(handler, new CompleteToolCall(0, early));
                await(read);
                List<ToolExecutionRequest> all = List.of(early, request("2", "write"), request("3", "barrier"));
                for (int i = 1; i < all.size(); i++) {
                    InternalStreamingChatResponseHandlerUtils.onCompleteToolCall(
                            handler, new CompleteToolCall(i, all.get(i)));
                }
                message = AiMessage.from(all);
            }
            InternalStreamingChatResponseHandlerUtils.onCompleteResponse(
                    handler, ChatResponse.builder().aiMessage(message).build());
        }
    }

    private static ToolExecutionRequest request(String id, String tool) {
        return ToolExecutionRequest.builder().id(id).name(tool).arguments("{}").build();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("waited 20 s for a latch");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void parents_are_right_of_calls_that_start_before_the_response_is_complete() throws Exception {
        Assistant assistant = ParallelTools.builder()
                .listener(ToolObservations.of(traces.registry()))
                .build()
                .aiServices(Assistant.class)
                .streamingChatModel(new Model())
                .tools(new Tools())
                .build();
        CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
        traces.observed("caller", () -> {
            assistant
                    .chat("go")
                    .onPartialResponse(text -> {})
                    .onCompleteResponse(answer::complete)
                    .onError(answer::completeExceptionally)
                    .start();
            return 1;
        });
        assertThat(answer.get(20, TimeUnit.SECONDS).aiMessage().text()).isEqualTo("done");

        assertTree();
    }

    private void assertTree() {
        SpanData round = traces.span("interlock.round");
        assertThat(traces.parent(round)).isEqualTo("caller");
        for (String tool : List.of("read", "write", "barrier")) {
            SpanData call = traces.span("execute_tool " + tool);
            assertThat(call.getParentSpanId()).as(tool).isEqualTo(round.getSpanId());
            assertThat(traces.span("in " + tool).getParentSpanId()).as(tool).isEqualTo(call.getSpanId());
        }
        assertThat(traces.spans().stream().map(SpanData::getTraceId).distinct()).hasSize(1);
    }

    @Test
    void parents_are_right_of_a_task_that_goes_on_without_its_caller() throws Exception {
        ToolObservations observations = ToolObservations.of(traces.registry());
        try (TaskAgent agent = TaskAgent.builder()
                .streamingChatModel(new Model())
                .tools(new Tools())
                .parallelTools(parallel -> parallel.listener(observations))
                .contextPropagator(observations)
                .build()) {
            CompletableFuture<TaskResult> result = traces.observed("caller", () -> agent.executeAsync("go"));
            assertThat(result.get(20, TimeUnit.SECONDS).answer()).isEqualTo("done");
        }

        assertTree();
    }
}
