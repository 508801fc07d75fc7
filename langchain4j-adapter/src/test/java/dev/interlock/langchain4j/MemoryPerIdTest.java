package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.memory.ChatMemoryAccess;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One service, a memory for each conversation. */
@Timeout(60)
class MemoryPerIdTest {

    private final Rounds rounds = new Rounds();

    interface Conversations extends ChatMemoryAccess {
        String chat(@MemoryId String id, @dev.langchain4j.service.UserMessage String message);
    }

    /** Asks for two calls of the tool that the user names, and then tells the last two results. */
    private static final class TwoCalls implements ChatModel {
        @Override
        public ChatResponse doChat(ChatRequest request) {
            AiMessage answer;
            if (request.messages().get(request.messages().size() - 1) instanceof UserMessage user) {
                answer = calls(
                        call("1", user.singleText(), "{\"which\": \"first\"}"),
                        call("2", user.singleText(), "{\"which\": \"second\"}"));
            } else {
                List<String> results = request.messages().stream()
                        .filter(ToolExecutionResultMessage.class::isInstance)
                        .map(message -> ((ToolExecutionResultMessage) message).text())
                        .toList();
                answer = AiMessage.from(String.join(", ", results.subList(results.size() - 2, results.size())));
            }
            return ChatResponse.builder().aiMessage(answer).build();
        }
    }

    static class MeetingTools {
        private final CyclicBarrier four = new CyclicBarrier(4);
        private final CyclicBarrier two = new CyclicBarrier(2);
        private final ConcurrentHashMap<Object, AtomicInteger> written = new ConcurrentHashMap<>();

        /** Returns only if two calls of each of two conversations run at the same time. */
        @Tool
        @Pure
        String meetAll(@ToolMemoryId String memoryId, @P(name = "which") String which) throws Exception {
            Waiting.meet(four);
            return which + " of " + memoryId;
        }

        /** Returns only if calls of two conversations run at the same time. */
        @Tool
        @Writes("desk")
        String write(@ToolMemoryId String memoryId, @P(name = "which") String which) throws Exception {
            Waiting.meet(two);
            return which + " is "
                    + written.computeIfAbsent(memoryId, id -> new AtomicInteger())
                            .incrementAndGet();
        }

        @Tool
        @Writes("desk")
        String fail(@ToolMemoryId String memoryId, @P(name = "which") String which) {
            throw new IllegalStateException(which + " of " + memoryId);
        }
    }

    private static Conversations build(AiServices<Conversations> services, Function<Object, ChatMemory> memories) {
        return services.chatModel(new TwoCalls())
                .chatMemoryProvider(memories::apply)
                .tools(new MeetingTools())
                .build();
    }

    private Conversations conversations() {
        return build(
                ParallelTools.builder().listener(rounds).build().aiServices(Conversations.class),
                id -> Memory.ofManyMessages());
    }

    private static void assertThatBothSaid(Conversations conversations, String tool, Function<String, String> expected)
            throws InterruptedException {
        Caller ann = Caller.of(() -> conversations.chat("ann", tool));
        Caller bob = Caller.of(() -> conversations.chat("bob", tool));

        assertThat(ann.join().returned()).isEqualTo(expected.apply("ann"));
        assertThat(bob.join().returned()).isEqualTo(expected.apply("bob"));
    }

    @Test
    void two_conversations_side_by_side_each_with_its_calls_at_the_same_time() throws InterruptedException {
        Conversations conversations = conversations();

        assertThatBothSaid(conversations, "meetAll", id -> "first of " + id + ", second of " + id);

        assertThat(rounds.reports()).hasSize(2);
        for (String id : List.of("ann", "bob")) {
            ChatMemory memory = conversations.getChatMemory(id);
            assertThat(Memory.types(memory))
                    .containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT, AI);
            assertThat(Memory.resultTexts(memory)).containsExactly("first of " + id, "second of " + id);
        }
        assertThat(conversations.getChatMemory("cleo")).isNull();
    }

    @Test
    void conflicting_calls_keep_their_order_in_a_conversation_and_do_not_wait_for_another()
            throws InterruptedException {
        assertThatBothSaid(conversations(), "write", id -> "first is 1, second is 2");
    }

    @Test
    void conversation_goes_on_where_it_was() throws InterruptedException {
        Conversations conversations = conversations();

        assertThatBothSaid(conversations, "write", id -> "first is 1, second is 2");
        assertThatBothSaid(conversations, "write", id -> "first is 3, second is 4");

        assertThat(Memory.resultTexts(conversations.getChatMemory("ann")))
                .containsExactly("first is 1", "second is 2", "first is 3", "second is 4");
    }

    @Test
    void exception_that_leaves_one_conversation_does_not_touch_another() throws InterruptedException {
        MeetingTools tools = new MeetingTools();
        Conversations conversations = ParallelTools.builder()
                .build()
                .aiServices(Conversations.class)
                .chatModel(new TwoCalls())
                .chatMemoryProvider(id -> Memory.ofManyMessages())
                .tools(tools)
                .toolExecutionErrorHandler((error, context) -> {
                    throw new IllegalStateException("handler says: " + error.getMessage());
                })
                .build();

        Caller ann = Caller.of(() -> conversations.chat("ann", "write"));
        Caller failing = Caller.of(() -> conversations.chat("cleo", "fail"));
        Caller bob = Caller.of(() -> conversations.chat("bob", "write"));

        assertThat(failing.join().thrown()).hasMessage("handler says: first of cleo");
        assertThat(Memory.resultTexts(conversations.getChatMemory("cleo")))
                .containsExactly(
                        "handler says: first of cleo",
                        "tool 'fail' was not started: the failure of another call ended the round");
        assertThat(ann.join().returned()).isEqualTo("first is 1, second is 2");
        assertThat(bob.join().returned()).isEqualTo("first is 1, second is 2");
    }

    @Test
    void memory_that_holds_less_than_a_batch_is_as_with_plain_langchain4j() throws InterruptedException {
        Function<Object, ChatMemory> small = id -> MessageWindowChatMemory.withMaxMessages(4);
        Conversations interlock = build(ParallelTools.builder().build().aiServices(Conversations.class), small);
        Conversations plain = build(AiServices.builder(Conversations.class).executeToolsConcurrently(), small);

        assertThatBothSaid(interlock, "meetAll", id -> "first of " + id + ", second of " + id);
        assertThatBothSaid(plain, "meetAll", id -> "first of " + id + ", second of " + id);

        assertThat(interlock.getChatMemory("ann").messages())
                .isEqualTo(plain.getChatMemory("ann").messages())
                .hasSize(4);
    }
}
