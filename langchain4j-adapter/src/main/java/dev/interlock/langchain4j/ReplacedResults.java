package dev.interlock.langchain4j;

import dev.interlock.support.ResultText;
import dev.langchain4j.service.tool.ToolExecutionResult;
import org.jspecify.annotations.Nullable;

/** Converts results that an interceptor gave in place of the tool's: text stays, anything else becomes JSON. */
final class ReplacedResults {

    private ReplacedResults() {}

    static ToolExecutionResult result(@Nullable Object value) {
        return ToolExecutionResult.builder()
                .result(value)
                .resultText(ResultText.of(value))
                .build();
    }
}
