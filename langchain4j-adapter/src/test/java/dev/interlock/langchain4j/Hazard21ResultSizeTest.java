package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Effects;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.ResultLimit.WhenLonger;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.VideoContent;
import dev.langchain4j.data.pdf.PdfFile;
import dev.langchain4j.data.video.Video;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a call comes to, of any size, goes to the model. */
@Timeout(120)
class Hazard21ResultSizeTest {

    private static final int LIMIT = 100;
    private static final int FIVE_MB = 5_000_000;
    private static final String LONG = "x".repeat(FIVE_MB);
    private static final int LONGEST_NOTICE = 100;

    private static final ResultLimit CUT = new ResultLimit(LIMIT, WhenLonger.CUT);
    private static final ResultLimit FAIL = new ResultLimit(LIMIT, WhenLonger.FAIL);

    private static AiServiceTool giving(String name, boolean error, Content... contents) {
        ToolExecutionResult result = ToolExecutionResult.builder()
                .resultContents(List.of(contents))
                .isError(error)
                .attributes(Map.of("kept", "yes"))
                .build();
        return tool(name, request -> "").toBuilder()
                .toolExecutor(new ContentTool(result))
                .build();
    }

    private record ContentTool(ToolExecutionResult result) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            throw new AssertionError();
        }

        @Override
        public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
            return result;
        }
    }

    private static final AiServiceTool TEXT = tool("text", request -> LONG);
    private static final AiServiceTool THROWING = tool("throwing", request -> {
        throw new IllegalStateException(LONG);
    });

    private static long bytes(List<Content> contents) {
        return contents.stream()
                .mapToLong(content -> content instanceof TextContent text
                        ? text.text().getBytes(StandardCharsets.UTF_8).length
                        : FIVE_MB)
                .sum();
    }

    // In plain LangChain4j.

    private static ScriptedChatModel chat(AiServices<Assistant> services, AiServiceTool tool) {
        List<AiServiceTool> tools = List.of(tool);
        ScriptedChatModel model =
                ScriptedChatModel.asking(call("1", tool.toolSpecification().name(), "{}"));
        services.chatModel(model).tools(tools).build().chat("go");
        return model;
    }

    @Test
    void plain_langchain4j_sends_results_and_errors_of_any_size() {
        for (AiServiceTool tool : List.of(TEXT, THROWING)) {
            assertThat(chat(AiServices.builder(Assistant.class), tool)
                            .results()
                            .get(0)
                            .text())
                    .hasSize(FIVE_MB);
        }
    }

    // Everything that goes to the model.

    @ParameterizedTest
    @EnumSource
    void all_that_a_call_can_come_to_is_limited(Way way) throws Exception {
        for (ResultLimit limit : List.of(CUT, FAIL)) {
            List<ToolExecutionResultMessage> results = way.run(
                    parallel -> parallel.resultLimit(limit)
                            .chaining(true)
                            .interceptor(call -> switch (call.call().tool()) {
                                case "replaced" -> LONG;
                                case "refused" -> throw new CallRefusedException(LONG);
                                default -> call.proceed();
                            })
                            .effects("echo", Effects.pure())
                            .effects("text", Effects.pure()),
                    List.of(
                            TEXT,
                            THROWING,
                            tool("replaced", request -> "short"),
                            tool("refused", request -> "short"),
                            tool("echo", request -> request.arguments()),
                            giving("several", false, TextContent.from(LONG), TextContent.from(LONG)),
                            giving("failed", true, TextContent.from(LONG), TextContent.from(LONG)),
                            giving("failedOnce", true, TextContent.from(LONG))),
                    call("1", "text", "{}"),
                    call("2", "throwing", "{}"),
                    call("3", "replaced", "{}"),
                    call("4", "refused", "{}"),
                    call("5", "echo", "{\"id\": \"${99." + LONG + "}\"}"),
                    call("6", "echo", "{\"id\": \"${1}\"}"),
                    call("7", "echo", "{\"" + LONG + "\"'"),
                    call("8", "several", "{}"),
                    call("9", "failed", "{}"),
                    call("10", "failedOnce", "{}"));

            assertThat(results).hasSize(10);
            for (ToolExecutionResultMessage result : results) {
                assertThat(bytes(result.contents())).as(result.id()).isLessThanOrEqualTo(LIMIT + 2 * LONGEST_NOTICE);
                if (limit.equals(FAIL)) {
                    assertThat(result.isError()).as(result.id()).isTrue();
                    assertThat(result.text()).as(result.id()).doesNotContain("[cut");
                }
            }
            if (limit.equals(CUT)) {
                assertThat(results)
                        .extracting(ToolExecutionResultMessage::isError)
                        .containsExactly(false, true, false, true, true, false, true, false, true, true);
                assertThat(results.get(1).text())
                        .isEqualTo("x".repeat(LIMIT) + "\n[cut: the first 100 of 5000000 bytes]");
                assertThat(results.get(7).attributes()).containsEntry("kept", "yes");
            } else {
                assertThat(results.get(0).text())
                        .isEqualTo("the result of 5000000 bytes is longer than the limit of 100 bytes");
                assertThat(results.get(1).text())
                        .isEqualTo("the error's text of 5000000 bytes is longer than the limit of 100 bytes");
                assertThat(results.get(7).text())
                        .isEqualTo("the result of 10000000 bytes is longer than the limit of 100 bytes");
            }
        }
    }

    @Test
    void handlers_texts_and_answers_to_unknown_tools_are_limited() {
        List<AiServiceTool> tools = List.of(THROWING);
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "throwing", "{}"), call("2", "throwing", "{'"), call("3", "unknown", "{}"));
        ParallelTools.builder()
                .resultLimit(CUT)
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .toolExecutionErrorHandler((error, context) -> ToolErrorHandlerResult.text(LONG))
                .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text(LONG))
                .hallucinatedToolNameStrategy(request -> ToolExecutionResultMessage.from(request, LONG))
                .build()
                .chat("go");

        assertThat(model.resultTexts())
                .hasSize(3)
                .containsOnly("x".repeat(LIMIT) + "\n[cut: the first 100 of 5000000 bytes]");
    }

    @Test
    void names_that_the_model_made_up_and_messages_of_limits_of_time_are_limited() {
        List<ToolExecutionResultMessage> results = OneRound.executed(
                ParallelTools.builder()
                        .resultLimit(new ResultLimit(20, WhenLonger.CUT))
                        .timeout(Duration.ofMillis(20))
                        .build(),
                List.of(tool("slow", request -> {
                    new CountDownLatch(1).await();
                    return "";
                })),
                call("1", LONG, "{}"),
                call("2", "slow", "{}"));

        assertThat(results.get(0).text())
                .startsWith("there is no tool nam\n[cut: the first 20 of ")
                .hasSizeLessThan(LIMIT);
        assertThat(results.get(1).text()).matches("tool 'slow' timed ou\n\\[cut: the first 20 of [0-9]+ bytes]");
    }

    @Test
    void what_memory_is_completed_with_is_limited() {
        ChatMemory memory = Memory.ofManyMessages();
        AiServices<Assistant> services = ParallelTools.builder()
                .resultLimit(CUT)
                .build()
                .aiServices(Assistant.class)
                .chatMemory(memory)
                .maxToolCallingRoundTrips(1)
                .hallucinatedToolNameStrategy(request -> {
                    throw new IllegalStateException(LONG);
                });
        assertThatThrownBy(() -> {
                    List<AiServiceTool> tools = List.of(TEXT);
                    services.chatModel(ScriptedChatModel.asking(call("1", "unknown", "{}"), call("2", "text", "{}")))
                            .tools(tools)
                            .build()
                            .chat("go");
                })
                .hasMessage(LONG);

        assertThat(memory.messages())
                .filteredOn(message -> message.type() == ChatMessageType.TOOL_EXECUTION_RESULT)
                .hasSize(2);
        assertThat(Memory.results(memory))
                .allSatisfy(result -> assertThat(result.text()).hasSizeLessThan(LIMIT + LONGEST_NOTICE));
    }

    // Contents.

    private static List<Content> contents(ResultLimit limit, Content... contents) {
        return OneRound.executed(
                        ParallelTools.builder().resultLimit(limit).build(),
                        List.of(giving("several", false, contents)),
                        call("1", "several", "{}"))
                .get(0)
                .contents();
    }

    private static TextContent text(String text) {
        return TextContent.from(text);
    }

    private static ImageContent image(int base64Length) {
        return ImageContent.from("A".repeat(base64Length), "image/png");
    }

    @Test
    void contents_are_counted_together_in_their_order() {
        assertThat(contents(CUT, text("a".repeat(60)), text("b".repeat(40))))
                .containsExactly(text("a".repeat(60)), text("b".repeat(40)));
        assertThat(contents(CUT, text("a".repeat(60)), text("b".repeat(41)), text("c")))
                .containsExactly(
                        text("a".repeat(60)),
                        text("b".repeat(40) + "\n[cut: the first 40 of 41 bytes]"),
                        text("[left out: text of 1 bytes; a result may have 100 bytes]"));
        assertThat(contents(CUT, image(101), text("b".repeat(60)), image(41), image(40)))
                .containsExactly(
                        text("[left out: image of 101 bytes; a result may have 100 bytes]"),
                        text("b".repeat(60)),
                        text("[left out: image of 41 bytes; a result may have 100 bytes]"),
                        image(40));
        assertThat(contents(CUT, image(100))).containsExactly(image(100));
    }

    @Test
    void contents_of_every_kind_are_counted_by_what_is_sent_of_them() {
        String url = "https://example.com/" + "u".repeat(90);
        assertThat(contents(
                        new ResultLimit(LIMIT, WhenLonger.CUT),
                        ImageContent.from(url),
                        AudioContent.from(
                                Audio.builder().binaryData(new byte[100]).build()),
                        AudioContent.from(
                                Audio.builder().base64Data("A".repeat(120)).build()),
                        VideoContent.from(
                                Video.builder().base64Data("A".repeat(130)).build()),
                        PdfFileContent.from(
                                PdfFile.builder().base64Data("A".repeat(140)).build())))
                .extracting(content -> ((TextContent) content).text())
                .containsExactly(
                        "[left out: image of 110 bytes; a result may have 100 bytes]",
                        "[left out: audio of 136 bytes; a result may have 100 bytes]",
                        "[left out: audio of 120 bytes; a result may have 100 bytes]",
                        "[left out: video of 130 bytes; a result may have 100 bytes]",
                        "[left out: pdf of 140 bytes; a result may have 100 bytes]");
    }

    @Test
    void any_number_of_contents_leads_to_few_notices() {
        List<Content> images =
                contents(CUT, Collections.nCopies(10_000, image(1_000)).toArray(Content[]::new));
        List<Content> empty =
                contents(CUT, Collections.nCopies(10_000, text("")).toArray(Content[]::new));

        assertThat(images).hasSize(9);
        assertThat(images.get(8)).isEqualTo(text("[left out: 9992 more contents of 9992000 bytes]"));
        assertThat(empty).hasSize(LIMIT + 9);
    }

    static class ImageTools {
        @Tool
        ImageContent chart() {
            return image(2_000_000);
        }
    }

    @Test
    void image_of_an_annotated_tool_is_replaced_and_the_tools_own_object_is_kept() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "chart", "{}"));
        ParallelTools.builder()
                .resultLimit(CUT)
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(new ImageTools())
                .build()
                .chat("go");

        assertThat(model.resultTexts())
                .containsExactly("[left out: image of 2000000 bytes; a result may have 100 bytes]");
    }
}
