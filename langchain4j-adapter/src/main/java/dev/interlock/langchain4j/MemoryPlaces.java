package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import java.util.List;

/** Finds messages in a memory. */
final class MemoryPlaces {

    private MemoryPlaces() {}

    /**
     * Returns the index of the last message with these requests; negative if there is none. It compares requests,
     * because a store may return a message that is not quite equal.
     */
    static int lastOf(List<ChatMessage> messages, List<ToolExecutionRequest> requests) {
        int last = requests.isEmpty() ? -1 : messages.size() - 1;
        while (last >= 0
                && !(messages.get(last) instanceof AiMessage ai && requests.equals(ai.toolExecutionRequests()))) {
            last--;
        }
        return last;
    }
}
