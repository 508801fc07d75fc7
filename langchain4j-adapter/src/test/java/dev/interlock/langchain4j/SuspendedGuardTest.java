package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.SuspendedFixture.LOOK;
import static dev.interlock.langchain4j.SuspendedFixture.PAY;
import static dev.interlock.langchain4j.SuspendedFixture.suspended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.durable.Decision;
import dev.interlock.execution.RoundGuard;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.memory.ChatMemory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rounds that a guard confines to the thread of the caller, as a transaction needs it. */
@Timeout(60)
class SuspendedGuardTest {

    private final PayDesk desk = new PayDesk();
    private final ChatMemory memory = Memory.ofManyMessages();

    private Assistant assistant(ParallelTools parallel, ScriptedChatModel model) {
        return parallel.aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(desk)
                .build();
    }

    @Test
    void round_that_is_confined_to_a_transaction_is_not_suspended() {
        ParallelTools guarded =
                PayDesk.waiting().roundGuard(calls -> RoundGuard.Where.ON_OWNER).build();
        ScriptedChatModel model = ScriptedChatModel.saying(calls(PAY), AiMessage.from("done"));

        assertThat(assistant(guarded, model).chat("go")).isEqualTo("done");

        assertThat(desk.log).isEmpty();
        assertThat(model.results().getFirst().isError()).isTrue();
    }

    @Test
    void transaction_of_the_caller_takes_a_round_that_is_decided_and_no_other() {
        ParallelTools first = PayDesk.waiting().build();
        SuspendedInvocation suspended = suspended(() ->
                assistant(first, ScriptedChatModel.saying(calls(LOOK, PAY))).chat("go"));
        List<ChatMessage> before = memory.messages();
        ParallelTools guarded =
                PayDesk.waiting().roundGuard(calls -> RoundGuard.Where.ON_OWNER).build();
        Assistant assistant = assistant(guarded, ScriptedChatModel.saying(AiMessage.from("done")));

        assertThatThrownBy(() -> guarded.resume(suspended, Map.of(), () -> assistant.chat("go")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it still waits for approval of call 2");
        assertThat(memory.messages()).isEqualTo(before);

        assertThat(guarded.resume(suspended, Map.of(1, Decision.approved()), () -> assistant.chat("go")))
                .isEqualTo("done");
        assertThat(Memory.resultTexts(memory)).containsExactly("100 on 1", "paid 30 to 2");
    }
}
