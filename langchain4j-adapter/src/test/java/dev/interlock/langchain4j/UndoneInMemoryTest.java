package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.ScriptedStreamingModel.asks;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever throws after calls were undone, the memory does not call them successful. */
@Timeout(60)
class UndoneInMemoryTest {

    private static final String ROLLED_BACK = "Tool 'book' was executed successfully but was rolled back";
    private static final String DUE_TO_PAY = ROLLED_BACK + " due to failure of tool 'pay'";

    private final TravelTools tools = new TravelTools();
    private final AiServiceContext context = ParallelTools.builder().build().aiServiceContext(Assistant.class);
    private final AiServiceContext streamingContext =
            ParallelTools.builder().build().aiServiceContext(StreamingAssistant.class);

    private static ToolExecutionRequest book(String id, String what) {
        return call(id, "book", "{\"what\": \"" + what + "\"}");
    }

    private static ToolExecutionRequest pay(String id) {
        return call(id, "pay", "{}");
    }

    /** Asks the model, which makes these rounds of calls. Gives what leaves the loop, or the answer. */
    private Object chat(
            boolean streamed, ChatMemory memory, boolean compensates, List<List<ToolExecutionRequest>> rounds)
            throws InterruptedException {
        if (streamed) {
            List<ScriptedStreamingModel.Reply> replies = new ArrayList<>();
            rounds.forEach(round -> replies.add(asks(round.toArray(ToolExecutionRequest[]::new))));
            replies.add(says("sorry"));
            StreamedAnswer answer = StreamedAnswer.to(AiServices.<StreamingAssistant>builder(streamingContext)
                            .streamingChatModel(ScriptedStreamingModel.replying(
                                    replies.toArray(ScriptedStreamingModel.Reply[]::new)))
                            .chatMemory(memory)
                            .tools(tools)
                            .compensateOnToolErrors(compensates)
                            .build()
                            .chat("go"))
                    .ended();
            return answer.errors().isEmpty() ? answer.text() : answer.errors().get(0);
        }
        List<AiMessage> replies = new ArrayList<>();
        rounds.forEach(round -> replies.add(calls(round.toArray(ToolExecutionRequest[]::new))));
        replies.add(AiMessage.from("sorry"));
        Assistant assistant = AiServices.<Assistant>builder(context)
                .chatModel(ScriptedChatModel.saying(replies.toArray(AiMessage[]::new)))
                .chatMemory(memory)
                .tools(tools)
                .compensateOnToolErrors(compensates)
                .build();
        try {
            return assistant.chat("go");
        } catch (RuntimeException e) {
            return e;
        }
    }

    @Test
    void result_without_an_id_from_an_earlier_conversation_stays_as_it_is() throws InterruptedException {
        ChatMemory memory = Memory.ofManyMessages();
        memory.add(UserMessage.from("before"));
        memory.add(calls(call(null, "find", "{}")));
        memory.add(ToolExecutionResultMessage.builder()
                .toolName("find")
                .text("found")
                .build());
        memory.add(AiMessage.from("found it"));

        assertThat(chat(false, memory, true, List.of(List.of(book("1", "hotel")), List.of(pay("2")))))
                .isEqualTo("sorry");

        assertThat(tools.log).containsExactly("book hotel", "unbook hotel");
        assertThat(Memory.resultTexts(memory)).containsExactly("found", DUE_TO_PAY, "no money");
        assertThat(Memory.results(memory))
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly(null, "1", "2");
    }

    /** The agentic module's hook undoes the calls itself, whether or not the service does. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("compensable-hook")
    void hook_that_throws_after_the_undo(boolean streamed) throws InterruptedException {
        ChatMemory memory = Memory.ofManyMessages();
        (streamed ? streamingContext : context).toolService.onToolExecutionError(invocation -> {
            throw new IllegalStateException("stop the agent");
        });

        assertThat(chat(streamed, memory, true, List.of(List.of(book("1", "hotel"), pay("2")))))
                .asString()
                .endsWith("stop the agent");

        assertThat(tools.log).containsExactly("book hotel", "unbook hotel");
        assertThat(Memory.resultTexts(memory)).containsExactly(DUE_TO_PAY, "no money");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("compensable-hook")
    void hook_that_undoes_and_throws(boolean streamed) throws InterruptedException {
        ChatMemory memory = Memory.ofManyMessages();
        List<Runnable> undo = new CopyOnWriteArrayList<>();
        AiServiceContext hooked = streamed ? streamingContext : context;
        hooked.toolService.onCompensableToolExecution((execution, action) -> undo.add(() -> action.accept(execution)));
        hooked.toolService.onToolExecutionError(invocation -> {
            undo.forEach(Runnable::run);
            throw new IllegalStateException("stop the agent");
        });

        assertThat(chat(streamed, memory, false, List.of(List.of(book("1", "hotel"), pay("2")))))
                .asString()
                .endsWith("stop the agent");

        assertThat(tools.log).containsExactly("book hotel", "unbook hotel");
        assertThat(Memory.resultTexts(memory)).containsExactly(DUE_TO_PAY, "no money");
    }

    /** Fails the first time that a message in it is replaced. */
    private static final class FailingOnce extends ForwardingMemory {
        private boolean failed;

        FailingOnce() {
            super(Memory.ofManyMessages());
        }

        @Override
        public void set(Iterable<ChatMessage> messages) {
            if (!failed) {
                failed = true;
                throw new IllegalStateException("the store is down");
            }
            memory.set(StreamSupport.stream(messages.spliterator(), false).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void store_that_fails_when_the_results_are_rewritten(boolean streamed) throws InterruptedException {
        ChatMemory memory = new FailingOnce();

        assertThat(chat(
                        streamed,
                        memory,
                        true,
                        List.of(List.of(book("1", "hotel")), List.of(book("2", "flight"), pay("3")))))
                .asString()
                .endsWith("the store is down");

        assertThat(tools.log).containsExactly("book hotel", "book flight", "unbook flight", "unbook hotel");
        assertThat(Memory.resultTexts(memory))
                .hasSize(3)
                .allSatisfy(text -> assertThat(text).doesNotContain("booked"))
                .element(0)
                .asString()
                .startsWith(ROLLED_BACK);
    }

    /** As the agentic module sets the hooks: it does not let the service undo calls itself. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("compensable-hook")
    void hooks_hear_of_compensable_calls_although_the_service_undoes_none(boolean streamed)
            throws InterruptedException {
        List<String> heard = new CopyOnWriteArrayList<>();
        (streamed ? streamingContext : context).toolService.onCompensableToolExecution((execution, action) -> {
            heard.add(execution.request().name());
            action.accept(execution);
        });

        assertThat(chat(streamed, Memory.ofManyMessages(), false, List.of(List.of(book("1", "hotel"), pay("2")))))
                .isEqualTo("sorry");

        assertThat(heard).containsExactly("book");
        assertThat(tools.log).containsExactly("book hotel", "unbook hotel");
    }
}
