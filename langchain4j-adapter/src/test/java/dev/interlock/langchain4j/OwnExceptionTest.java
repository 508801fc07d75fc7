package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The user's own callback throws while calls run early. The model may take that for the end of the stream, or go on
 * with it.
 */
@Timeout(60)
class OwnExceptionTest {

    private static final ToolExecutionRequest PAY = call("1", "pay", "{\"to\": \"bob\"}");
    private static final ToolExecutionRequest LOOK = call("2", "look", "{\"id\": \"eve\"}");

    static class Desk {
        final List<String> log = new CopyOnWriteArrayList<>();
        final CountDownLatch paying = new CountDownLatch(1);
        final CountDownLatch looking = new CountDownLatch(1);
        final CountDownLatch looked = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);

        @Tool
        @Writes("account/{to}")
        String pay(@P(name = "to") String to) throws InterruptedException {
            paying.countDown();
            try {
                Waiting.await(mayEnd);
            } catch (InterruptedException e) {
                log.add("payment interrupted");
                throw e;
            }
            log.add("paid");
            return "paid";
        }

        /** Hangs the first time. */
        @Tool
        @Reads("account/{id}")
        String look(@P(name = "id") String id) throws InterruptedException {
            if (looking.getCount() == 0) {
                log.add("looked again");
                return "all well";
            }
            looking.countDown();
            try {
                Waiting.forInterrupt();
                return "never";
            } finally {
                log.add("look interrupted");
                looked.countDown();
            }
        }
    }

    private final Desk desk = new Desk();
    private final ChatMemory memory = Memory.ofManyMessages();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final List<String> answers = new CopyOnWriteArrayList<>();

    /** A model that ends the stream with any exception, the usual form of one that is written by hand. */
    private StreamingChatModel endingWith(ToolExecutionRequest request, CountDownLatch running) {
        return new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest chatRequest, StreamingChatResponseHandler handler) {
                try {
                    handler.onCompleteToolCall(new CompleteToolCall(0, request));
                    Waiting.await(running);
                    handler.onPartialResponse("text");
                    handler.onCompleteResponse(response(calls(request)));
                } catch (Exception e) {
                    handler.onError(e);
                }
            }
        };
    }

    private static ChatResponse response(AiMessage message) {
        return ChatResponse.builder().aiMessage(message).build();
    }

    /** Starts a stream whose callback throws. */
    private void start(StreamingChatModel model, EarlyStart early) {
        Waiting.patientTools()
                .earlyStart(early)
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(desk)
                .build()
                .chat("go")
                .onPartialResponse(text -> {
                    throw new IllegalStateException("the client went away");
                })
                .onCompleteResponse(response -> answers.add(response.aiMessage().text()))
                .onError(errors::add)
                .start();
    }

    @Test
    void stream_that_ends_with_it_ends_its_reads() {
        start(endingWith(LOOK, desk.looking), EarlyStart.READS);

        assertThat(desk.log).containsExactly("look interrupted");
        assertThat(errors)
                .singleElement()
                .satisfies(error ->
                        assertThat(error).hasMessage("the client went away").hasNoSuppressedExceptions());
    }

    /** Like any stream that breaks off, see {@link EarlyRunsTest}: the error and the memory name the call. */
    @Test
    void stream_that_ends_with_it_ends_its_writes_and_says_so() {
        start(endingWith(PAY, desk.paying), EarlyStart.ALL);

        assertThat(desk.log).containsExactly("payment interrupted");
        assertThat(errors)
                .singleElement()
                .satisfies(error -> assertThat(error)
                        .hasMessage("the client went away")
                        .satisfies(thrown -> assertThat(thrown.getSuppressed())
                                .singleElement()
                                .isInstanceOf(EarlyRunsException.class)
                                .asString()
                                .contains("call 1 of tool 'pay' (id 1)")));
        assertThat(Memory.resultTexts(memory)).singleElement().asString().contains("pay");
    }

    /** As LangChain4j's own models do. */
    @Test
    void stream_that_goes_on_runs_each_write_once_and_each_read_again() {
        StreamingChatModel model = new StreamingChatModel() {
            private int asked;

            @Override
            public void doChat(ChatRequest chatRequest, StreamingChatResponseHandler handler) {
                if (asked++ > 0) {
                    handler.onCompleteResponse(response(AiMessage.from("done")));
                    return;
                }
                handler.onCompleteToolCall(new CompleteToolCall(0, PAY));
                handler.onCompleteToolCall(new CompleteToolCall(1, LOOK));
                try {
                    Waiting.await(desk.paying);
                    Waiting.await(desk.looking);
                    handler.onPartialResponse("text");
                } catch (Exception e) {
                    handler.onError(e);
                }
                desk.mayEnd.countDown();
                handler.onCompleteResponse(response(calls(PAY, LOOK)));
            }
        };

        start(model, EarlyStart.ALL);

        assertThat(answers).containsExactly("done");
        assertThat(desk.log).containsExactlyInAnyOrder("look interrupted", "paid", "looked again");
        assertThat(Memory.resultTexts(memory)).containsExactly("paid", "all well");
    }

    private StreamingChatResponseHandler handWritten(ParallelTools parallel) {
        return parallel.streamingHandler(parallel.tools(desk), new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String text) {
                throw new IllegalStateException("the client went away");
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                answers.add("complete");
            }

            @Override
            public void onError(Throwable error) {
                errors.add(error);
            }
        });
    }

    @Test
    void hand_written_stream_that_ends_with_it_ends_its_reads() throws InterruptedException {
        endingWith(LOOK, desk.looking)
                .doChat(null, handWritten(Waiting.patientTools().build()));

        Waiting.await(desk.looked);
        assertThat(errors)
                .singleElement()
                .satisfies(error ->
                        assertThat(error).hasMessage("the client went away").hasNoSuppressedExceptions());
    }

    @Test
    void hand_written_stream_names_the_writes_that_go_on() throws InterruptedException {
        endingWith(PAY, desk.paying)
                .doChat(
                        null,
                        handWritten(Waiting.patientTools()
                                .earlyStart(EarlyStart.ALL)
                                .build()));
        desk.mayEnd.countDown();

        List<Throwable> suppressed = new ArrayList<>(List.of(errors.get(0).getSuppressed()));
        assertThat(suppressed)
                .singleElement()
                .extracting(Throwable::getMessage)
                .isEqualTo("before the response was complete, these calls were started, which go on and may take"
                        + " effect: call 1 of tool 'pay' (id 1)");
    }
}
