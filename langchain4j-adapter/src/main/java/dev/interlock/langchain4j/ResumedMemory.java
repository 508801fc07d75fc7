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
 * The memory that LangChain4j sees while it repeats the method whose round was suspended. It adds no message that the
 * memory has already. The results replace the messages of unended calls in call order, all at once. Until then the real
 * memory does not change, so the conversation is complete at any instant. From then on this forwards to the real
 * memory.
 *
 * <p>Only accessed by the resuming thread.
 */
final class ResumedMemory implements ChatMemory {

    /** LangChain4j's progress. */
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
     * Creates the memory of a suspended invocation.
     *
     * @throws IllegalStateException if the memory does not have the invocation's round as it was suspended
     */
    static ResumedMemory of(ChatMemory memory, SuspendedInvocation suspended) {
        checkPending(memory, suspended);
        return new ResumedMemory(memory, suspended);
    }

    /** Whether this forwards to another memory. */
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
            throw new IllegalStateException(which + "does not have its response. Keep memories in a store that all"
                    + " processes share, and windows large enough");
        }
        int next = at + 1;
        for (int place = 0; place < requests.size(); place++) {
            if (next < messages.size() && messages.get(next) instanceof ToolExecutionResultMessage result) {
                next++;
                if (!suspended.hadEnded(place)
                        && !isSame(result, suspended.results().get(place))) {
                    throw new IllegalStateException(which + "already has a result of its call " + (place + 1)
                            + ": it was resumed before, or the results were changed");
                }
            }
        }
        for (ChatMessage later : messages.subList(next, messages.size())) {
            if (!(later instanceof SystemMessage)) {
                throw new IllegalStateException(
                        which + "has later messages, because the conversation went on. You can run its calls with"
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

    /**
     * Whether results of this message must replace those in memory: it is the suspended message, and its results are
     * still missing.
     */
    boolean awaitsResultsOf(AiMessage message) {
        return step != Step.DONE && isSuspended(message);
    }

    /** Replaces the messages of the same calls in memory; one for each request, in order. */
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
