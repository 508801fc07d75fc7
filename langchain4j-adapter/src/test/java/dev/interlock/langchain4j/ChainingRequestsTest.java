package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.observability.api.event.AiServiceRequestIssuedEvent;
import dev.langchain4j.observability.api.listener.AiServiceRequestIssuedListener;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.langchain4j.service.tool.ToolService;
import dev.langchain4j.service.tool.search.simple.SimpleToolSearchStrategy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the model is told of chained calls. */
@Timeout(60)
class ChainingRequestsTest extends ChainingFixture {

    @Test
    void the_request_that_goes_out_allows_references_and_says_so() {
        ScriptedChatModel model = ScriptedChatModel.asking(SEARCH, ANALYSE);
        services(model).systemMessage("You are brief.").build().chat("go");

        assertThat(model.requests()).isNotEmpty();
        for (ChatRequest request : model.requests()) {
            assertThat(systemTexts(request)).containsExactly("You are brief.\n\n" + ChainedRequests.INSTRUCTION);
            assertThat(parameter(request, "analyse", "year")).isInstanceOf(JsonAnyOfSchema.class);
            assertThat(parameter(request, "count", "hits")).isInstanceOf(JsonAnyOfSchema.class);
        }
        assertThat(memory.messages().get(0)).isEqualTo(SystemMessage.from("You are brief."));
    }

    @Test
    void a_request_without_system_message_gets_one() {
        ScriptedChatModel model = ScriptedChatModel.asking(SEARCH);
        services(model).build().chat("go");
        assertThat(model.requests().get(0).messages().get(0))
                .isEqualTo(SystemMessage.from(ChainedRequests.INSTRUCTION));
    }

    @Test
    void without_chaining_or_without_tools_the_model_is_told_nothing() {
        ScriptedChatModel unchained = ScriptedChatModel.asking(SEARCH);
        services(ParallelTools.builder().build(), unchained).build().chat("go");
        assertThat(systemTexts(unchained.requests().get(0))).isEmpty();
        assertThat(parameter(unchained.requests().get(0), "analyse", "year")).isInstanceOf(JsonIntegerSchema.class);

        ScriptedChatModel toolless = ScriptedChatModel.saying(AiMessage.from("hello"));
        parallel()
                .build()
                .aiServices(Assistant.class)
                .chatModel(toolless)
                .build()
                .chat("hi");
        assertThat(systemTexts(toolless.requests().get(0))).isEmpty();
    }

    static class Writer {
        @Tool
        @Writes("log")
        String write(@P(name = "line") int line) {
            return "written " + line;
        }
    }

    @Test
    void with_no_tool_that_takes_references_the_model_is_told_nothing() {
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from("hello"));
        parallel()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(new Writer())
                .build()
                .chat("hi");
        assertThat(systemTexts(model.requests().get(0))).isEmpty();
        assertThat(parameter(model.requests().get(0), "write", "line")).isInstanceOf(JsonIntegerSchema.class);
    }

    @Test
    void listeners_and_transformers_see_the_specifications_as_they_are() {
        List<ChatRequest> seen = new CopyOnWriteArrayList<>();
        AiServiceRequestIssuedListener listener = new AiServiceRequestIssuedListener() {
            @Override
            public void onEvent(AiServiceRequestIssuedEvent event) {
                seen.add(event.request());
            }
        };
        services(ScriptedChatModel.asking(SEARCH, ANALYSE))
                .registerListeners(listener)
                .chatRequestTransformer(request -> {
                    seen.add(request);
                    return request;
                })
                .build()
                .chat("go");
        assertThat(seen).hasSizeGreaterThanOrEqualTo(3).allSatisfy(request -> {
            assertThat(systemTexts(request)).isEmpty();
            assertThat(parameter(request, "analyse", "year")).isInstanceOf(JsonIntegerSchema.class);
        });
    }

    private static final class Later implements ToolProvider {
        private final List<AiServiceTool> tools = ToolService.findTools(new ResearchTools());

        @Override
        public ToolProviderResult provideTools(ToolProviderRequest request) {
            boolean asked = request.messages().stream().anyMatch(AiMessage.class::isInstance);
            return new ToolProviderResult(asked ? tools : List.of());
        }

        @Override
        public boolean isDynamic() {
            return true;
        }
    }

    static class Start {
        @Tool
        @Pure
        String begin(@P(name = "n") int n) {
            return "begun " + n;
        }
    }

    @Test
    void tools_that_a_provider_brings_on_the_way_take_references() throws Exception {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("0", "begin", "{\"n\": 1}")), calls(SEARCH, ANALYSE), AiMessage.from("done"));
        parallel()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(new Start())
                .toolProviders(new Later())
                .build()
                .chat("go");
        assertThat(parameter(model.requests().get(1), "analyse", "year")).isInstanceOf(JsonAnyOfSchema.class);
        assertThat(model.resultTexts()).endsWith("7 characters of 1984");

        ScriptedStreamingModel streaming = ScriptedStreamingModel.replying(
                ScriptedStreamingModel.asks(call("0", "begin", "{\"n\": 1}")),
                ScriptedStreamingModel.asks(SEARCH, ANALYSE),
                ScriptedStreamingModel.says("done"));
        StreamingAssistant assistant = parallel()
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(streaming)
                .tools(new Start())
                .toolProviders(new Later())
                .build();
        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        assertThat(parameter(streaming.requests().get(1), "analyse", "year")).isInstanceOf(JsonAnyOfSchema.class);
        assertThat(streaming.resultTexts()).endsWith("7 characters of 1984");
    }

    @Test
    void tools_that_were_searched_for_take_references() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(
                        call("a", "tool_search_tool", "{\"terms\": [\"search\"]}"),
                        call("b", "tool_search_tool", "{\"terms\": [\"analyse\"]}")),
                calls(SEARCH, ANALYSE),
                AiMessage.from("done"));
        services(model)
                .toolSearchStrategy(new SimpleToolSearchStrategy())
                .build()
                .chat("go");
        assertThat(parameter(model.requests().get(1), "analyse", "year")).isInstanceOf(JsonAnyOfSchema.class);
        assertThat(model.resultTexts()).endsWith("7 characters of 1984");
    }
}
