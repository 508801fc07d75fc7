package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.ModelProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives calls distinct ids, so that their results can be told apart in memory and in the next request.
 *
 * <p>Invariant: after this class, the calls of a response have different ids, or none has an id and no two are equal. A
 * blank id counts as none. A new id differs from all ids of the response and of the earlier conversation. It has the
 * {@linkplain IdForm form} of the id that it replaces, or else of the response's first id. A response that already
 * fulfils this stays unchanged, byte for byte. So does, in any response, an id that no earlier call has.
 *
 * <p>{@link Need} lists stricter needs.
 *
 * <p>Hooks see the same ids as memory and model. Only hooks of calls that started before their response was complete
 * see the ids from the stream.
 *
 * <p>Only accessed by one thread at a time.
 */
final class RequestIds {

    /** How distinct the ids must be. */
    enum Need {
        /**
         * They differ within a response. Ids that begin anew in every response stay; Gemini sends and accepts such ids.
         */
        RESPONSE,
        /** They also differ from the ids of all earlier calls that the model sees. */
        CONVERSATION,
        /**
         * In addition every call has an id, because LangChain4j finds results to roll back by their ids, and early runs
         * have no id of the message's.
         */
        COMPENSATION
    }

    /**
     * Providers that reject a request in which two calls of different responses have the same id. By name, since not
     * every version of LangChain4j knows them all.
     */
    private static final Set<String> STRICT =
            Set.of("ANTHROPIC", "AMAZON_BEDROCK", "GOOGLE_VERTEX_AI_ANTHROPIC", "OPEN_AI");

    private final Need need;

    /** With compensation, the ids of this run, which the memory may have dropped. */
    private final Set<String> ofThisRun = new HashSet<>();

    /** The next number to try. */
    private final Map<IdForm, Integer> nextNumbers = new HashMap<>();

    RequestIds(Need need) {
        this.need = need;
    }

    static Need needOf(@Nullable ModelProvider provider) {
        return provider != null && STRICT.contains(provider.name()) ? Need.CONVERSATION : Need.RESPONSE;
    }

    /**
     * Returns the message with other ids; null if there is nothing to repair.
     *
     * @param earlier supplies the conversation before the message
     */
    @Nullable
    AiMessage repair(AiMessage message, Supplier<? extends List<? extends ChatMessage>> earlier) {
        List<ToolExecutionRequest> requests = message.toolExecutionRequests();
        boolean clear = requests.size() < 2 || allIdsAreThereAndDiffer(requests);
        if (requests.isEmpty() || (clear && need == Need.RESPONSE)) {
            return null;
        }
        String model = firstId(requests);
        if (model == null && need != Need.COMPENSATION && mayGoWithout(requests)) {
            return null;
        }
        Set<String> before = idsOf(earlier.get());
        before.addAll(ofThisRun);
        return replace(message, requests, before, model == null ? IdForm.ofAnyProvider() : IdForm.like(model));
    }

    private @Nullable AiMessage replace(
            AiMessage message, List<ToolExecutionRequest> requests, Set<String> before, IdForm ofMissing) {
        Set<String> own = new HashSet<>();
        Set<String> taken = new HashSet<>(before);
        requests.stream()
                .map(ToolExecutionRequest::id)
                .filter(RequestIds::isThere)
                .forEach(taken::add);
        List<ToolExecutionRequest> replaced = new ArrayList<>(requests.size());
        boolean changed = false;
        for (ToolExecutionRequest request : requests) {
            String id = request.id();
            boolean keeps = isThere(id) && (need == Need.RESPONSE || !before.contains(id)) && own.add(id);
            ToolExecutionRequest clear = request;
            if (!keeps) {
                String replacement = newId(isThere(id) ? IdForm.like(id) : ofMissing, taken);
                clear = request.toBuilder().id(replacement).build();
                changed = true;
            }
            replaced.add(clear);
            if (need == Need.COMPENSATION) {
                ofThisRun.add(clear.id());
            }
        }
        return changed ? message.toBuilder().toolExecutionRequests(replaced).build() : null;
    }

    private static boolean isThere(@Nullable String id) {
        return id != null && !id.isBlank();
    }

    private static @Nullable String firstId(List<ToolExecutionRequest> requests) {
        for (ToolExecutionRequest request : requests) {
            if (isThere(request.id())) {
                return request.id();
            }
        }
        return null;
    }

    /** Whether calls can stay without ids: a single call, or calls without any id of which no two are equal. */
    private static boolean mayGoWithout(List<ToolExecutionRequest> requests) {
        return requests.size() == 1
                || (requests.stream().allMatch(request -> request.id() == null)
                        && new HashSet<>(requests).size() == requests.size());
    }

    /** Uses an open hash table of positions, because every round calls this. */
    private static boolean allIdsAreThereAndDiffer(List<ToolExecutionRequest> requests) {
        int mask = Integer.highestOneBit(requests.size()) * 4 - 1;
        int[] table = new int[mask + 1];
        for (int i = 0; i < requests.size(); i++) {
            String id = requests.get(i).id();
            if (!isThere(id)) {
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

    private static Set<String> idsOf(List<? extends ChatMessage> messages) {
        Set<String> ids = new HashSet<>();
        for (ChatMessage message : messages) {
            if (message instanceof ToolExecutionResultMessage result && isThere(result.id())) {
                ids.add(result.id());
            } else if (message instanceof AiMessage ai) {
                ai.toolExecutionRequests().stream()
                        .map(ToolExecutionRequest::id)
                        .filter(RequestIds::isThere)
                        .forEach(ids::add);
            }
        }
        return ids;
    }

    private String newId(IdForm form, Set<String> taken) {
        while (true) {
            String candidate = form.id(nextNumbers.merge(form, form.first(), (number, first) -> number + 1));
            if (taken.add(candidate)) {
                return candidate;
            }
        }
    }
}
