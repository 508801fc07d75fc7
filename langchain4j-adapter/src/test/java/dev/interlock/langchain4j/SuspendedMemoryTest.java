package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.SuspendedFixture.LOOK;
import static dev.interlock.langchain4j.SuspendedFixture.PAY;
import static dev.interlock.langchain4j.SuspendedFixture.suspended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.durable.Decision;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the model is told of a suspended invocation by a small memory, and without any. */
@Timeout(60)
class SuspendedMemoryTest {

    private final PayDesk desk = new PayDesk();

    private Assistant assistant(ParallelTools parallel, ScriptedChatModel model, @Nullable ChatMemory kept) {
        AiServices<Assistant> services =
                parallel.aiServices(Assistant.class).chatModel(model).tools(desk);
        return (kept == null ? services : services.chatMemory(kept)).build();
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
}
