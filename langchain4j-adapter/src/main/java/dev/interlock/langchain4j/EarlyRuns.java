package dev.interlock.langchain4j;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.memory.ChatMemory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Calls that ran before their response was complete and that no message holds, since the stream broke off or its
 * message is a different one. If one of them may have changed something, the user's error says so, and the conversation
 * holds all of them with their results, so that a new request to the model does not repeat them. Immutable.
 */
final class EarlyRuns {

    static final EarlyRuns NONE = new EarlyRuns(List.of());

    /**
     * A call that ran.
     *
     * @param place its place among the started calls, from 0
     */
    private record Run(int place, RequestCall call) {
        boolean mayHaveTakenEffect() {
            return switch (call.outcome()) {
                case Outcome.Succeeded succeeded -> !call.isKnownToRead();
                case Outcome.Failed failed -> !call.isKnownToRead();
                case Outcome.TimedOut timedOut -> timedOut.mayHaveTakenEffect();
                case Outcome.Cancelled cancelled -> cancelled.mayHaveTakenEffect();
                case Outcome.Skipped skipped -> false;
            };
        }

        String words() {
            String which = name(place, call);
            return switch (call.outcome()) {
                case Outcome.Succeeded succeeded -> which + " ran to its end";
                case Outcome.Failed failed -> which + " ran, may have taken effect, and failed: " + failed.message();
                case Outcome other -> which + " ran and may have taken effect: " + other.message();
            };
        }
    }

    private final List<Run> runs;

    /** Returns in words which call of a response this is. */
    static String name(int place, RequestCall call) {
        ToolExecutionRequest request = call.request();
        return "call " + (place + 1) + " of tool '" + request.name() + "'"
                + (request.id() == null ? "" : " (id " + request.id() + ")");
    }

    private EarlyRuns(List<Run> runs) {
        this.runs = runs;
    }

    /**
     * Picks the calls of an ended round whose bodies were started.
     *
     * @param which the calls in question
     * @param started all early started calls, in the order of their starts
     * @param results the round's results, which begin with these calls
     */
    static EarlyRuns of(List<RequestCall> which, List<RequestCall> started, List<CallResult> results) {
        Set<RequestCall> wanted = new HashSet<>(which);
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < started.size() && i < results.size(); i++) {
            if (results.get(i).attempts() > 0 && wanted.contains(started.get(i))) {
                runs.add(new Run(i, started.get(i)));
            }
        }
        return runs.isEmpty() ? NONE : new EarlyRuns(List.copyOf(runs));
    }

    /** Whether the user must learn of these calls. */
    boolean matter() {
        return runs.stream().anyMatch(Run::mayHaveTakenEffect);
    }

    /** Returns in words which calls may have changed something. */
    String words() {
        return runs.stream()
                .filter(Run::mayHaveTakenEffect)
                .map(Run::words)
                .collect(Collectors.joining("; ", "before the response was complete, ", ""));
    }

    /** Returns the runs without those of some calls. */
    EarlyRuns without(Collection<? extends @Nullable RequestCall> others) {
        Set<@Nullable RequestCall> known = new HashSet<>(others);
        return new EarlyRuns(
                runs.stream().filter(run -> !known.contains(run.call())).toList());
    }

    /**
     * Returns a message that requests these calls, and a result for each. While it streamed, a client may have reported
     * no ids, or ids that the response's message has too. Here every call has an id that is unique in the conversation.
     */
    private List<ChatMessage> messages(List<ChatMessage> conversation) {
        AiMessage told =
                AiMessage.from(runs.stream().map(run -> run.call().request()).toList());
        AiMessage repaired = new RequestIds(RequestIds.Need.COMPENSATION).repair(told, () -> conversation);
        AiMessage message = repaired == null ? told : repaired;
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(message);
        for (int i = 0; i < runs.size(); i++) {
            messages.add(runs.get(i)
                    .call()
                    .resultMessage(message.toolExecutionRequests().get(i)));
        }
        return messages;
    }

    /** Adds these runs to a conversation whose last message no model has answered. */
    void addTo(ChatMemory memory) {
        messages(memory.messages()).forEach(memory::add);
    }

    /**
     * Puts these runs before the response's message, where they belong.
     *
     * @param message a message with requests, some of which may have no results yet
     */
    void addBefore(ChatMemory memory, AiMessage message) {
        if (!matter()) {
            return;
        }
        List<ChatMessage> all = new ArrayList<>(memory.messages());
        int at = MemoryPlaces.lastOf(all, message.toolExecutionRequests());
        if (at >= 0) {
            all.addAll(at, messages(memory.messages()));
            memory.set(all);
        }
    }
}
