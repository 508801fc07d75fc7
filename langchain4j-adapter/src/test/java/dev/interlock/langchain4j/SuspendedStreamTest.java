package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.durable.Decision;
import dev.interlock.langchain4j.loop.LoopExit;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streamed invocations that are suspended and resumed. */
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

    private static final ToolExecutionRequest SEE = call("c", "balance", "{\"id\": \"2\"}");
    private static final ToolExecutionRequest SEE_AGAIN = call("d", "balance", "{\"id\": \"2\"}");

    /** A round with a call that its message does not have, so its calls have other places there. */
    private ScriptedStreamingModel.Reply lookingAndThen(ToolExecutionRequest... message) {
        return stream -> {
            stream.call(LOOK);
            Awaitility.await().until(() -> !desk.log.isEmpty());
            stream.end(message);
        };
    }

    @Test
    void equal_reads_behind_a_pending_call_have_their_places_in_the_message() throws Exception {
        ParallelTools parallel = PayDesk.waiting().coalescing(true).build();
        StreamingAssistant assistant = services(
                        parallel,
                        ScriptedStreamingModel.replying(
                                lookingAndThen(PAY, SEE, SEE_AGAIN),
                                ScriptedStreamingModel.says(ScriptedStreamingModel.DONE)))
                .chatMemory(store.memory("default"))
                .build();

        SuspendedInvocation suspended =
                kept(StreamedAnswer.to(assistant.chat("go")).error());

        assertThat(Memory.resultTexts(store.memory("default")))
                .satisfiesExactly(
                        pending -> assertThat(pending).contains("a person must approve it"),
                        waits -> assertThat(waits).contains("it waits for approval of call 1. "),
                        equal -> assertThat(equal).contains("it equals call 2, and will share its outcome. "));
        StreamedAnswer answer = parallel.resume(
                suspended, Map.of("b", Decision.approved()), () -> StreamedAnswer.to(assistant.chat("go")));
        assertThat(answer.text()).isEqualTo(ScriptedStreamingModel.DONE);
        assertThat(Memory.resultTexts(store.memory("default"))).containsExactly("paid 30 to 2", "100 on 2", "100 on 2");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30", "balance 2");
    }

    @Test
    void checked_exception_of_a_hook_ends_a_resumed_stream_as_any_other() throws Exception {
        ParallelTools parallel = PayDesk.waiting().build();
        ChatMemory memory = store.memory("default");
        SuspendedInvocation suspended =
                kept(StreamedAnswer.to(services(parallel, ScriptedStreamingModel.asking(LOOK, PAY))
                                .chatMemory(memory)
                                .build()
                                .chat("go"))
                        .error());
        StreamingAssistant again = services(parallel, ScriptedStreamingModel.replying())
                .chatMemory(memory)
                .afterToolExecution(execution -> {
                    throw new LoopExit(new IOException("no disk")).unwrap();
                })
                .build();

        StreamedAnswer answer =
                parallel.resume(suspended, Map.of("b", Decision.approved()), () -> StreamedAnswer.to(again.chat("go")));

        assertThat(answer.error()).isInstanceOf(IOException.class).hasMessage("no disk");
        assertThat(Memory.resultTexts(memory)).hasSize(2).element(0).isEqualTo("100 on 1");
    }
}
