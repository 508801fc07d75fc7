package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.execution.CallScope;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hand-written loops whose model gives the same message object to more than one of them, such as from a cache. */
@Timeout(60)
class HandWrittenMessagesTest {

    private static final ToolExecutionRequest WHO = call("1", "who", "{}");
    private static final AiMessage CACHED = calls(WHO);

    private final List<AiServiceTool> tools = List.of(AiServiceTool.builder()
            .toolSpecification(tool("who", request -> "").toolSpecification())
            .toolExecutor((request, memoryId) -> "memory " + memoryId)
            .build());

    private final ParallelTools parallel =
            Waiting.patientTools().effects("who", Effects.pure()).build();

    private static InvocationContext of(String user) {
        return InvocationContext.builder()
                .invocationId(UUID.randomUUID())
                .chatMemoryId(user)
                .build();
    }

    private AiMessage streamed(InvocationContext context) {
        CompletableFuture<AiMessage> message = new CompletableFuture<>();
        StreamingChatResponseHandler own = new StreamingChatResponseHandler() {
            @Override
            public void onCompleteResponse(ChatResponse response) {
                message.complete(response.aiMessage());
            }

            @Override
            public void onError(Throwable error) {
                message.completeExceptionally(error);
            }
        };
        StreamingChatResponseHandler handler = parallel.streamingHandler(tools, own, context);
        handler.onCompleteToolCall(new CompleteToolCall(0, WHO));
        handler.onCompleteResponse(ChatResponse.builder()
                .aiMessage(CACHED)
                .finishReason(FinishReason.TOOL_EXECUTION)
                .build());
        return message.join();
    }

    private String executed(AiMessage message, InvocationContext context) {
        List<ToolExecutionResultMessage> results = parallel.execute(message, tools, context);
        return results.getFirst().text();
    }

    @Test
    void each_loop_gets_the_results_of_its_own_calls() {
        InvocationContext one = of("one");
        InvocationContext two = of("two");
        AiMessage first = streamed(one);
        AiMessage second = streamed(two);

        assertThat(first).isEqualTo(CACHED);
        assertThat(executed(first, one)).isEqualTo("memory one");
        assertThat(executed(second, two)).isEqualTo("memory two");
    }

    private final List<String> keys = new CopyOnWriteArrayList<>();

    /** A tool whose service knows calls by their keys, and whose answer is always lost. */
    private final List<AiServiceTool> pay = List.of(tool("pay", request -> {
        keys.add(CallScope.current().orElseThrow().idempotencyKey());
        throw new IllegalStateException("the line is bad");
    }));

    private static List<ToolExecutionResultMessage> throughText(List<ToolExecutionResultMessage> results) {
        List<ChatMessage> messages = List.copyOf(results);
        return ChatMessageDeserializer.messagesFromJson(ChatMessageSerializer.messagesToJson(messages)).stream()
                .map(ToolExecutionResultMessage.class::cast)
                .toList();
    }

    @Test
    void call_tried_again_has_the_key_that_it_had_in_its_own_loop() {
        AiMessage cached = calls(call("1", "pay", "{}"));
        List<ToolExecutionResultMessage> first = parallel.execute(cached, pay, of("one"));
        List<ToolExecutionResultMessage> second = parallel.execute(cached, pay, of("two"));

        first = parallel.retryFailed(cached, throughText(first), pay, of("one"));
        parallel.retryFailed(cached, second, pay, of("two"));
        parallel.retryFailed(cached, first, pay, of("one"));

        assertThat(keys).hasSize(5);
        String ofFirst = keys.get(0);
        String ofSecond = keys.get(1);
        assertThat(ofFirst).isNotEqualTo(ofSecond);
        assertThat(keys).containsExactly(ofFirst, ofSecond, ofFirst, ofSecond, ofFirst);
    }

    @Test
    void call_tried_again_that_had_no_key_yet_does_not_get_that_of_another_loop() {
        AiMessage cached = calls(call("1", "pay", "{}"));
        List<ToolExecutionResultMessage> noTool = parallel.execute(cached, tools, of("one"));
        parallel.execute(cached, pay, of("two"));

        parallel.retryFailed(cached, noTool, pay, of("one"));

        assertThat(keys).hasSize(2).doesNotHaveDuplicates();
    }
}
