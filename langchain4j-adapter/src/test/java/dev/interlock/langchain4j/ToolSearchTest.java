package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.PairTools.meet;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.ScriptedChatModel.offered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.langchain4j.service.tool.search.ToolSearchRequest;
import dev.langchain4j.service.tool.search.ToolSearchResult;
import dev.langchain4j.service.tool.search.simple.SimpleToolSearchStrategy;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The model looks for tools, and calls what it found. It is inferred that LangChain4j's search only reads. */
@Timeout(60)
class ToolSearchTest {

    private static final String SEARCH = "tool_search_tool";
    private static final ToolExecutionRequest SEARCH_MEET = search("a", "meet");
    private static final ToolExecutionRequest SEARCH_SEND = search("b", "send");

    private static final List<AiServiceTool> SEND = List.of(tool("send", request -> "sent " + request.id()));

    private final Rounds rounds = new Rounds();
    private final PairTools pairs = new PairTools();
    private final ChatMemory memory = Memory.ofManyMessages();

    /** A search returns only if two run at the same time. */
    private static final class MeetingStrategy extends SimpleToolSearchStrategy {
        private final CyclicBarrier two = new CyclicBarrier(2);

        @Override
        public ToolSearchResult search(ToolSearchRequest request) {
            try {
                Waiting.meet(two);
            } catch (Exception e) {
                throw new AssertionError("no other search came", e);
            }
            return super.search(request);
        }
    }

    private static ToolExecutionRequest search(String id, String term) {
        return call(id, SEARCH, "{\"terms\": [\"" + term + "\"]}");
    }

    private AiServices<Assistant> services(ScriptedChatModel model) {
        return ParallelTools.builder()
                .listener(rounds)
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(pairs)
                .tools(SEND)
                .toolSearchStrategy(new MeetingStrategy());
    }

    @Test
    void searches_overlap_and_so_do_the_calls_of_what_they_find() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(SEARCH_MEET, SEARCH_SEND),
                calls(meet(1), meet(2), call("3", "send", "{}")),
                AiMessage.from("done"));

        services(model).build().chat("go");

        assertThat(model.resultTexts())
                .containsExactly("Tools found: meet", "Tools found: send", "met 1", "met 2", "sent 3");
        assertThat(rounds.reports()).hasSize(2);
        assertThat(offered(model.requests().get(0))).containsExactly(SEARCH);
        assertThat(offered(model.requests().get(1))).containsExactly(SEARCH, "meet", "send");
        assertThat(offered(model.requests().get(2))).containsExactly(SEARCH, "meet", "send");
    }

    @Test
    void found_tools_are_offered_from_the_start_in_the_next_chat() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(SEARCH_MEET, SEARCH_SEND),
                AiMessage.from("done"),
                calls(meet(1), meet(2)),
                AiMessage.from("done"));
        Assistant assistant = services(model).build();

        assistant.chat("go");
        assistant.chat("go on");

        assertThat(offered(model.requests().get(2))).containsExactly(SEARCH, "meet", "send");
        assertThat(model.resultTexts()).endsWith("met 1", "met 2");
        assertThat(Memory.results(memory).get(0).attributes()).containsEntry("found_tools", List.of("meet"));
        assertThat(Memory.results(memory).get(1).attributes()).containsEntry("found_tools", List.of("send"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "same")
    void equal_searches_find_the_tool_once_and_each_has_its_result(String id) {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(search(id, "meet"), search(id, "meet")), calls(meet(1), meet(2)), AiMessage.from("done"));

        services(model).build().chat("go");

        assertThat(model.resultTexts()).containsExactly("Tools found: meet", "Tools found: meet", "met 1", "met 2");
        assertThat(offered(model.requests().get(1))).containsExactly(SEARCH, "meet");
    }

    @Test
    void searches_and_a_dynamic_provider_bring_tools_in_one_round() {
        ToolProvider provider = new ToolProvider() {
            @Override
            public ToolProviderResult provideTools(ToolProviderRequest request) {
                boolean later = request.messages().size() > 1;
                return new ToolProviderResult(later ? List.of(tool("late", ran -> "late " + ran.id())) : List.of());
            }

            @Override
            public boolean isDynamic() {
                return true;
            }
        };
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(SEARCH_MEET, SEARCH_SEND),
                calls(meet(1), call("2", "late", "{}"), meet(3), call("4", "send", "{}")),
                AiMessage.from("done"));
        // The undeclared "late" would be a barrier between the two that meet.
        AiServices<Assistant> services = ParallelTools.builder()
                .effects("late", Effects.writes("late"))
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(pairs)
                .tools(SEND)
                .toolProvider(provider)
                .toolSearchStrategy(new MeetingStrategy());

        services.build().chat("go");

        assertThat(model.resultTexts())
                .containsExactly("Tools found: meet", "Tools found: send", "met 1", "late 2", "met 3", "sent 4");
        assertThat(offered(model.requests().get(1))).containsExactlyInAnyOrder(SEARCH, "meet", "send", "late");
    }
}
