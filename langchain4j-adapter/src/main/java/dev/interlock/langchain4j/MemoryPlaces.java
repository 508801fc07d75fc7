package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import java.util.List;

/** Where a memory has what. */
final class MemoryPlaces {

    private MemoryPlaces() {}

    /**
     * The index of the last message with these requests; below 0 if there is none. A store may give back a message that is
     * not quite equal; the requests are.
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
