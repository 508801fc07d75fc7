package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.SuspendedFixture.LOOK;
import static dev.interlock.langchain4j.SuspendedFixture.PAY;
import static dev.interlock.langchain4j.SuspendedFixture.suspended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.durable.Decision;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hand-written loops whose rounds are suspended and resumed. */
@Timeout(60)
class SuspendedLoopTest {

    private final PayDesk desk = new PayDesk();

    @Test
    void loop_gets_an_exception_and_later_one_result_a_request() {
        AiMessage message = calls(LOOK, PAY);
        ParallelTools first = PayDesk.waiting().build();

        SuspendedInvocation suspended = suspended(() -> first.execute(message, first.tools(desk)));

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
        AiMessage message = calls(LOOK, PAY);
        ParallelTools first = PayDesk.waiting().build();
        SuspendedInvocation suspended = suspended(() -> first.execute(message, first.tools(desk)));

        List<ToolExecutionResultMessage> results =
                PayDesk.waiting().build().resume(suspended, Map.of(1, Decision.approved()), List.of());

        assertThat(results.get(0).text()).isEqualTo("100 on 1");
        assertThat(results.get(1).isError()).isTrue();
        assertThat(results.get(1).text()).isEqualTo("tool 'pay' was not run: there is no such tool any more");
        assertThat(desk.log).containsExactly("balance 1");
    }

    @Test
    void streamed_response_is_suspended_when_its_message_is_executed() {
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
        SuspendedInvocation suspended = suspended(() -> parallel.execute(message, tools));

        assertThat(suspended.message().toolExecutionRequests()).isEqualTo(message.toolExecutionRequests());
        assertThat(parallel.resume(suspended, Map.of(1, Decision.refused("no")), tools))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("100 on 1", "tool 'pay' was not approved: no");
    }

    @Test
    void calls_without_ids_are_told_apart_by_their_places() {
        ToolExecutionRequest[] same = {
            call(null, "pay", "{\"to\": \"2\", \"amount\": 30}"), call(null, "pay", "{\"to\": \"2\", \"amount\": 30}")
        };
        ParallelTools parallel = PayDesk.waiting().build();

        SuspendedInvocation suspended = suspended(() -> parallel.execute(calls(same), parallel.tools(desk)));

        assertThat(parallel.resume(
                        suspended,
                        Map.of(0, Decision.refused("once is enough"), 1, Decision.approved()),
                        parallel.tools(desk)))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("tool 'pay' was not approved: once is enough", "paid 30 to 2");
        assertThat(desk.log).containsExactly("pay 2 30");
    }

    @Test
    void call_that_is_tried_again_may_be_pending_then() {
        ParallelTools parallel = PayDesk.waiting().build();
        AiMessage message = calls(LOOK, PAY);
        List<ToolExecutionResultMessage> results = List.of(
                ToolExecutionResultMessage.from(LOOK, "7 on 1"),
                ToolExecutionResultMessage.builder()
                        .id("b")
                        .toolName("pay")
                        .text("broken")
                        .isError(true)
                        .build());

        SuspendedInvocation suspended = suspended(() -> parallel.retryFailed(message, results, parallel.tools(desk)));

        assertThat(parallel.resume(suspended, Map.of("b", Decision.approved()), parallel.tools(desk)))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("7 on 1", "paid 30 to 2");
        assertThat(desk.log).containsExactly("pay 2 30");
    }
}
