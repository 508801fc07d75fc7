package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.SuspendedFixture.LOOK;
import static dev.interlock.langchain4j.SuspendedFixture.PAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.durable.Decision;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.guardrail.OutputGuardrails;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rounds that are suspended while a guardrail asks the model again: LangChain4j keeps those out of the memory. */
@Timeout(60)
class SuspendedRepromptTest {

    private static final AiMessage DRAFT = AiMessage.from("draft");
    private static final AiMessage FINAL = AiMessage.from("final");
    private static final UserMessage REPROMPT = UserMessage.from("No drafts, please.");

    interface Guarded {
        @OutputGuardrails(GuardrailRepromptTest.NoDrafts.class)
        String chat(String message);
    }

    interface GuardedStream {
        @OutputGuardrails(GuardrailRepromptTest.NoDrafts.class)
        TokenStream chat(String message);
    }

    private final PayDesk.TextStore store = new PayDesk.TextStore();
    private final PayDesk desk = new PayDesk();
    private final ParallelTools parallel = PayDesk.waiting().build();

    private <T> AiServices<T> services(Class<T> type) {
        return parallel.aiServices(type).chatMemory(memory()).tools(desk);
    }

    /** As another process reads it. */
    private ChatMemory memory() {
        return store.memory("default");
    }

    private Guarded guarded(ScriptedChatModel model) {
        return services(Guarded.class).chatModel(model).build();
    }

    private SuspendedInvocation suspended(AiMessage... script) {
        return SuspendedFixture.suspended(
                () -> guarded(ScriptedChatModel.saying(script)).chat("go"));
    }

    @Test
    void memory_has_the_conversation_with_one_result_for_each_request() {
        suspended(DRAFT, calls(LOOK), calls(PAY, LOOK));

        List<ChatMessage> messages = memory().messages();
        assertThat(messages.subList(0, 3)).containsExactly(UserMessage.from("go"), DRAFT, REPROMPT);
        assertThat(Memory.types(memory()).subList(3, messages.size()))
                .containsExactly(
                        ChatMessageType.AI,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.AI,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory()))
                .satisfiesExactly(
                        earlier -> assertThat(earlier).isEqualTo("100 on 1"),
                        pending -> assertThat(pending).contains("a person must approve it"),
                        ended -> assertThat(ended).isEqualTo("100 on 1"));
    }

    @Test
    void another_process_goes_on_as_the_reprompt_would_have() {
        SuspendedInvocation suspended = suspended(DRAFT, calls(LOOK), calls(PAY));
        ScriptedChatModel model = ScriptedChatModel.saying(FINAL);
        Guarded again = guarded(model);

        String answer = parallel.resume(suspended, Map.of("b", Decision.approved()), () -> again.chat("go"));

        assertThat(answer).isEqualTo("final");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
        assertThat(model.requests()).hasSize(1);
        assertThat(model.requests().getFirst().messages())
                .hasSize(7)
                .startsWith(UserMessage.from("go"), DRAFT, REPROMPT, calls(LOOK));
        assertThat(model.resultTexts()).containsExactly("100 on 1", "paid 30 to 2");
        assertThat(Memory.resultTexts(memory())).containsExactly("100 on 1", "paid 30 to 2");
        assertThat(memory().messages()).hasSize(8).last().isEqualTo(FINAL);
    }

    @Test
    void second_resume_is_refused() {
        SuspendedInvocation suspended = suspended(DRAFT, calls(PAY));
        Guarded again = guarded(ScriptedChatModel.saying(FINAL));
        parallel.resume(suspended, Map.of("b", Decision.approved()), () -> again.chat("go"));

        assertThatThrownBy(() -> parallel.resume(suspended, Map.of("b", Decision.approved()), () -> again.chat("go")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already has a result of its call 1");
        assertThat(desk.log).containsExactly("pay 2 30");
    }

    @Test
    void resuming_call_may_be_suspended_in_a_reprompt_again() {
        ToolExecutionRequest later = call("c", "pay", "{\"to\": \"3\", \"amount\": 1}");
        SuspendedInvocation first = suspended(DRAFT, calls(PAY));
        Guarded second = guarded(ScriptedChatModel.saying(DRAFT, calls(later)));
        SuspendedInvocation again = SuspendedFixture.suspended(
                () -> parallel.resume(first, Map.of("b", Decision.approved()), () -> second.chat("go")));
        Guarded third = guarded(ScriptedChatModel.saying(FINAL));

        assertThat(parallel.resume(again, Map.of("c", Decision.approved()), () -> third.chat("go")))
                .isEqualTo("final");

        assertThat(desk.log).containsExactly("pay 2 30", "pay 3 1");
        assertThat(memory().messages().stream().filter(REPROMPT::equals)).hasSize(2);
        assertThat(Memory.resultTexts(memory())).containsExactly("paid 30 to 2", "paid 1 to 3");
    }

    @Test
    void service_without_a_memory_goes_on_as_well() {
        Guarded first = parallel.aiServices(Guarded.class)
                .chatModel(ScriptedChatModel.saying(DRAFT, calls(LOOK), calls(PAY)))
                .tools(desk)
                .build();
        SuspendedInvocation suspended = SuspendedFixture.suspended(() -> first.chat("go"));
        ScriptedChatModel model = ScriptedChatModel.saying(FINAL);
        Guarded again =
                parallel.aiServices(Guarded.class).chatModel(model).tools(desk).build();

        assertThat(parallel.resume(suspended, Map.of("b", Decision.approved()), () -> again.chat("go")))
                .isEqualTo("final");
        assertThat(model.resultTexts()).containsExactly("100 on 1", "paid 30 to 2");
    }

    @Test
    void stream_goes_on_as_the_reprompt_would_have() throws Exception {
        GuardedStream first = services(GuardedStream.class)
                .streamingChatModel(ScriptedStreamingModel.replying(
                        ScriptedStreamingModel.says("draft"),
                        ScriptedStreamingModel.asks(LOOK),
                        ScriptedStreamingModel.asks(PAY)))
                .build();
        Throwable left = StreamedAnswer.to(first.chat("go")).error();
        assertThat(left).isInstanceOf(InvocationSuspendedException.class);
        SuspendedInvocation suspended = SuspendedInvocation.fromJson(
                ((InvocationSuspendedException) left).suspended().toJson());
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(ScriptedStreamingModel.says("final"));
        GuardedStream again =
                services(GuardedStream.class).streamingChatModel(model).build();

        StreamedAnswer answer =
                parallel.resume(suspended, Map.of("b", Decision.approved()), () -> StreamedAnswer.to(again.chat("go")));

        assertThat(answer.text()).isEqualTo("final");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
        assertThat(model.requests().getFirst().messages())
                .hasSize(7)
                .startsWith(UserMessage.from("go"), DRAFT, REPROMPT, calls(LOOK));
        assertThat(Memory.resultTexts(memory())).containsExactly("100 on 1", "paid 30 to 2");
        assertThat(memory().messages()).hasSize(8).last().isEqualTo(FINAL);
    }
}
