package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.ResumeRegister;
import dev.interlock.execution.Cancellation;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a resume that starts nothing leaves, and which resume is the one that counts. */
@Timeout(60)
class SuspendedUntouchedTest {

    private static final ToolExecutionRequest LOOK = call("a", "balance", "{\"id\": \"1\"}");
    private static final ToolExecutionRequest PAY = call("b", "pay", "{\"to\": \"2\", \"amount\": 30}");

    private final PayDesk desk = new PayDesk();
    private final ChatMemory memory = Memory.ofManyMessages();

    private Assistant assistant(ParallelTools parallel, ScriptedChatModel model) {
        return parallel.aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(desk)
                .build();
    }

    private static SuspendedInvocation suspended(Runnable invocation) {
        return SuspendedInvocation.fromJson(catchThrowableOfType(InvocationSuspendedException.class, invocation::run)
                .suspended()
                .toJson());
    }

    /** A job that ended elsewhere meanwhile had an attempt, but in the process that began it. */
    @Test
    void resume_with_the_result_of_a_job_that_starts_no_tool_leaves_all_as_it_was() {
        List<AiServiceTool> tools = List.of(tool("tell", request -> "told"), tool("print", request -> {
            throw new CallPendingException("job 12");
        }));
        ParallelTools parallel = ParallelTools.builder().build();
        Assistant assistant = parallel.aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.saying(
                        calls(call("a", "print", "{}"), call("b", "tell", "{}")), AiMessage.from("done")))
                .chatMemory(memory)
                .tools(tools)
                .build();
        SuspendedInvocation suspended = suspended(() -> assistant.chat("go"));
        List<ChatMessage> before = memory.messages();
        Map<Integer, Decision> printed = Map.of(0, Decision.completed("printed"));
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("closing time");

        assertThatThrownBy(
                        () -> cancellation.run(() -> parallel.resume(suspended, printed, () -> assistant.chat("go"))))
                .isInstanceOf(CancellationException.class);

        assertThat(memory.messages()).isEqualTo(before);
        assertThat(parallel.resume(suspended, printed, () -> assistant.chat("go")))
                .isEqualTo("done");
        assertThat(Memory.resultTexts(memory)).containsExactly("printed", "told");
    }

    /** No attempt is counted, and yet something was begun elsewhere: it must not be begun again. */
    @Test
    void resume_in_which_an_interceptor_has_acted_in_place_of_the_tool_is_not_as_it_was() {
        Cancellation cancellation = new Cancellation();
        ParallelTools first = PayDesk.waiting().build();
        SuspendedInvocation suspended = suspended(
                () -> assistant(first, ScriptedChatModel.saying(calls(PAY))).chat("go"));
        ParallelTools remote = ParallelTools.builder()
                .interceptor(call -> {
                    cancellation.cancel("closing time");
                    return ToolExecutionResult.builder()
                            .resultText("paid by another machine")
                            .build();
                })
                .build();
        Assistant assistant = assistant(remote, ScriptedChatModel.saying(AiMessage.from("done")));

        assertThatThrownBy(() -> cancellation.run(
                        () -> remote.resume(suspended, Map.of(0, Decision.approved()), () -> assistant.chat("go"))))
                .isInstanceOf(CancellationException.class);

        assertThat(Memory.resultTexts(memory)).containsExactly("paid by another machine");
        assertThatThrownBy(() -> remote.resume(suspended, Map.of(0, Decision.approved()), () -> assistant.chat("go")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already has a result of its call 1");
    }

    @Test
    void hand_written_loop_whose_resume_is_refused_gets_no_results_and_can_resume() {
        ParallelTools first = PayDesk.waiting().build();
        SuspendedInvocation suspended = suspended(() -> first.execute(calls(LOOK, PAY), first.tools(desk)));
        ParallelTools guarded = PayDesk.waiting()
                .roundGuard(calls -> {
                    throw new IllegalStateException("not within a transaction");
                })
                .build();
        Map<Integer, Decision> approved = Map.of(1, Decision.approved());

        assertThatThrownBy(() -> guarded.resume(suspended, approved, guarded.tools(desk)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not within a transaction");

        assertThat(first.resume(suspended, approved, first.tools(desk)))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("100 on 1", "paid 30 to 2");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
    }

    @Test
    void register_lets_a_round_be_resumed_once_without_a_memory_and_with_one_that_was_restored() {
        ResumeRegister register = ResumeRegister.inMemory();
        ParallelTools parallel = PayDesk.waiting().resumeRegister(register).build();
        Assistant assistant = assistant(parallel, ScriptedChatModel.saying(calls(PAY), AiMessage.from("done")));
        SuspendedInvocation suspended = suspended(() -> assistant.chat("go"));
        List<ChatMessage> before = List.copyOf(memory.messages());
        Map<Integer, Decision> approved = Map.of(0, Decision.approved());
        assertThat(parallel.resume(suspended, approved, () -> assistant.chat("go")))
                .isEqualTo("done");
        ParallelTools other = PayDesk.waiting().resumeRegister(register).build();

        assertThatThrownBy(() -> other.resume(suspended, approved, other.tools(desk)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was resumed before from its suspension 1");
        memory.set(before);
        assertThatThrownBy(() -> parallel.resume(suspended, approved, () -> assistant.chat("go")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was resumed before from its suspension 1");

        assertThat(memory.messages()).isEqualTo(before);
        assertThat(desk.log).containsExactly("pay 2 30");
    }

    @Test
    void resume_that_starts_no_tool_leaves_all_as_it_was() {
        ParallelTools parallel = PayDesk.waiting().build();
        Assistant assistant = assistant(parallel, ScriptedChatModel.saying(calls(LOOK, PAY), AiMessage.from("done")));
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
    void resume_within_an_invocation_that_is_being_resumed_is_refused() {
        SuspendedInvocation suspended =
                suspended(() -> assistant(PayDesk.waiting().build(), ScriptedChatModel.saying(calls(PAY)))
                        .chat("go"));
        ParallelTools second = PayDesk.waiting().build();
        Assistant assistant = assistant(second, ScriptedChatModel.saying(AiMessage.from("done")));

        second.resume(suspended, Map.of(0, Decision.approved()), () -> {
            assertThat(catchThrowableOfType(
                            IllegalStateException.class,
                            () -> second.resume(suspended, Map.of(0, Decision.approved()), second.tools(desk))))
                    .hasMessageContaining("is being resumed already");
            return assistant.chat("go");
        });

        assertThat(desk.log).containsExactly("pay 2 30");
    }
}
