package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.PairTools.meet;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Reads;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolExecution;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of tools that are not there, between calls of tools that are. */
@Timeout(60)
class HallucinatedToolTest {

    private final Rounds rounds = new Rounds();
    private final ReadingPairTools pairs = new ReadingPairTools();
    private final ChatMemory memory = Memory.ofManyMessages();

    /** Reads, since what accesses nothing need not wait for a barrier. */
    static class ReadingPairTools extends PairTools {
        @Override
        @Tool
        @Reads("place")
        String meet(@P(name = "who") String who) throws Exception {
            return super.meet(who);
        }
    }

    private AiServices<Assistant> services(ScriptedChatModel model) {
        return ParallelTools.builder()
                .listener(rounds)
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(pairs);
    }

    private static ToolExecutionRequest divine(String id) {
        return call(id, "divine", "{\"what\": \"weather\"}");
    }

    @Test
    void unknown_tool_is_a_barrier_and_the_calls_on_either_side_overlap() {
        ScriptedChatModel model = ScriptedChatModel.asking(meet(1), meet(2), divine("3"), meet(4), meet(5));
        List<Integer> startedBefore = new CopyOnWriteArrayList<>();

        services(model)
                .hallucinatedToolNameStrategy(request -> {
                    startedBefore.add(pairs.threads.size());
                    return ToolExecutionResultMessage.from(request, "there is no " + request.name());
                })
                .build()
                .chat("go");

        assertThat(model.resultTexts()).containsExactly("met 1", "met 2", "there is no divine", "met 4", "met 5");
        assertThat(startedBefore).containsExactly(2);
        assertThat(rounds.reports()).singleElement().satisfies(report -> {
            assertThat(report.plan().dependencies(2)).hasSize(2);
            assertThat(report.plan().dependencies(3)).hasSize(1);
            assertThat(report.plan().dependencies(4)).hasSize(1);
        });
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "same")
    void equal_calls_of_an_unknown_tool_have_their_own_results(String id) {
        AtomicInteger asked = new AtomicInteger();
        ScriptedChatModel model = ScriptedChatModel.asking(divine(id), divine(id), meet(1), meet(2));

        services(model)
                .hallucinatedToolNameStrategy(
                        request -> ToolExecutionResultMessage.from(request, "no " + asked.incrementAndGet()))
                .build()
                .chat("go");

        assertThat(model.resultTexts()).containsExactly("no 1", "no 2", "met 1", "met 2");
        assertThat(model.results())
                .extracting(ToolExecutionResultMessage::id)
                .containsExactlyElementsOf(model.lastRequestIds());
    }

    @Test
    void memory_is_that_of_plain_langchain4j() {
        ChatMemory plainMemory = Memory.ofManyMessages();

        services(asking())
                .hallucinatedToolNameStrategy(HallucinatedToolTest::anError)
                .build()
                .chat("go");
        AiServices.builder(Assistant.class)
                .chatModel(asking())
                .chatMemory(plainMemory)
                .tools(new ReadingPairTools())
                .executeToolsConcurrently()
                .hallucinatedToolNameStrategy(HallucinatedToolTest::anError)
                .build()
                .chat("go");

        assertThat(memory.messages()).isEqualTo(plainMemory.messages()).hasSize(6);
    }

    private static ScriptedChatModel asking() {
        return ScriptedChatModel.asking(meet(1), meet(2), divine("3"));
    }

    private static ToolExecutionResultMessage anError(ToolExecutionRequest request) {
        return ToolExecutionResultMessage.builder()
                .id(request.id())
                .toolName(request.name())
                .text("there is no " + request.name())
                .isError(true)
                .build();
    }

    @Test
    void hooks_are_told_of_an_unknown_tool_as_of_others() {
        List<String> before = new CopyOnWriteArrayList<>();
        List<ToolExecution> after = new CopyOnWriteArrayList<>();

        services(asking())
                .hallucinatedToolNameStrategy(
                        request -> ToolExecutionResultMessage.from(request, "there is no " + request.name()))
                .beforeToolExecution(event -> before.add(event.request().name()))
                .afterToolExecution(after::add)
                .build()
                .chat("go");

        assertThat(before).containsExactly("meet", "meet", "divine");
        assertThat(after).hasSize(3).last().satisfies(event -> {
            assertThat(event.request()).isEqualTo(divine("3"));
            assertThat(event.result()).isEqualTo("there is no divine");
        });
    }
}
