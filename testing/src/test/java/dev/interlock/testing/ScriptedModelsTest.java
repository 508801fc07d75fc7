package dev.interlock.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.TokenStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScriptedModelsTest {

    interface Assistant {
        String ask(String question);
    }

    interface StreamingAssistant {
        TokenStream ask(String question);
    }

    private static final ChatRequest QUESTION =
            ChatRequest.builder().messages(UserMessage.from("What is there?")).build();

    private final ParallelTools parallel = ParallelTools.builder().build();

    @Test
    void an_ai_service_runs_on_a_script() {
        ScriptedChatModel model = ScriptedChatModel.of(
                Reply.calls(
                                Reply.call("balance", "{\"account\": 1}"),
                                Reply.call("deposit", "{\"account\": 2, \"amount\": 5}"))
                        .expecting(request -> assertThat(request.messages()).hasSize(1)),
                Reply.text("Account 1 has 100"));
        Assistant assistant = parallel.aiServices(Assistant.class)
                .chatModel(model)
                .tools(new Bank.Right(new Bank()))
                .build();
        assertThat(assistant.ask("How much is on 1?")).isEqualTo("Account 1 has 100");
        assertThat(model.toolResults())
                .extracting(ToolExecutionResultMessage::id, ToolExecutionResultMessage::text)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("call_1", "100"),
                        org.assertj.core.groups.Tuple.tuple("call_2", "205"));
        assertThat(model.requests()).hasSize(2);
        model.assertComplete();
    }

    @Test
    void a_streamed_ai_service_runs_on_a_script() throws Exception {
        ScriptedStreamingChatModel model = ScriptedStreamingChatModel.of(
                Reply.calls(Reply.call("balance", "{\"account\": 1}")).argumentsInPartsOf(5),
                Reply.text("It ", "is ", "100").tokens(7, 3));
        Streamed streamed = Streamed.by(parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .tools(new Bank.Right(new Bank()))
                .build()
                .ask("How much is on 1?"));
        assertThat(streamed.response().aiMessage().text()).isEqualTo("It is 100");
        assertThat(streamed.response().tokenUsage()).isEqualTo(new TokenUsage(7, 3));
        assertThat(streamed.parts()).containsExactly("It ", "is ", "100");
        assertThat(model.toolResults())
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("100");
        model.assertComplete();
    }

    @Test
    void what_was_not_asked_for_is_told() {
        ScriptedChatModel model = ScriptedChatModel.of(Reply.text("one"), Reply.text("two"));
        assertThat(model.chat(QUESTION).aiMessage().text()).isEqualTo("one");
        assertThatThrownBy(model::assertComplete)
                .isInstanceOf(AssertionError.class)
                .hasMessage("the model gave only 1 of its script's 2 replies");
    }

    @Test
    void what_is_asked_beyond_the_script_is_told_even_if_nobody_heeds_the_error() {
        ScriptedChatModel model = ScriptedChatModel.of(Reply.text("one"));
        model.chat(QUESTION);
        assertThatThrownBy(() -> model.chat(QUESTION))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "the model got request 2, but its script has 1 reply; the last message is UserMessage")
                .hasMessageContaining("What is there?");
        assertThatThrownBy(model::assertComplete).hasMessageContaining("a request was not as expected");
    }

    @Test
    void a_request_that_is_not_as_expected_is_told() {
        ScriptedChatModel model = ScriptedChatModel.of(Reply.text("one")
                .expecting(request -> assertThat(request.messages()).isEmpty()));
        assertThatThrownBy(() -> model.chat(QUESTION)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(model::assertComplete)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a request was not as expected");
    }

    @Test
    void errors_are_thrown_as_they_are() {
        RateLimitException limited = new RateLimitException("slow down");
        ScriptedChatModel model = ScriptedChatModel.of(Reply.error(limited), Reply.error(new IOException("cut")));
        assertThatThrownBy(() -> model.chat(QUESTION)).isSameAs(limited);
        assertThatThrownBy(() -> model.chat(QUESTION)).isInstanceOf(IOException.class);
        model.assertComplete();
    }

    @Test
    void a_reply_waits_for_its_latch() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ScriptedChatModel model =
                ScriptedChatModel.of(Reply.text("late").telling(asked).after(go));
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(
                () -> model.chat(QUESTION).aiMessage().text());
        asked.await();
        assertThat(answer).isNotDone();
        go.countDown();
        assertThat(answer.get()).isEqualTo("late");
    }

    @Test
    void an_interrupt_ends_the_wait_and_is_kept() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        ScriptedChatModel model =
                ScriptedChatModel.of(Reply.text("never").telling(asked).after(new CountDownLatch(1)));
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = Thread.startVirtualThread(() -> {
            try {
                model.chat(QUESTION);
            } catch (IllegalStateException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        asked.await();
        thread.interrupt();
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void a_message_and_a_response_are_given_as_they_are() {
        AiMessage message =
                AiMessage.from(ToolExecutionRequest.builder().name("t").build());
        ChatResponse response = ChatResponse.builder()
                .aiMessage(message)
                .finishReason(FinishReason.LENGTH)
                .id("r1")
                .build();
        ScriptedChatModel model = ScriptedChatModel.of(
                Reply.message(AiMessage.from("hello")),
                Reply.response(response),
                Reply.text("cut").finishReason(FinishReason.LENGTH));
        assertThat(model.chat(QUESTION).aiMessage()).isEqualTo(AiMessage.from("hello"));
        ChatResponse second = model.chat(QUESTION);
        assertThat(second.id()).isEqualTo("r1");
        assertThat(second.aiMessage().toolExecutionRequests().get(0).id()).isEqualTo("call_2_1");
        assertThat(model.chat(QUESTION).finishReason()).isEqualTo(FinishReason.LENGTH);
    }

    /** Writes down what it is told. */
    private static final class Log implements StreamingChatResponseHandler {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final CountDownLatch end = new CountDownLatch(1);
        boolean cancelsAtOnce;
        boolean throwsAtOnce;

        @Override
        public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
            lines.add("text " + part.text());
            if (cancelsAtOnce) {
                context.streamingHandle().cancel();
                end.countDown();
            }
            if (throwsAtOnce) {
                throw new IllegalStateException("from the handler");
            }
        }

        @Override
        public void onPartialToolCall(PartialToolCall part) {
            lines.add("part " + part.index() + " " + part.id() + " " + part.partialArguments());
        }

        @Override
        public void onCompleteToolCall(CompleteToolCall call) {
            lines.add("call " + call.index() + " " + call.toolExecutionRequest().arguments());
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            lines.add("complete");
            end.countDown();
        }

        @Override
        public void onError(Throwable error) {
            lines.add("error " + error.getMessage());
            if (!throwsAtOnce) {
                end.countDown();
            }
        }
    }

    private static Log stream(Log log, Reply... replies) throws InterruptedException {
        ScriptedStreamingChatModel.of(replies).chat(QUESTION, log);
        log.end.await();
        return log;
    }

    @Test
    void calls_are_streamed_in_parts_and_complete() throws Exception {
        Reply reply =
                Reply.calls(Reply.call("a", "{\"x\":1}"), Reply.call("b", "{}")).argumentsInPartsOf(4);
        assertThat(stream(new Log(), reply).lines)
                .containsExactly(
                        "part 0 call_1 {\"x\"",
                        "part 0 call_1 :1}",
                        "call 0 {\"x\":1}",
                        "part 1 call_2 {}",
                        "call 1 {}",
                        "complete");
    }

    @Test
    void a_stream_fails_after_some_of_the_text() throws Exception {
        Reply reply = Reply.error(new IOException("cut")).afterParts("It ", "is");
        assertThat(stream(new Log(), reply).lines).containsExactly("text It ", "text is", "error cut");
    }

    @Test
    void a_cancelled_stream_calls_nobody_back() throws Exception {
        Log log = new Log();
        log.cancelsAtOnce = true;
        ScriptedStreamingChatModel model = ScriptedStreamingChatModel.of(Reply.text("It ", "is"), Reply.text("next"));
        model.chat(QUESTION, log);
        log.end.await();
        Log next = new Log();
        model.chat(QUESTION, next);
        next.end.await();
        assertThat(log.lines).containsExactly("text It ");
        assertThat(next.lines).containsExactly("text next", "complete");
    }

    @Test
    void what_a_handler_throws_goes_to_its_on_error_and_the_stream_goes_on() throws Exception {
        Log log = new Log();
        log.throwsAtOnce = true;
        assertThat(stream(log, Reply.text("It ", "is")).lines)
                .containsExactly("text It ", "error from the handler", "text is", "error from the handler", "complete");
    }

    @Test
    void a_stream_beyond_the_script_is_an_error() throws Exception {
        assertThat(stream(new Log()).lines.get(0))
                .startsWith("error the model got request 1, but its script has 0 replies");
    }

    @Test
    void mistakes_in_a_script_are_told() {
        assertThatThrownBy(Reply::text).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Reply.text("a", "")).hasMessageContaining("no part may be empty");
        assertThatThrownBy(Reply::calls).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Reply.text("a").afterParts("b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Reply.text("a").argumentsInPartsOf(0))
                .hasMessage("the length of a part must be >= 1 character, was 0");
        assertThatThrownBy(() -> Reply.error(new IOException()).tokens(1, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ScriptedChatModel.of().lastRequest()).hasMessage("the model got no request");
    }
}
