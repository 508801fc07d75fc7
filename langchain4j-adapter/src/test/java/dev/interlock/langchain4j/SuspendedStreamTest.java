package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.durable.Decision;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streamed invocations, and hand-written loops, that are suspended and resumed. */
@Timeout(60)
class SuspendedStreamTest {

    private static final ToolExecutionRequest LOOK = call("a", "balance", "{\"id\": \"1\"}");
    private static final ToolExecutionRequest PAY = call("b", "pay", "{\"to\": \"2\", \"amount\": 30}");

    private final PayDesk.TextStore store = new PayDesk.TextStore();
    private final PayDesk desk = new PayDesk();

    private AiServices<StreamingAssistant> services(ParallelTools parallel, ScriptedStreamingModel model) {
        return parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .tools(desk);
    }

    private static SuspendedInvocation kept(Throwable left) {
        assertThat(left).isInstanceOf(InvocationSuspendedException.class);
        return SuspendedInvocation.fromJson(
                ((InvocationSuspendedException) left).suspended().toJson());
    }

    @ParameterizedTest
    @ValueSource(strings = {"OFF", "READS", "ALL"})
    void stream_is_told_that_it_is_suspended_and_another_one_goes_on(String early) throws Exception {
        ParallelTools first =
                PayDesk.waiting().earlyStart(EarlyStart.valueOf(early)).build();
        StreamingAssistant assistant = services(first, ScriptedStreamingModel.asking(LOOK, PAY))
                .chatMemory(store.memory("default"))
                .build();

        SuspendedInvocation suspended =
                kept(StreamedAnswer.to(assistant.chat("go")).error());

        ChatMemory memory = store.memory("default");
        assertThat(Memory.resultTexts(memory)).hasSize(2).element(0).isEqualTo("100 on 1");
        assertThat(Memory.resultTexts(memory).get(1)).startsWith("tool 'pay' has not run yet, because a person");

        ParallelTools second = PayDesk.waiting().build();
        ScriptedStreamingModel model =
                ScriptedStreamingModel.replying(ScriptedStreamingModel.says(ScriptedStreamingModel.DONE));
        StreamingAssistant again =
                services(second, model).chatMemory(store.memory("default")).build();
        StreamedAnswer answer =
                second.resume(suspended, Map.of("b", Decision.approved()), () -> StreamedAnswer.to(again.chat("go")));

        assertThat(answer.text()).isEqualTo(ScriptedStreamingModel.DONE);
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
        assertThat(Memory.resultTexts(store.memory("default"))).containsExactly("100 on 1", "paid 30 to 2");
        assertThat(store.memory("default").messages()).hasSize(5);
    }

    @Test
    void without_a_memory_the_rounds_before_are_kept() throws Exception {
        ToolExecutionRequest later = call("c", "pay", "{\"to\": \"3\", \"amount\": 1}");
        StreamingAssistant assistant = services(
                        PayDesk.waiting().build(),
                        ScriptedStreamingModel.replying(
                                ScriptedStreamingModel.asks(LOOK), ScriptedStreamingModel.asks(PAY)))
                .build();
        SuspendedInvocation suspended =
                kept(StreamedAnswer.to(assistant.chat("go")).error());
        ParallelTools second = PayDesk.waiting().build();
        StreamingAssistant other = services(second, ScriptedStreamingModel.replying(ScriptedStreamingModel.asks(later)))
                .build();
        SuspendedInvocation again =
                kept(second.resume(suspended, Map.of(0, Decision.approved()), () -> StreamedAnswer.to(other.chat("go")))
                        .error());
        ParallelTools third = PayDesk.waiting().build();
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(ScriptedStreamingModel.says("done"));
        StreamingAssistant last = services(third, model).build();

        assertThat(third.resume(again, Map.of(0, Decision.approved()), () -> StreamedAnswer.to(last.chat("go")))
                        .text())
                .isEqualTo("done");

        List<ChatMessage> told = model.requests().getFirst().messages();
        assertThat(told.getFirst()).isInstanceOf(UserMessage.class);
        assertThat(told.stream()
                        .filter(ToolExecutionResultMessage.class::isInstance)
                        .map(message -> ((ToolExecutionResultMessage) message).text()))
                .containsExactly("100 on 1", "paid 30 to 2", "paid 1 to 3");
        assertThat(told).hasSize(7);
    }

    @Test
    void stream_that_is_not_started_within_is_told_at_once() {
        StreamingAssistant assistant = services(PayDesk.waiting().build(), ScriptedStreamingModel.asking(PAY))
                .build();
        CompletableFuture<Throwable> left = new CompletableFuture<>();
        assistant
                .chat("go")
                .onPartialResponse(text -> {})
                .onError(left::complete)
                .start();
        SuspendedInvocation suspended = kept(left.join());
        ParallelTools second = PayDesk.waiting().build();
        StreamingAssistant again =
                services(second, ScriptedStreamingModel.replying()).build();

        assertThatThrownBy(() -> second.resume(suspended, Map.of(0, Decision.approved()), () -> again.chat("go")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("its stream was not started");
        assertThat(desk.log).isEmpty();
    }

    @Test
    void hand_written_loop_gets_an_exception_and_later_one_result_a_request() {
        AiMessage message = ScriptedChatModel.calls(LOOK, PAY);
        ParallelTools first = PayDesk.waiting().build();

        SuspendedInvocation suspended = kept(catching(() -> first.execute(message, first.tools(desk))));

        assertThat(suspended.results())
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly("a", "b");
        assertThat(suspended.results().get(1).text()).contains("has not run yet");
        ParallelTools second = PayDesk.waiting().build();
        List<AiServiceTool> tools = second.tools(desk);
        assertThat(second.resume(suspended, Map.of(1, Decision.approved()), tools))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("100 on 1", "paid 30 to 2");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
    }

    @Test
    void tool_that_is_gone_gives_its_call_an_error() {
        AiMessage message = ScriptedChatModel.calls(LOOK, PAY);
        ParallelTools first = PayDesk.waiting().build();
        SuspendedInvocation suspended = kept(catching(() -> first.execute(message, first.tools(desk))));

        List<ToolExecutionResultMessage> results =
                PayDesk.waiting().build().resume(suspended, Map.of(1, Decision.approved()), List.of());

        assertThat(results.get(0).text()).isEqualTo("100 on 1");
        assertThat(results.get(1).isError()).isTrue();
        assertThat(results.get(1).text()).isEqualTo("tool 'pay' was not run: there is no such tool any more");
        assertThat(desk.log).containsExactly("balance 1");
    }

    @Test
    void hand_written_stream_is_suspended_when_its_message_is_executed() {
        ParallelTools parallel = PayDesk.waiting().build();
        List<AiServiceTool> tools = parallel.tools(desk);
        CompletableFuture<ChatResponse> complete = new CompletableFuture<>();
        ScriptedStreamingModel.asking(LOOK, PAY)
                .chat(
                        ChatRequest.builder().messages(UserMessage.from("go")).build(),
                        parallel.streamingHandler(tools, new StreamingChatResponseHandler() {
                            @Override
                            public void onCompleteResponse(ChatResponse response) {
                                complete.complete(response);
                            }

                            @Override
                            public void onError(Throwable error) {
                                complete.completeExceptionally(error);
                            }
                        }));

        AiMessage message = complete.join().aiMessage();
        SuspendedInvocation suspended = kept(catching(() -> parallel.execute(message, tools)));

        assertThat(suspended.message().toolExecutionRequests()).isEqualTo(message.toolExecutionRequests());
        assertThat(parallel.resume(suspended, Map.of(1, Decision.refused("no")), tools))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("100 on 1", "tool 'pay' was not approved: no");
    }

    private static Throwable catching(Runnable action) {
        List<Throwable> thrown = new ArrayList<>();
        try {
            action.run();
        } catch (RuntimeException e) {
            thrown.add(e);
        }
        assertThat(thrown).hasSize(1);
        return thrown.getFirst();
    }
}
