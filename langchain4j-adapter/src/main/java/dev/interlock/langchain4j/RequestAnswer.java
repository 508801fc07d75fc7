package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.List;
import java.util.Map;

/**
 * What the model gets for a call that has ended. It holds neither the call, and with it the call's round, nor the
 * object that the tool has returned.
 */
record RequestAnswer(List<Content> contents, boolean isError, Map<String, Object> attributes) {

    /**
     * The message with this answer.
     *
     * @param answered the request as the model's message has it: a stream may have completed it with another id
     */
    ToolExecutionResultMessage message(ToolExecutionRequest answered) {
        return ToolExecutionResultMessage.builder()
                .id(answered.id())
                .toolName(answered.name())
                .contents(contents)
                .isError(isError)
                .attributes(attributes)
                .build();
    }
}
