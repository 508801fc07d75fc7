package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.effect.Writes;
import dev.interlock.execution.Cancellation;
import dev.interlock.execution.RoundGuard;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where a suspension meets failures, other loops and odd requests. */
@Timeout(60)
class SuspendedEdgesTest {

    private static final ToolExecutionRequest LOOK = call("a", "balance", "{\"id\": \"1\"}");
    private static final ToolExecutionRequest PAY = call("b", "pay", "{\"to\": \"2\", \"amount\": 30}");

    private final PayDesk desk = new PayDesk();
    private final ChatMemory memory = Memory.ofManyMessages();

    private Assistant assistant(ParallelTools parallel, ScriptedChatModel model, @Nullable ChatMemory kept) {
        AiServices<Assistant> services =
                parallel.aiServices(Assistant.class).chatModel(model).tools(desk);
        return (kept == null ? services : services.chatMemory(kept)).build();
    }

    private static SuspendedInvocation suspended(Runnable invocation) {
        return SuspendedInvocation.fromJson(catchThrowableOfType(InvocationSuspendedException.class, invocation::run)
                .suspended()
                .toJson());
    }

    @Test
    void service_without_a_memory_keeps_its_rounds_over_many_suspensions() {
        ParallelTools first = PayDesk.waiting().build();
        Assistant asked = assistant(first, ScriptedChatModel.saying(calls(LOOK), calls(PAY)), null);
        SuspendedInvocation one = suspended(() -> asked.chat("go"));
        ParallelTools second = PayDesk.waiting().build();
        Assistant again = assistant(
                second, ScriptedChatModel.saying(calls(call("c", "pay", "{\"to\": \"3\", \"amount\": 1}"))), null);
        SuspendedInvocation two =
                suspended(() -> second.resume(one, Map.of(0, Decision.approved()), () -> again.chat("go")));
        ParallelTools third = PayDesk.waiting().build();
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from("done"));
        Assistant last = assistant(third, model, null);

        assertThat(third.resume(two, Map.of("c", Decision.approved()), () -> last.chat("go")))
                .isEqualTo("done");

        assertThat(model.resultTexts()).containsExactly("100 on 1", "paid 30 to 2", "paid 1 to 3");
        assertThat(model.requests().getFirst().messages()).hasSize(7);
        assertThat(model.requests().getFirst().messages().getFirst()).isEqualTo(UserMessage.from("go"));
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
    void resume_that_starts_no_tool_leaves_all_as_it_was() {
        ParallelTools parallel = PayDesk.waiting().build();
        Assistant assistant =
                assistant(parallel, ScriptedChatModel.saying(calls(LOOK, PAY), AiMessage.from("done")), memory);
        SuspendedInvocation suspended = suspended(() -> assistant.chat("go"));
        List<ChatMessage> before = memory.messages();
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("closing time");

        assertThatThrownBy(() -> cancellation.run(
                        () -> parallel.resume(suspended, Map.of(1, Decision.approved()), () -> assistant.chat("go"))))
                .isInstanceOf(CancellationException.class);

        assertThat(memory.messages()).isEqualTo(before);
        assertThat(parallel.resume(suspended, Map.of(1, Decision.approved()), () -> assistant.chat("go")))
                .isEqualTo("done");
        assertThat(Memory.resultTexts(memory)).containsExactly("100 on 1", "paid 30 to 2");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
    }

    @Test
    void stream_that_starts_no_tool_leaves_all_as_it_was() throws Exception {
        ParallelTools parallel = PayDesk.waiting().build();
        StreamingAssistant assistant = parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(replying(ScriptedStreamingModel.asks(LOOK, PAY), says("done")))
                .chatMemory(memory)
                .tools(desk)
                .build();
        SuspendedInvocation suspended = ((InvocationSuspendedException)
                        StreamedAnswer.to(assistant.chat("go")).error())
                .suspended();
        List<ChatMessage> before = memory.messages();
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("closing time");

        cancellation.run(() -> {
            StreamedAnswer refused = parallel.resume(
                    suspended, Map.of(1, Decision.approved()), () -> StreamedAnswer.to(assistant.chat("go")));
            assertThat(refused.errors()).singleElement().isInstanceOf(CancellationException.class);
        });

        assertThat(memory.messages()).isEqualTo(before);
        StreamedAnswer answer = parallel.resume(
                suspended, Map.of(1, Decision.approved()), () -> StreamedAnswer.to(assistant.chat("go")));
        assertThat(answer.text()).isEqualTo("done");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
    }

    @Test
    void resume_that_is_cancelled_on_the_way_says_what_became_of_each_call() {
        Cancellation cancellation = new Cancellation();
        ParallelTools parallel = PayDesk.waiting().build();
        List<AiServiceTool> tools = List.of(tool("pay", request -> {
            cancellation.cancel("closing time");
            return "paid " + request.id();
        }));
        ScriptedChatModel model = ScriptedChatModel.saying(calls(call("a", "pay", "{}"), call("b", "pay", "{}")));
        Assistant assistant = parallel.aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .build();
        SuspendedInvocation suspended = suspended(() -> assistant.chat("go"));

        assertThatThrownBy(() -> cancellation.run(() -> parallel.resume(
                        suspended, Map.of(0, Decision.approved(), 1, Decision.approved()), () -> assistant.chat("go"))))
                .isInstanceOf(CancellationException.class);

        assertThat(Memory.resultTexts(memory)).hasSize(2).element(0).isEqualTo("paid a");
        assertThat(Memory.resultTexts(memory).get(1)).contains("closing time");
    }

    @Test
    void transaction_of_the_caller_takes_a_round_that_is_decided_and_no_other() {
        ParallelTools first = PayDesk.waiting().build();
        SuspendedInvocation suspended =
                suspended(() -> assistant(first, ScriptedChatModel.saying(calls(LOOK, PAY)), memory)
                        .chat("go"));
        List<ChatMessage> before = memory.messages();
        ParallelTools guarded =
                PayDesk.waiting().roundGuard(calls -> RoundGuard.Where.ON_OWNER).build();
        Assistant assistant = assistant(guarded, ScriptedChatModel.saying(AiMessage.from("done")), memory);

        assertThatThrownBy(() -> guarded.resume(suspended, Map.of(), () -> assistant.chat("go")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it still waits for approval of call 2");
        assertThat(memory.messages()).isEqualTo(before);

        assertThat(guarded.resume(suspended, Map.of(1, Decision.approved()), () -> assistant.chat("go")))
                .isEqualTo("done");
        assertThat(Memory.resultTexts(memory)).containsExactly("100 on 1", "paid 30 to 2");
    }

    @Test
    void window_that_is_just_large_enough_loses_nothing() {
        ChatMemory window = MessageWindowChatMemory.withMaxMessages(4);
        ParallelTools parallel = PayDesk.waiting().build();
        ScriptedChatModel model = ScriptedChatModel.saying(calls(LOOK, PAY), AiMessage.from("done"));
        Assistant assistant = assistant(parallel, model, window);
        SuspendedInvocation suspended = suspended(() -> assistant.chat("go"));

        parallel.resume(suspended, Map.of(1, Decision.approved()), () -> assistant.chat("go"));

        assertThat(model.resultTexts()).containsExactly("100 on 1", "paid 30 to 2");
        assertThat(model.requests().getLast().messages()).hasSize(4);
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

    @Test
    void future_ends_by_the_suspension_and_the_memory_is_complete() {
        List<AiServiceTool> tools = List.of(tool("look", request -> "seen"), tool("print", request -> {
            throw new CallPendingException("job 12");
        }));
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "look", "{}"), call("2", "print", "{}"), call("3", "look", "{}")));
        FutureService service = FutureService.of(
                ParallelTools.builder().build(), model, memory, ForkJoinPool.commonPool(), tools, settings -> {});

        Throwable thrown = catchThrowable(() -> service.chat("go").join());

        assertThat(thrown).isInstanceOf(CompletionException.class);
        assertThat(thrown.getCause()).isInstanceOf(InvocationSuspendedException.class);
        assertThat(Memory.resultTexts(memory)).hasSize(3).element(0).isEqualTo("seen");
        assertThat(Memory.resultTexts(memory).get(1)).contains("was started and has no result yet: job 12");
        assertThat(Memory.resultTexts(memory).get(2)).contains("has not run yet: it waits for");
    }

    static class Printing {
        final CountDownLatch started = new CountDownLatch(1);
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        @Writes("printer")
        String print(@P(name = "text") String text) {
            log.add(text);
            started.countDown();
            throw new CallPendingException("job of " + text);
        }
    }

    private StreamedAnswer streamed(ScriptedStreamingModel model, Printing printing) {
        ParallelTools parallel =
                ParallelTools.builder().earlyStart(EarlyStart.ALL).build();
        return StreamedAnswer.to(parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(printing)
                .build()
                .chat("go"));
    }

    @Test
    void pending_call_that_the_message_does_not_have_is_no_part_of_what_is_suspended() throws Exception {
        Printing printing = new Printing();
        ToolExecutionRequest told = call("1", "print", "{\"text\": \"x\"}");
        ToolExecutionRequest meant = call("1", "print", "{\"text\": \"y\"}");

        Throwable left = streamed(
                        replying(stream -> {
                            stream.call(told);
                            Waiting.await(printing.started);
                            stream.end(meant);
                        }),
                        printing)
                .error();

        assertThat(left).isInstanceOf(InvocationSuspendedException.class);
        assertThat(left.getSuppressed())
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .hasMessageContaining("before the response was complete, call 1 of tool 'print' (id 1) ran"));
        SuspendedInvocation suspended = ((InvocationSuspendedException) left).suspended();
        assertThat(suspended.message().toolExecutionRequests()).containsExactly(meant);
        assertThat(suspended.results().getLast().text()).contains("job of y");
        Ids.assertThatProviderTakes(memory.messages());
    }

    @Test
    void stream_that_breaks_off_says_what_a_pending_call_may_have_done() throws Exception {
        Printing printing = new Printing();

        Throwable left = streamed(
                        replying(
                                stream -> {
                                    stream.call(call("1", "print", "{\"text\": \"x\"}"));
                                    Waiting.await(printing.started);
                                    stream.error(new IllegalStateException("the line is dead"));
                                },
                                says("unused")),
                        printing)
                .error();

        assertThat(left).hasMessageContaining("the line is dead");
        assertThat(printing.log).containsExactly("x");
        assertThat(left.getSuppressed())
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .hasMessageContaining("call 1 of tool 'print' (id 1) ran and may have taken effect"));
        Ids.assertThatProviderTakes(memory.messages());
    }
}
