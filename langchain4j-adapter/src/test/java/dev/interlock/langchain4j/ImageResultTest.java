package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools that give images. */
@Timeout(60)
class ImageResultTest {

    private static final Image CHART =
            Image.builder().base64Data("iVBORw0KGgo=").mimeType("image/png").build();
    private static final ImageContent PHOTO = ImageContent.from("https://example.com/photo.jpg");
    private static final ToolExecutionRequest[] FOUR = {
        call("1", "chart", "{}"), call("2", "photo", "{}"), call("3", "album", "{}"), call("4", "caption", "{}")
    };

    private final Rounds rounds = new Rounds();
    private final ChatMemory memory = Memory.ofManyMessages();

    interface Seeing {
        Result<String> chat(String message);
    }

    /** The first four return only if all four run at the same time. */
    static class ImageTools {
        private final CyclicBarrier four = new CyclicBarrier(4);
        private final AtomicInteger pages = new AtomicInteger();

        @Tool
        @Pure
        Image chart() throws Exception {
            Waiting.meet(four);
            return CHART;
        }

        @Tool
        @Pure
        ImageContent photo() throws Exception {
            Waiting.meet(four);
            return PHOTO;
        }

        @Tool
        @Pure
        List<Content> album() throws Exception {
            Waiting.meet(four);
            return List.of(TextContent.from("two pictures"), ImageContent.from(CHART), PHOTO);
        }

        @Tool
        @Pure
        String caption() throws Exception {
            Waiting.meet(four);
            return "a caption";
        }

        @Tool
        ImageContent page() {
            return ImageContent.from("https://example.com/page-" + pages.incrementAndGet() + ".png");
        }
    }

    private AiServices<Seeing> services(ScriptedChatModel model) {
        return ParallelTools.builder()
                .listener(rounds)
                .build()
                .aiServices(Seeing.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(new ImageTools());
    }

    private static void assertThatAllAreThere(List<ToolExecutionResultMessage> results) {
        assertThat(results)
                .extracting(ToolExecutionResultMessage::contents)
                .containsExactly(
                        List.of(ImageContent.from(CHART)),
                        List.of(PHOTO),
                        List.of(TextContent.from("two pictures"), ImageContent.from(CHART), PHOTO),
                        List.of(TextContent.from("a caption")));
        assertThat(results).extracting(ToolExecutionResultMessage::id).containsExactly("1", "2", "3", "4");
        assertThat(results).noneMatch(ToolExecutionResultMessage::isError);
    }

    @Test
    void images_of_overlapping_calls_are_images_in_their_places() {
        ScriptedChatModel model = ScriptedChatModel.asking(FOUR);

        Result<String> result = services(model).build().chat("go");

        assertThatAllAreThere(model.results());
        assertThatAllAreThere(Memory.results(memory));
        assertThat(result.toolExecutions())
                .extracting(ToolExecution::resultObject)
                .containsExactly(
                        CHART,
                        PHOTO,
                        List.of(TextContent.from("two pictures"), ImageContent.from(CHART), PHOTO),
                        "a caption");
        assertThat(rounds.reports())
                .singleElement()
                .satisfies(report -> assertThat(report.results()).allMatch(call -> call.isSuccess()));
    }

    @Test
    void hook_sees_the_images() {
        Map<String, List<Content>> seen = new ConcurrentHashMap<>();

        services(ScriptedChatModel.asking(FOUR))
                .afterToolExecution(event -> seen.put(event.request().id(), event.resultContents()))
                .build()
                .chat("go");

        assertThat(seen)
                .containsEntry("1", List.of(ImageContent.from(CHART)))
                .containsEntry("2", List.of(PHOTO))
                .containsEntry("4", List.of(TextContent.from("a caption")))
                .hasSize(4);
    }

    @Test
    void images_of_equal_calls_are_their_own() {
        ToolExecutionRequest page = call(null, "page", "{}");
        ScriptedChatModel model = ScriptedChatModel.asking(page, page, page);

        services(model).build().chat("go");

        assertThat(model.results())
                .extracting(ToolExecutionResultMessage::contents)
                .containsExactly(
                        List.of(ImageContent.from("https://example.com/page-1.png")),
                        List.of(ImageContent.from("https://example.com/page-2.png")),
                        List.of(ImageContent.from("https://example.com/page-3.png")));
    }

    @Test
    void images_of_overlapping_calls_in_a_hand_written_loop() {
        assertThatAllAreThere(
                ParallelTools.builder().build().execute(calls(FOUR), ToolService.findTools(new ImageTools())));
    }
}
