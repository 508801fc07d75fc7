package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.Map;

/** Makes the messages that answer requests. */
final class ResultMessages {

    private ResultMessages() {}

    static ToolExecutionResultMessage message(ToolExecutionRequest answered, ToolExecutionResult answer) {
        return ToolExecutionResultMessage.builder()
                .id(answered.id())
                .toolName(answered.name())
                .contents(answer.resultContents())
                .isError(answer.isError())
                .attributes(answer.attributes())
                .build();
    }

    /** Returns a result for a message with these attributes; the result itself if it has them. */
    @SuppressWarnings("ReferenceEquality") // only saves a copy
    static ToolExecutionResult with(Map<String, Object> attributes, ToolExecutionResult result) {
        return attributes == result.attributes()
                ? result
                : ToolExecutionResult.builder()
                        .isError(result.isError())
                        .resultContents(result.resultContents())
                        .attributes(attributes)
                        .build();
    }
}
