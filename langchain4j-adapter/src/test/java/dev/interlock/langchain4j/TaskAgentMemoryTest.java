package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What tasks know of each other. */
@Timeout(120)
class TaskAgentMemoryTest extends TaskAgentFixture {

    @Test
    void tasks_of_a_conversation_know_of_each_other_and_of_no_other() {
        ScriptedChatModel model =
                ScriptedChatModel.saying(calls(call("1", "step", "{}")), DONE, DONE, DONE, DONE, DONE);
        TaskAgent agent = agent(model, tools).build();

        agent.execute("one", "ada");
        agent.execute("two", "ada");
        assertThat(types(model.requests().get(2)))
                .containsExactly(
                        ChatMessageType.SYSTEM,
                        ChatMessageType.USER,
                        ChatMessageType.AI,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.AI,
                        ChatMessageType.USER);

        agent.execute("three", "bob");
        assertThat(types(model.requests().get(3))).containsExactly(ChatMessageType.SYSTEM, ChatMessageType.USER);
        agent.execute("four");
        assertThat(types(model.requests().get(4))).containsExactly(ChatMessageType.SYSTEM, ChatMessageType.USER);

        assertThat(agent.forget("ada")).isTrue();
        assertThat(agent.forget("ada")).isFalse();
        agent.execute("five", "ada");
        assertThat(types(model.requests().get(5))).containsExactly(ChatMessageType.SYSTEM, ChatMessageType.USER);
    }

    @Test
    void memories_of_conversations_are_the_providers_and_those_of_single_tasks_are_not() {
        Map<Object, MessageWindowChatMemory> memories = new ConcurrentHashMap<>();
        TaskAgent agent = agent(ScriptedChatModel.saying(DONE, DONE))
                .chatMemoryProvider(
                        id -> memories.computeIfAbsent(id, key -> MessageWindowChatMemory.withMaxMessages(9)))
                .build();

        agent.execute("one", 42);
        agent.execute("two");

        assertThat(memories).containsOnlyKeys(42);
        assertThat(Memory.types(memories.get(42)))
                .containsExactly(ChatMessageType.SYSTEM, ChatMessageType.USER, ChatMessageType.AI);
    }

    /** Has the id of the memory told. */
    static final class Remembering {
        @Tool
        String who(@ToolMemoryId String id) {
            return "id " + id;
        }
    }

    @Test
    void a_tool_may_have_the_id_of_the_memory_told_of_tasks_with_and_without_a_conversation() {
        AiMessage who = calls(call("1", "who", "{}"));
        ScriptedChatModel model = ScriptedChatModel.saying(who, DONE, who, DONE, who, DONE);
        TaskAgent agent = agent(model, new Remembering()).build();

        assertThat(agent.execute("one").failedCalls()).isEmpty();
        String one = model.resultTexts().get(0);
        assertThat(agent.execute("two").failedCalls()).isEmpty();
        assertThat(model.resultTexts()).hasSize(1).doesNotContain(one);
        assertThat(agent.execute("three", "ada").failedCalls()).isEmpty();
        assertThat(model.resultTexts()).containsExactly("id ada");
    }

    @Test
    void a_conversation_can_go_on_after_the_round_limit() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "step", "{}")), calls(call("2", "step", "{}")), AiMessage.from("sorry"));
        TaskAgent agent = agent(model, tools).maxRounds(1).build();

        assertThat(agent.execute("one", "ada").end()).isEqualTo(TaskEnd.ROUND_LIMIT);
        assertThat(agent.execute("two", "ada").answer()).isEqualTo("sorry");

        assertThat(model.lastRequestIds()).containsExactly("1");
        assertThat(model.resultTexts()).containsExactly("1");
    }

    private static List<ChatMessageType> types(ChatRequest request) {
        return request.messages().stream().map(ChatMessage::type).toList();
    }
}
