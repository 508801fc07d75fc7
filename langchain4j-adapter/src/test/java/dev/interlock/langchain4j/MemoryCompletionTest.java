package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.observability.api.event.ToolExecutedEvent;
import dev.langchain4j.observability.api.listener.ToolExecutedEventListener;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every exception that leaves the loop, at any place, leaves a result in memory for every request of the last message.
 */
@Timeout(60)
class MemoryCompletionTest {

    private static final ToolExecutionRequest[] RUN_FAIL_RUN = {
        call("1", "run", "{}"), call("2", "fail", "{}"), call("3", "run", "{}")
    };

    private final ChatMemory memory = Memory.ofManyMessages();
    private final List<AiServiceTool> tools = List.of(tool("run", request -> "ran"), tool("fail", request -> {
        throw new IllegalStateException("broken");
    }));

    private AiServices<Assistant> services(ScriptedChatModel model, ChatMemory chatMemory) {
        return ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(chatMemory)
                .tools(tools)
                .toolExecutionErrorHandler((error, context) -> {
                    throw new IllegalArgumentException("handler says: " + error.getMessage());
                });
    }

    @Test
    void failure_in_a_later_round() {
        ScriptedChatModel model = ScriptedChatModel.saying(calls(call("0", "run", "{}")), calls(RUN_FAIL_RUN));
        Assistant assistant = services(model, memory).build();

        assertThatThrownBy(() -> assistant.chat("go")).hasMessage("handler says: broken");

        assertThat(Memory.types(memory))
                .containsExactly(
                        USER,
                        AI,
                        TOOL_EXECUTION_RESULT,
                        AI,
                        TOOL_EXECUTION_RESULT,
                        TOOL_EXECUTION_RESULT,
                        TOOL_EXECUTION_RESULT);
        assertThat(Memory.results(memory))
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly("0", "1", "2", "3");
    }

    @Test
    void failure_in_a_message_that_repeats_an_earlier_one() {
        ScriptedChatModel model =
                ScriptedChatModel.saying(calls(call("1", "once", "{}")), calls(call("1", "once", "{}")));
        AtomicInteger times = new AtomicInteger();
        List<AiServiceTool> once = List.of(tool("once", request -> {
            if (times.incrementAndGet() > 1) {
                throw new IllegalStateException("only once");
            }
            return "ran";
        }));
        Assistant assistant = services(model, memory).tools(once).build();

        assertThatThrownBy(() -> assistant.chat("go")).hasMessage("handler says: only once");

        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, AI, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory)).containsExactly("ran", "handler says: only once");
    }

    @Test
    void failure_of_the_model_after_the_tools() {
        ScriptedChatModel model = ScriptedChatModel.saying(calls(call("1", "run", "{}"), call("2", "run", "{}")));
        Assistant assistant = services(model, memory).build();

        assertThatThrownBy(() -> assistant.chat("go")).hasMessageContaining("the model was asked 2 times");

        assertThat(Memory.resultTexts(memory)).containsExactly("ran", "ran");
    }

    @Test
    void too_many_rounds() {
        ScriptedChatModel model =
                ScriptedChatModel.saying(calls(call("1", "run", "{}")), calls(call("1", "run", "{}")));
        Assistant assistant =
                services(model, memory).maxToolCallingRoundTrips(1).build();

        assertThatThrownBy(() -> assistant.chat("go")).hasMessageContaining("maxToolCallingRoundTrips");

        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT);
    }

    @Test
    void interrupt_between_the_tools_and_the_model() throws InterruptedException {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "run", "{}"), call("2", "run", "{}"));
        Assistant assistant = services(model, memory)
                .registerListener(new ToolExecutedEventListener() {
                    @Override
                    public void onEvent(ToolExecutedEvent event) {
                        Thread.currentThread().interrupt();
                    }
                })
                .build();

        Caller caller = Caller.of(() -> assistant.chat("go")).join();

        assertThat(caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(caller.interruptFlag()).isTrue();
        assertThat(model.requests()).hasSize(1);
        assertThat(Memory.resultTexts(memory)).containsExactly("ran", "ran");
    }

    /** Loses the text beside requests, minds the interrupt flag, and can be down. */
    private static final class Store implements ChatMemoryStore {
        private List<ChatMessage> messages = new ArrayList<>();
        private boolean refusesResults;

        @Override
        public List<ChatMessage> getMessages(Object memoryId) {
            return messages;
        }

        @Override
        public void updateMessages(Object memoryId, List<ChatMessage> updated) {
            if (Thread.interrupted()) {
                throw new IllegalStateException("the store was interrupted");
            }
            if (refusesResults && updated.get(updated.size() - 1) instanceof ToolExecutionResultMessage) {
                throw new IllegalStateException("the store is down");
            }
            messages = new ArrayList<>();
            for (ChatMessage message : updated) {
                boolean loses = message instanceof AiMessage ai && ai.hasToolExecutionRequests();
                messages.add(loses ? AiMessage.from(((AiMessage) message).toolExecutionRequests()) : message);
            }
        }

        @Override
        public void deleteMessages(Object memoryId) {
            messages.clear();
        }

        ChatMemory memory() {
            return MessageWindowChatMemory.builder()
                    .maxMessages(100)
                    .chatMemoryStore(this)
                    .build();
        }
    }

    @Test
    void store_that_gives_back_messages_that_are_not_quite_equal() {
        Store store = new Store();
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from("let me see", List.of(RUN_FAIL_RUN)));
        Assistant assistant = services(model, store.memory()).build();

        assertThatThrownBy(() -> assistant.chat("go")).hasMessage("handler says: broken");

        assertThat(Memory.results(store.memory())).hasSize(3);
    }

    @Test
    void store_that_minds_the_interrupt_flag() throws InterruptedException {
        Store store = new Store();
        List<AiServiceTool> interrupting = List.of(tool("interrupt", request -> {
            Thread.currentThread().interrupt();
            return "interrupted";
        }));
        ScriptedChatModel model = ScriptedChatModel.saying(calls(call("1", "interrupt", "{}"), call("2", "run", "{}")));
        Assistant assistant =
                services(model, store.memory()).tools(interrupting).build();

        Caller caller = Caller.of(() -> assistant.chat("go")).join();

        assertThat(caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(caller.interruptFlag()).isTrue();
        assertThat(Memory.results(store.memory())).hasSize(2);
    }

    @Test
    void failure_of_the_store_does_not_hide_what_leaves_the_loop() {
        Store store = new Store();
        store.refusesResults = true;
        Assistant assistant = services(ScriptedChatModel.saying(calls(RUN_FAIL_RUN)), store.memory())
                .build();

        assertThatThrownBy(() -> assistant.chat("go"))
                .hasMessage("handler says: broken")
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("the store is down"));
    }
}
