package dev.interlock.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.langchain4j.Excess.Limit;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls of an invocation's last round, and in how many rounds in a row each gave the same result. Tool and
 * arguments, as JSON, identify a call. Equal calls of one response count as one. A round without the call breaks the
 * row. Immutable.
 */
final class RepeatedCalls {

    static final RepeatedCalls NONE = new RepeatedCalls(Map.of());

    /**
     * A call without its id.
     *
     * @param arguments JSON, or the text if it is not a JSON object
     */
    private record Key(String tool, @Nullable Object arguments) {
        static Key of(RequestCall asked) {
            ToolCall call = asked.call();
            JsonNode parsed = call.arguments();
            return new Key(
                    call.tool(),
                    call.hasObjectArguments() ? parsed : asked.request().arguments());
        }
    }

    /** A result as the model got it. */
    private record Result(boolean isError, List<Content> contents) {
        static Result of(ToolExecutionResult result) {
            return new Result(result.isError(), result.resultContents());
        }
    }

    /**
     * How many times a call was repeated.
     *
     * @param results its results in the last round in which it ran
     * @param rounds the number of rounds in a row with these results
     * @param isTold whether the last round's result told the model not to repeat it
     */
    private record Repeat(Set<Result> results, int rounds, boolean isTold) {}

    private final Map<Key, Repeat> lastRound;

    private RepeatedCalls(Map<Key, Repeat> lastRound) {
        this.lastRound = lastRound;
    }

    /** Returns why a call must not run, or null. */
    @Nullable
    Excess excess(RequestCall call, int maxRepeats) {
        Repeat repeat = lastRound.get(Key.of(call));
        if (repeat == null || repeat.rounds() < maxRepeats) {
            return null;
        }
        return new Excess(
                "it gave the same result for the same arguments in the last " + maxRepeats
                        + " rounds, which is the limit: do not repeat it, answer with the results that you have or do"
                        + " something else",
                new Limit(
                        TaskEnd.REPEATED_CALLS,
                        "a call of tool '" + call.binding().name() + "' gave the same result in " + maxRepeats
                                + " rounds, which is the limit"),
                repeat.isTold());
    }

    /**
     * Returns the state after one more round.
     *
     * @param run its calls that ran or were tried
     * @param ruledOut its calls that were ruled out as repeated
     */
    RepeatedCalls after(List<RequestCall> run, List<RequestCall> ruledOut) {
        Map<Key, Set<Result>> results = new HashMap<>();
        for (RequestCall call : run) {
            results.computeIfAbsent(Key.of(call), key -> new HashSet<>()).add(Result.of(call.result()));
        }
        Map<Key, Repeat> round = new HashMap<>();
        results.forEach((key, now) -> {
            Repeat before = lastRound.get(key);
            int rounds = before != null && before.results().equals(now) ? before.rounds() + 1 : 1;
            round.put(key, new Repeat(now, rounds, false));
        });
        for (RequestCall call : ruledOut) {
            Key key = Key.of(call);
            Repeat before = Objects.requireNonNull(lastRound.get(key));
            round.put(key, new Repeat(before.results(), before.rounds(), true));
        }
        return new RepeatedCalls(round);
    }
}
