package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at the ids of calls and results as a strict provider does. */
final class Ids {

    private Ids() {}

    static List<@Nullable String> of(AiMessage message) {
        return message.toolExecutionRequests().stream()
                .map(ToolExecutionRequest::id)
                .toList();
    }

    /** Of the calls, in order. */
    static List<@Nullable String> of(List<? extends ChatMessage> conversation) {
        return conversation.stream()
                .filter(AiMessage.class::isInstance)
                .flatMap(message -> of((AiMessage) message).stream())
                .toList();
    }

    /** Every call has an id, no two of a response the same, and its results follow it, each with the id of its call. */
    static void assertThatProviderTakes(List<? extends ChatMessage> conversation) {
        for (int i = 0; i < conversation.size(); i++) {
            if (conversation.get(i) instanceof AiMessage ai && ai.hasToolExecutionRequests()) {
                List<@Nullable String> calls = of(ai);
                assertThat(calls).doesNotHaveDuplicates().allMatch(id -> id != null && !id.isBlank());
                assertThat(conversation.subList(i + 1, i + 1 + calls.size()))
                        .extracting(message -> ((ToolExecutionResultMessage) message).id())
                        .containsExactlyElementsOf(calls);
            }
        }
    }
}
