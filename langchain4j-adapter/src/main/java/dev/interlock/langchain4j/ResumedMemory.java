package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of a conversation as LangChain4j sees it while it repeats the method whose round was suspended. What the memory
 * holds already is not added again, and the results take the places of those that said that there is none yet, in call order
 * and all at once. Until then the memory stays as it is, so that the conversation is whole at any instant; from then on this
 * is the memory itself.
 *
 * <p>Only accessed by the thread that resumes.
 */
final class ResumedMemory implements ChatMemory {

    /** How far LangChain4j has come. */
    private enum Step {
        QUESTION,
        RESULTS,
        DONE
    }

    private final ChatMemory memory;
    private final SuspendedInvocation suspended;
    private final List<ToolExecutionResultMessage> results = new ArrayList<>();
    private Step step = Step.QUESTION;

    private ResumedMemory(ChatMemory memory, SuspendedInvocation suspended) {
        this.memory = memory;
        this.suspended = suspended;
    }

    /**
     * The memory of a suspended invocation.
     *
     * @throws IllegalStateException if it does not hold the invocation's round as it was suspended
     */
    static ResumedMemory of(ChatMemory memory, SuspendedInvocation suspended) {
        checkPending(memory, suspended);
        return new ResumedMemory(memory, suspended);
    }

    /** Whether it is a memory as LangChain4j sees it. */
    @SuppressWarnings("ReferenceEquality") // memories of several services can have equal ids
    boolean isOf(ChatMemory other) {
        return memory == other;
    }

    private static void checkPending(ChatMemory memory, SuspendedInvocation suspended) {
        List<ChatMessage> messages = memory.messages();
        List<ToolExecutionRequest> requests = suspended.message().toolExecutionRequests();
        String which = "round " + suspended.round().id() + " cannot be resumed: the memory '" + memory.id() + "' ";
        int at = MemoryPlaces.lastOf(messages, requests);
        if (at < 0) {
            throw new IllegalStateException(which + "does not hold its response. Keep memories in a store that all"
                    + " processes share, and windows large enough");
        }
        int next = at + 1;
        for (int place = 0; place < requests.size(); place++) {
            if (next < messages.size() && messages.get(next) instanceof ToolExecutionResultMessage result) {
                next++;
                if (!suspended.hadEnded(place)
                        && !isSame(result, suspended.results().get(place))) {
                    throw new IllegalStateException(which + "holds a result of its call " + (place + 1)
                            + " already: it was resumed before, or the results were changed");
                }
            }
        }
        for (ChatMessage later : messages.subList(next, messages.size())) {
            if (!(later instanceof SystemMessage)) {
                throw new IllegalStateException(which + "has later messages: the conversation went on. Its calls can be"
                        + " run by ParallelTools.resume with the tools, and the model told of their results");
            }
        }
    }

    private static boolean isSame(ToolExecutionResultMessage one, ToolExecutionResultMessage other) {
        return one.contents().equals(other.contents());
    }

    @Override
    public Object id() {
        return memory.id();
    }

    @Override
    public void add(ChatMessage message) {
        switch (step) {
            case QUESTION -> {
                if (message instanceof AiMessage ai && isSuspended(ai)) {
                    step = Step.RESULTS;
                } else if (!(message instanceof SystemMessage) && !(message instanceof UserMessage)) {
                    memory.add(message);
                }
            }
            case RESULTS -> {
                if (message instanceof ToolExecutionResultMessage result) {
                    results.add(result);
                    if (results.size() == suspended.results().size()) {
                        replace(results);
                    }
                } else {
                    memory.add(message);
                }
            }
            case DONE -> memory.add(message);
        }
    }

    private boolean isSuspended(AiMessage message) {
        return suspended.message().toolExecutionRequests().equals(message.toolExecutionRequests());
    }

    /** Whether the results of a message are to take the places of others: it is the one that was suspended, and not done. */
    boolean awaitsResultsOf(AiMessage message) {
        return step != Step.DONE && isSuspended(message);
    }

    /** Puts results where the memory has those of the same calls; one a request, in order. */
    void replace(List<ToolExecutionResultMessage> with) {
        step = Step.DONE;
        List<ChatMessage> messages = new ArrayList<>(memory.messages());
        int at = MemoryPlaces.lastOf(messages, suspended.message().toolExecutionRequests());
        if (at < 0) {
            messages.add(suspended.message());
            at = messages.size() - 1;
        }
        for (int i = 0; i < with.size(); i++) {
            int place = at + 1 + i;
            if (place < messages.size() && messages.get(place) instanceof ToolExecutionResultMessage) {
                messages.set(place, with.get(i));
            } else {
                messages.add(place, with.get(i));
            }
        }
        memory.set(messages);
    }

    @Override
    public List<ChatMessage> messages() {
        return memory.messages();
    }

    @Override
    public void set(Iterable<ChatMessage> messages) {
        memory.set(messages);
    }

    @Override
    public void clear() {
        memory.clear();
    }
}
