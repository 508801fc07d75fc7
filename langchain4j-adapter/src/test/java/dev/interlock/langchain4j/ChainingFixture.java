package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Tools, and services whose calls are chained. */
abstract class ChainingFixture {

    record Hit(String title, int year) {}

    static class ResearchTools {
        final List<String> log = new CopyOnWriteArrayList<>();
        final CountDownLatch searched = new CountDownLatch(1);
        volatile boolean down;

        @Tool("Searches")
        @Reads("web")
        List<Hit> search(@P(name = "query") String query) {
            log.add("search " + query);
            searched.countDown();
            if (down) {
                throw new IllegalStateException("the index is down");
            }
            return List.of(new Hit("On " + query, 1984), new Hit("More on " + query, 2001));
        }

        @Tool("Analyses a text")
        @Pure
        String analyse(@P(name = "text") String text, @P(name = "year") int year) {
            log.add("analyse " + text);
            return text.length() + " characters of " + year;
        }

        @Tool("Counts")
        @Pure
        int count(@P(name = "hits") List<Hit> hits) {
            log.add("count " + hits);
            return hits.size();
        }

        @Tool("Saves a text")
        @Writes("notes")
        String save(@P(name = "text") String text) {
            log.add("save " + text);
            return "saved";
        }

        @Tool("Paints")
        @Pure
        Image paint() {
            return Image.builder().base64Data("QUJD").mimeType("image/png").build();
        }
    }

    static final ToolExecutionRequest SEARCH = call("1", "search", "{\"query\": \"cats\"}");

    static final ToolExecutionRequest ANALYSE =
            call("2", "analyse", "{\"text\": \"${1[0].title}\", \"year\": \"${1[0].year}\"}");

    final ResearchTools tools = new ResearchTools();
    final Rounds rounds = new Rounds();
    final ChatMemory memory = Memory.ofManyMessages();

    ParallelTools.Builder parallel() {
        return ParallelTools.builder().chaining(true).listener(rounds);
    }

    AiServices<Assistant> services(ScriptedChatModel model) {
        return services(parallel().build(), model);
    }

    AiServices<Assistant> services(ParallelTools parallel, ScriptedChatModel model) {
        return parallel.aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(tools);
    }

    static JsonSchemaElement parameter(ChatRequest request, String tool, String name) {
        ToolSpecification specification = request.toolSpecifications().stream()
                .filter(candidate -> candidate.name().equals(tool))
                .findFirst()
                .orElseThrow();
        return specification.parameters().properties().get(name);
    }

    static List<String> systemTexts(ChatRequest request) {
        return request.messages().stream()
                .filter(SystemMessage.class::isInstance)
                .map(message -> ((SystemMessage) message).text())
                .toList();
    }

    StreamingAssistant streaming(ScriptedStreamingModel model) {
        return parallel()
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .build();
    }
}
