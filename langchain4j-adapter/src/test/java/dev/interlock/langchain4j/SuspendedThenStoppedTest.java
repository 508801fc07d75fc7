package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.SuspendedFixture.LOOK;
import static dev.interlock.langchain4j.SuspendedFixture.PAY;
import static dev.interlock.langchain4j.SuspendedFixture.suspended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.durable.Decision;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.Cancellation;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A round is suspended, and is then cancelled or its owner interrupted, before the owner has left the round. That is
 * too late: the suspension reaches the caller, who can resume it. In all tests the owner is the test's thread.
 */
@Timeout(60)
class SuspendedThenStoppedTest {

    enum Stop {
        CANCEL,
        INTERRUPT
    }

    private static final Map<Integer, Decision> APPROVED = Map.of(1, Decision.approved());

    private final PayDesk desk = new PayDesk();
    private final ChatMemory memory = Memory.ofManyMessages();
    private final Cancellation cancellation = new Cancellation();
    private final ParallelTools later = PayDesk.waiting().build();

    @AfterEach
    void clearInterrupt() {
        var unused = Thread.interrupted();
    }

    /** Stops the round while its listeners hear that it is suspended. */
    private ParallelTools.Builder stoppedBy(Stop stop) {
        Thread owner = Thread.currentThread();
        return whenSuspended(() -> {
            if (stop == Stop.CANCEL) {
                cancellation.cancel("the user has left");
            } else {
                owner.interrupt();
            }
        });
    }

    private static ParallelTools.Builder whenSuspended(Runnable then) {
        return PayDesk.waiting().listener(event -> {
            if (event instanceof RoundEvent.CallEnded ended && ended.end() == CallEnd.SUSPENDED) {
                then.run();
            }
        });
    }

    /** Checks that the stop came, and takes the interrupt away, so that the test can go on. */
    private void assertStoppedBy(Stop stop) {
        assertThat(cancellation.isCancelled()).isEqualTo(stop == Stop.CANCEL);
        assertThat(Thread.interrupted()).isEqualTo(stop == Stop.INTERRUPT);
        assertThat(desk.log).containsExactly("balance 1");
    }

    private void assertResumes(SuspendedInvocation suspended) {
        assertThat(later.resume(suspended, APPROVED, later.tools(desk)))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("100 on 1", "paid 30 to 2");
    }

    @ParameterizedTest
    @EnumSource
    void service(Stop stop) {
        Assistant assistant = stoppedBy(stop)
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.saying(calls(LOOK, PAY)))
                .chatMemory(memory)
                .tools(desk)
                .build();

        SuspendedInvocation suspended = suspended(() -> cancellation.run(() -> assistant.chat("go")));

        assertStoppedBy(stop);
        Assistant again = later.aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.saying(AiMessage.from("done")))
                .chatMemory(memory)
                .tools(desk)
                .build();
        assertThat(later.resume(suspended, APPROVED, () -> again.chat("go"))).isEqualTo("done");
        assertThat(Memory.resultTexts(memory)).containsExactly("100 on 1", "paid 30 to 2");
    }

    @ParameterizedTest
    @CsvSource({"CANCEL, OFF", "CANCEL, ALL", "INTERRUPT, OFF", "INTERRUPT, ALL"})
    void streaming_service(Stop stop, EarlyStart early) throws Exception {
        StreamingAssistant assistant = stoppedBy(stop)
                .earlyStart(early)
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(ScriptedStreamingModel.asking(LOOK, PAY).onCallersThread())
                .chatMemory(memory)
                .tools(desk)
                .build();
        AtomicReference<StreamedAnswer> answer = new AtomicReference<>();

        cancellation.run(() -> answer.set(StreamedAnswer.to(assistant.chat("go"))));

        assertStoppedBy(stop);
        SuspendedInvocation suspended = suspended(() -> {
            throw (RuntimeException) answer.get().errors().getFirst();
        });
        StreamingAssistant again = later.aiServices(StreamingAssistant.class)
                .streamingChatModel(ScriptedStreamingModel.replying(ScriptedStreamingModel.says("done")))
                .chatMemory(memory)
                .tools(desk)
                .build();
        assertThat(later.resume(suspended, APPROVED, () -> StreamedAnswer.to(again.chat("go")))
                        .text())
                .isEqualTo("done");
        assertThat(Memory.resultTexts(memory)).containsExactly("100 on 1", "paid 30 to 2");
    }

    @ParameterizedTest
    @EnumSource
    void hand_written_loop(Stop stop) {
        ParallelTools parallel = stoppedBy(stop).build();

        SuspendedInvocation suspended =
                suspended(() -> cancellation.run(() -> parallel.execute(calls(LOOK, PAY), parallel.tools(desk))));

        assertStoppedBy(stop);
        assertResumes(suspended);
    }

    @ParameterizedTest
    @CsvSource({"CANCEL, OFF", "CANCEL, ALL", "INTERRUPT, OFF", "INTERRUPT, ALL"})
    void hand_written_stream(Stop stop, EarlyStart early) {
        ParallelTools parallel = stoppedBy(stop).earlyStart(early).build();
        List<AiServiceTool> tools = parallel.tools(desk);

        SuspendedInvocation suspended = suspended(() ->
                cancellation.run(() -> parallel.execute(new Streamed(parallel, tools).message(), tools)));

        assertStoppedBy(stop);
        assertResumes(suspended);
    }

    /** A consumer that has cancelled its stream does not want to go on with it. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "READS")
    void hand_written_stream_that_its_consumer_cancels_gives_results(EarlyStart early) {
        AtomicReference<Streamed> stream = new AtomicReference<>();
        ParallelTools parallel =
                whenSuspended(() -> stream.get().cancel()).earlyStart(early).build();
        List<AiServiceTool> tools = parallel.tools(desk);
        stream.set(new Streamed(parallel, tools));

        assertThat(parallel.execute(stream.get().message(), tools))
                .extracting(ToolExecutionResultMessage::isError)
                .containsExactly(false, true);
    }

    /** A hand-written loop's streamed response. */
    private static final class Streamed implements StreamingChatResponseHandler {

        private final AtomicReference<StreamingHandle> handle = new AtomicReference<>();
        private final AtomicReference<AiMessage> message = new AtomicReference<>();

        Streamed(ParallelTools parallel, List<AiServiceTool> tools) {
            ScriptedStreamingModel.replying(stream -> {
                        stream.text("I pay.");
                        ScriptedStreamingModel.asks(LOOK, PAY).to(stream);
                    })
                    .onCallersThread()
                    .chat(
                            ChatRequest.builder()
                                    .messages(UserMessage.from("go"))
                                    .build(),
                            parallel.streamingHandler(tools, this));
        }

        AiMessage message() {
            return message.get();
        }

        void cancel() {
            handle.get().cancel();
        }

        @Override
        public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
            handle.set(context.streamingHandle());
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            message.set(response.aiMessage());
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }
    }

    @ParameterizedTest
    @EnumSource
    void future(Stop stop) {
        AiServiceContext context = stoppedBy(stop).build().aiServiceContext(Assistant.class);
        AiServices.builder(context)
                .chatModel(ScriptedChatModel.saying())
                .tools(desk)
                .build();
        AsyncToolService service = (AsyncToolService) context.toolService;
        InvocationContext invocation =
                InvocationContext.builder().invocationId(UUID.randomUUID()).build();
        UserMessage question = UserMessage.from("go");
        ToolServiceContext available = service.createContext(invocation, question, List.of(question));
        AsyncRound round = new AsyncRound(
                List.of(LOOK, PAY),
                Stream.generate(CompletableFuture<ToolExecutionResult>::new)
                        .limit(2)
                        .toList());

        cancellation.run(() -> round.execute(
                service.rounds(),
                () -> service.rounds()
                        .callFactory(
                                available, invocation, service.rounds().hooks().asyncHandling(null, null, null)),
                RequestCallFactory::calls,
                service.asyncInvocation(invocation),
                invocation));
        round.complete();

        assertStoppedBy(stop);
        assertThat(round.result(0).join().resultText()).isEqualTo("100 on 1");
        Throwable cause = catchThrowableOfType(
                        CompletionException.class, () -> round.result(1).join())
                .getCause();
        assertThat(cause).isInstanceOf(InvocationSuspendedException.class);
        assertResumes(((InvocationSuspendedException) cause).suspended());
    }
}
