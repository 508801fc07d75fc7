package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives requests ids of their own where LangChain4j could not tell them apart: it keeps results in a map by request, so
 * equal requests of one response would share a result; and it rolls back compensated results by id, so with compensation
 * ids must be there and be unique in the conversation. All other ids stay as the model gave them.
 */
final class RequestIds {

    private final boolean uniqueInConversation;
    private final Supplier<List<ChatMessage>> conversation;

    /**
     * Makes the ids of one run of the loop.
     *
     * @param uniqueInConversation whether ids must be there and be unique in the conversation
     * @param conversation gives the messages so far
     */
    RequestIds(boolean uniqueInConversation, Supplier<List<ChatMessage>> conversation) {
        this.uniqueInConversation = uniqueInConversation;
        this.conversation = conversation;
    }

    /** Gives the message with other ids, or null if there is nothing to repair. */
    @Nullable
    AiMessage repair(AiMessage message) {
        List<ToolExecutionRequest> requests = message.toolExecutionRequests();
        if (requests.isEmpty() || (!uniqueInConversation && (requests.size() == 1 || idsDiffer(requests)))) {
            return null;
        }
        Set<@Nullable String> taken = new HashSet<>();
        requests.forEach(request -> taken.add(request.id()));
        Set<String> ofEarlierRounds = uniqueInConversation ? idsOf(conversation.get()) : Set.of();
        taken.addAll(ofEarlierRounds);
        Set<@Nullable String> ownIds = new HashSet<>();
        Set<ToolExecutionRequest> seen = new HashSet<>();
        List<ToolExecutionRequest> repaired = new ArrayList<>(requests.size());
        boolean changed = false;
        for (ToolExecutionRequest request : requests) {
            String id = request.id();
            boolean ambiguous = uniqueInConversation
                    ? id == null || ofEarlierRounds.contains(id) || !ownIds.add(id)
                    : !seen.add(request);
            if (ambiguous) {
                repaired.add(request.toBuilder().id(newId(id, taken)).build());
                changed = true;
            } else {
                repaired.add(request);
            }
        }
        return changed ? message.toBuilder().toolExecutionRequests(repaired).build() : null;
    }

    private static boolean idsDiffer(List<ToolExecutionRequest> requests) {
        Set<String> ids = new HashSet<>(requests.size() * 2);
        for (ToolExecutionRequest request : requests) {
            if (request.id() == null || !ids.add(request.id())) {
                return false;
            }
        }
        return true;
    }

    private static Set<String> idsOf(List<ChatMessage> messages) {
        Set<String> ids = new HashSet<>();
        for (ChatMessage message : messages) {
            if (message instanceof ToolExecutionResultMessage result && result.id() != null) {
                ids.add(result.id());
            }
        }
        return ids;
    }

    /** Providers take letters, digits, underscores and hyphens. */
    private static String newId(@Nullable String id, Set<@Nullable String> taken) {
        String base = id == null || id.isEmpty() ? "call" : id.replaceAll("[^A-Za-z0-9_-]", "_");
        for (int i = 2; ; i++) {
            String candidate = base + "_" + i;
            if (taken.add(candidate)) {
                return candidate;
            }
        }
    }
}
