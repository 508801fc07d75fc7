package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.PairTools.meet;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.Result;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is retrieved for the user's message stays in front of the model in every round. */
@Timeout(60)
class RetrievalTest {

    private final Rounds rounds = new Rounds();
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private final ContentRetriever retriever = query -> {
        queries.add(query.text());
        return List.of(Content.from("Tea is sold on floor 2."));
    };
    private final ChatMemory memory = Memory.ofManyMessages();

    interface Asking {
        Result<String> chat(String message);
    }

    static class UserTools {
        private final CyclicBarrier two = new CyclicBarrier(2);

        @Tool
        @Pure
        String asked(InvocationContext context, @P(name = "who") String who) throws Exception {
            Waiting.meet(two);
            return who + ": " + context.userMessage().singleText();
        }
    }

    private AiServices<Asking> services(ScriptedChatModel model) {
        return ParallelTools.builder()
                .listener(rounds)
                .build()
                .aiServices(Asking.class)
                .chatModel(model)
                .contentRetriever(retriever)
                .chatMemory(memory)
                .tools(new PairTools(), new UserTools());
    }

    private static ScriptedChatModel twoRounds() {
        return ScriptedChatModel.saying(calls(meet(1), meet(2)), calls(meet(3), meet(4)), AiMessage.from("floor 2"));
    }

    private static String userText(List<ChatMessage> messages) {
        return ((UserMessage) messages.get(0)).singleText();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void calls_overlap_and_the_model_sees_what_was_retrieved_in_every_round(boolean stored) {
        ScriptedChatModel model = twoRounds();

        Result<String> result = services(model)
                .storeRetrievedContentInChatMemory(stored)
                .build()
                .chat("Where is tea?");

        assertThat(result.content()).isEqualTo("floor 2");
        assertThat(result.sources())
                .extracting(content -> content.textSegment().text())
                .containsExactly("Tea is sold on floor 2.");
        assertThat(result.toolExecutions())
                .extracting(execution -> execution.result())
                .containsExactly("met 1", "met 2", "met 3", "met 4");
        assertThat(rounds.reports()).hasSize(2);
        assertThat(queries).containsExactly("Where is tea?");
        assertThat(model.requests())
                .hasSize(3)
                .extracting(ChatRequest::messages)
                .allMatch(messages -> userText(messages).startsWith("Where is tea?"))
                .allMatch(messages -> userText(messages).endsWith("Tea is sold on floor 2."));
        assertThat(userText(memory.messages()).contains("floor 2")).isEqualTo(stored);
        assertThat(Memory.resultTexts(memory)).containsExactly("met 1", "met 2", "met 3", "met 4");
    }

    @Test
    void tools_see_the_message_with_what_was_retrieved() {
        ScriptedChatModel model = ScriptedChatModel.asking(asked("a"), asked("b"));

        services(model).build().chat("Where is tea?");

        assertThat(model.resultTexts())
                .satisfiesExactly(
                        first ->
                                assertThat(first).startsWith("a: Where is tea?").endsWith("floor 2."),
                        second -> assertThat(second)
                                .startsWith("b: Where is tea?")
                                .endsWith("floor 2."));
    }

    private static ToolExecutionRequest asked(String who) {
        return ScriptedChatModel.call(who, "asked", "{\"who\": \"" + who + "\"}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void memory_and_requests_are_those_of_plain_langchain4j(boolean stored) {
        ScriptedChatModel model = twoRounds();
        ScriptedChatModel plainModel = twoRounds();
        ChatMemory plainMemory = Memory.ofManyMessages();

        services(model).storeRetrievedContentInChatMemory(stored).build().chat("Where is tea?");
        AiServices.builder(Asking.class)
                .chatModel(plainModel)
                .contentRetriever(retriever)
                .storeRetrievedContentInChatMemory(stored)
                .chatMemory(plainMemory)
                .tools(new PairTools(), new UserTools())
                .executeToolsConcurrently()
                .build()
                .chat("Where is tea?");

        assertThat(memory.messages()).isEqualTo(plainMemory.messages());
        assertThat(model.requests()).isEqualTo(plainModel.requests());
    }
}
