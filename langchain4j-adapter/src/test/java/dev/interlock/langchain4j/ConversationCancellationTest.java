package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.event.RoundEvent;
import dev.interlock.execution.Cancellation;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Conversations that are cancelled, as AI services meet it. */
@Timeout(60)
class ConversationCancellationTest extends ResilienceFixture {

    private AiServiceTool blocking(CountDownLatch started) {
        return tool("blocks", request -> {
            started.countDown();
            Waiting.forInterrupt();
            return "never";
        });
    }

    @Test
    void cancelled_conversation_ends_without_asking_the_model_again_and_can_go_on() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "blocks", "{}"), call("2", "blocks", "{}")), AiMessage.from("on we go"));
        var memory = Memory.ofManyMessages();
        Assistant assistant = Waiting.patientTools()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(one(blocking(started)))
                .build();
        Cancellation cancellation = new Cancellation();
        Caller caller = Caller.of(() -> cancellation.call(() -> assistant.chat("go")));
        Waiting.await(started);
        cancellation.cancel("the user pressed stop");

        assertThat(caller.join().thrown())
                .isInstanceOf(CancellationException.class)
                .hasMessage("the user pressed stop; the model is not asked again");
        assertThat(caller.interruptFlag()).isFalse();
        assertThat(model.requests()).hasSize(1);
        assertThat(memory.messages().stream()
                        .filter(ToolExecutionResultMessage.class::isInstance)
                        .map(message -> ((ToolExecutionResultMessage) message).text()))
                .hasSize(2)
                .allMatch(text -> text.contains("the user pressed stop"));
        assertThat(assistant.chat("and now?")).isEqualTo("on we go");
    }

    @Test
    void model_is_not_asked_within_what_was_cancelled_between_two_rounds() {
        Cancellation cancellation = new Cancellation();
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "quick", "{}"));
        Assistant assistant = ParallelTools.builder()
                .listener(event -> {
                    if (event instanceof RoundEvent.RoundEnded) {
                        cancellation.cancel("late");
                    }
                })
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(one(tool("quick", request -> "quick")))
                .build();
        Caller caller = Caller.of(() -> cancellation.call(() -> assistant.chat("go")));
        assertThat(join(caller).thrown()).isInstanceOf(CancellationException.class);
        assertThat(model.requests()).hasSize(1);
    }

    private static Caller join(Caller caller) {
        try {
            return caller.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closing_ends_all_conversations_and_none_begins() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        ParallelTools parallel = Waiting.patientTools().build();
        Caller one = Caller.of(() -> parallel.aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", "blocks", "{}")))
                .tools(one(blocking(started)))
                .build()
                .chat("go"));
        Caller two = Caller.of(() -> parallel.execute(calls(call("1", "blocks", "{}")), List.of(blocking(started))));
        Waiting.await(started);
        parallel.close();

        assertThat(one.join().thrown())
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("the executor was closed");
        assertThat((List<?>) two.join().returned()).hasSize(1);
        assertThat(texts(OneRound.executed(
                        parallel, List.of(tool("quick", request -> "quick")), call("1", "quick", "{}"))))
                .containsExactly("tool 'quick' was not started: the executor was closed");
    }
}
