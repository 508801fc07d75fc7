package dev.interlock.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The memory as LangChain4j's loop sees it if it compensates. To find the results to roll back, LangChain4j compares
 * ids and fails at the first result without one, which an earlier invocation or another model may have left.
 *
 * <p>Invariant: while the results of a round are due, every result has an id that is not null; the real memory, and the
 * model at any time, see the ids as they are.
 *
 * <p>Used by one thread at a time, as LangChain4j's loop is.
 */
final class CompensableMemory implements ChatMemory {

    /** The id of no call: with compensation each call of the running invocation has an id that is not empty. */
    private static final String NONE = "";

    private final ChatMemory memory;
    private final IdentityHashMap<ChatMessage, ChatMessage> originals = new IdentityHashMap<>();
    private boolean resultsAreDue;

    CompensableMemory(ChatMemory memory) {
        this.memory = memory;
    }

    @Override
    public Object id() {
        return memory.id();
    }

    @Override
    public void add(ChatMessage message) {
        resultsAreDue = message instanceof AiMessage ai && ai.hasToolExecutionRequests();
        memory.add(message);
    }

    @Override
    public List<ChatMessage> messages() {
        List<ChatMessage> messages = memory.messages();
        if (!resultsAreDue) {
            return messages;
        }
        originals.clear();
        List<ChatMessage> shown = new ArrayList<>(messages.size());
        for (ChatMessage message : messages) {
            if (message instanceof ToolExecutionResultMessage result && result.id() == null) {
                ChatMessage identified = result.toBuilder().id(NONE).build();
                originals.put(identified, message);
                shown.add(identified);
            } else {
                shown.add(message);
            }
        }
        return shown;
    }

    @Override
    public void set(Iterable<ChatMessage> messages) {
        List<ChatMessage> real = new ArrayList<>();
        messages.forEach(message -> real.add(originals.getOrDefault(message, message)));
        memory.set(real);
    }

    @Override
    public void clear() {
        memory.clear();
    }
}
