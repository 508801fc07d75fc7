package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.Map;

/** Tools that are built in code. They take one argument, {@code id}. */
final class CodedTool {

    /** What a tool does. */
    @FunctionalInterface
    interface Body {
        String run(ToolExecutionRequest request) throws Exception;
    }

    private CodedTool() {}

    /** A tool that declares nothing. */
    static AiServiceTool tool(String name, Body body) {
        return tool(name, Map.of(), body);
    }

    static AiServiceTool tool(String name, Map<String, Object> metadata, Body body) {
        ToolExecutor executor = (request, memoryId) -> {
            try {
                return body.run(request);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new ToolExecutionException(e);
            }
        };
        return AiServiceTool.builder()
                .toolSpecification(ToolSpecification.builder()
                        .name(name)
                        .parameters(JsonObjectSchema.builder()
                                .addStringProperty("id")
                                .build())
                        .metadata(metadata)
                        .build())
                .toolExecutor(executor)
                .build();
    }
}
