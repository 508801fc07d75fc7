package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
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

    /** The ids of this run of the loop; LangChain4j's list of messages need not hold them. */
    private final Set<String> ofThisRun = new HashSet<>();

    /** The number with which to try next, by what comes before it. */
    private final Map<String, Integer> nextNumbers = new HashMap<>();

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
        if (uniqueInConversation) {
            return repairForConversation(message, requests);
        }
        return requests.size() < 2 || idsDiffer(requests) ? null : repairEqual(message, requests);
    }

    private @Nullable AiMessage repairForConversation(AiMessage message, List<ToolExecutionRequest> requests) {
        Set<String> earlier = idsOf(conversation.get());
        earlier.addAll(ofThisRun);
        Set<String> taken = new HashSet<>(earlier);
        requests.forEach(request -> addIfPresent(taken, request.id()));
        Set<String> own = new HashSet<>();
        return replace(
                message,
                requests,
                taken,
                request -> request.id() == null || earlier.contains(request.id()) || !own.add(request.id()));
    }

    private @Nullable AiMessage repairEqual(AiMessage message, List<ToolExecutionRequest> requests) {
        Set<String> taken = new HashSet<>();
        requests.forEach(request -> addIfPresent(taken, request.id()));
        Set<ToolExecutionRequest> seen = new HashSet<>();
        return replace(message, requests, taken, request -> !seen.add(request));
    }

    private @Nullable AiMessage replace(
            AiMessage message,
            List<ToolExecutionRequest> requests,
            Set<String> taken,
            Predicate<ToolExecutionRequest> ambiguous) {
        List<ToolExecutionRequest> replaced = new ArrayList<>(requests.size());
        boolean changed = false;
        for (ToolExecutionRequest request : requests) {
            ToolExecutionRequest clear = request;
            if (ambiguous.test(request)) {
                clear = request.toBuilder().id(newId(request.id(), taken)).build();
                changed = true;
            }
            replaced.add(clear);
            addIfPresent(ofThisRun, clear.id());
        }
        return changed ? message.toBuilder().toolExecutionRequests(replaced).build() : null;
    }

    /** Whether all requests have ids and no two have the same: an open hash table of places, for it is asked every round. */
    private static boolean idsDiffer(List<ToolExecutionRequest> requests) {
        int mask = Integer.highestOneBit(requests.size()) * 4 - 1;
        int[] table = new int[mask + 1];
        for (int i = 0; i < requests.size(); i++) {
            String id = requests.get(i).id();
            if (id == null) {
                return false;
            }
            int hash = id.hashCode();
            int at = (hash ^ (hash >>> 16)) & mask;
            while (table[at] != 0) {
                if (id.equals(requests.get(table[at] - 1).id())) {
                    return false;
                }
                at = (at + 1) & mask;
            }
            table[at] = i + 1;
        }
        return true;
    }

    private static Set<String> idsOf(List<ChatMessage> messages) {
        Set<String> ids = new HashSet<>();
        for (ChatMessage message : messages) {
            if (message instanceof ToolExecutionResultMessage result) {
                addIfPresent(ids, result.id());
            }
        }
        return ids;
    }

    private static void addIfPresent(Set<String> ids, @Nullable String id) {
        if (id != null) {
            ids.add(id);
        }
    }

    /** Providers take letters, digits, underscores and hyphens. */
    private String newId(@Nullable String id, Set<String> taken) {
        String base = id == null || id.isEmpty() ? "call" : id.replaceAll("[^A-Za-z0-9_-]", "_");
        while (true) {
            String candidate = base + "_" + nextNumbers.merge(base, 2, (number, two) -> number + 1);
            if (taken.add(candidate)) {
                return candidate;
            }
        }
    }
}
