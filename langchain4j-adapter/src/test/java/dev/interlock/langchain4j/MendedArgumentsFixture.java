package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.interlock.effect.Reads;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A tool, and a guard that reads the arguments. */
abstract class MendedArgumentsFixture {

    static final ObjectMapper JSON = new ObjectMapper();

    /** LangChain4j makes the same call of all of them. */
    static final List<String> MENDED = List.of(
            "{\"path\":\"/etc/passwd\",}",
            "{\"path\":\"/etc/passwd\" , \n }",
            "\"{\\\"path\\\":\\\"/etc/passwd\\\"}\"",
            "\"{\\\"path\\\":\\\"/etc/passwd\\\",}\"\n",
            "\"{\"path\":\"/etc/passwd\"}\"",
            "{\"path\":\"/etc/passwd\"}\"",
            "{\"path\":\"/etc/passwd\"} and {\"path\":\"/home/ann\"}",
            "{\"path\":\"/etc/passwd\"}{\"path\":\"/home/ann\"}",
            "{\"path\":\"/home/ann\",\"path\":\"/etc/passwd\"}",
            "{\"path\":\"/home/ann\",\"\\u0070ath\":\"\\/etc\\/passwd\"}");

    /** What tools got. */
    final List<String> ran = new CopyOnWriteArrayList<>();

    final FileTools files = new FileTools();

    class FileTools {
        @Tool
        @Reads("file/{path}")
        String annotated(@P(name = "path") String path) {
            ran.add(path);
            return "the text of " + path;
        }
    }

    /** Two of its kinds of executor read for themselves, as tools do that are built in code. */
    List<AiServiceTool> tools() throws NoSuchMethodException {
        AiServiceTool annotated = ToolService.findTools(files).get(0);
        DefaultToolExecutor simple =
                new DefaultToolExecutor(files, FileTools.class.getDeclaredMethod("annotated", String.class));
        return List.of(
                annotated,
                renamed("simple", annotated.toBuilder().toolExecutor(simple).build()),
                tool("coded", request -> {
                    String path = strictly(request.arguments()).path("path").asText();
                    ran.add(path);
                    return "the text of " + path;
                }),
                tool("lenient", request -> {
                    ran.add(request.arguments());
                    return request.arguments();
                }));
    }

    static AiServiceTool renamed(String name, AiServiceTool tool) {
        return tool.toBuilder()
                .toolSpecification(
                        tool.toolSpecification().toBuilder().name(name).build())
                .build();
    }

    static JsonNode strictly(String arguments) {
        try {
            return JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readTree(arguments);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
