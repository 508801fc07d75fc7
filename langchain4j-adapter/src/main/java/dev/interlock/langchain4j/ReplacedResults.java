package dev.interlock.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.service.tool.ToolExecutionResult;
import org.jspecify.annotations.Nullable;

/** Converts results that an interceptor gave in place of the tool's: text stays, anything else becomes JSON. */
final class ReplacedResults {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ReplacedResults() {}

    static ToolExecutionResult result(@Nullable Object value) {
        return ToolExecutionResult.builder()
                .result(value)
                .resultText(text(value))
                .build();
    }

    private static String text(@Nullable Object value) {
        if (value instanceof CharSequence || value instanceof JsonNode) {
            return value.toString();
        }
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            return String.valueOf(value);
        }
    }
}
