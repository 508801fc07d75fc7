package dev.interlock.langchain4j;

import dev.interlock.langchain4j.Excess.Limit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one invocation so far: how many the model requested, and which it has repeated up to the last round. The
 * number of tools and the calls of one round bound its size. Thread-safe.
 */
final class InvocationCalls {

    private final CallLimits limits;

    // Guarded by this.
    private int calls;
    private final Map<String, Integer> callsOfTools = new HashMap<>();

    /** Together: a model can make up any number of names. */
    private int callsOfUnknownTools;

    private final Set<Limit> told = new HashSet<>();

    private volatile RepeatedCalls repeated = RepeatedCalls.NONE;
    private volatile boolean over;

    InvocationCalls(CallLimits limits) {
        this.limits = limits;
    }

    /** Counts a call that the model asks for, whether or not it is run; gives null if it may be. */
    synchronized @Nullable Excess count(RequestCall call) {
        String tool = call.binding().name();
        boolean exists = call.hasTool();
        int number = ++calls;
        int ofTool = exists ? callsOfTools.merge(tool, 1, Integer::sum) : ++callsOfUnknownTools;
        int max = exists ? limits.maxCallsOf(tool) : limits.maxCallsOfTool();
        if (number > limits.maxCalls()) {
            return excess(
                    "it is call " + number + ", and the limit for one request is " + limits.maxCalls()
                            + ": make no more tool calls, and answer with the results that you have",
                    "the limit of " + limits.maxCalls() + " calls in one invocation is reached");
        }
        if (ofTool > max) {
            return excess(
                    "it is call " + ofTool + (exists ? " of this tool" : " of a tool that does not exist")
                            + ", and the limit for one request is " + max
                            + ": do not call it again, and answer with the results that you have",
                    "the limit of calls of "
                            + (exists ? "tool '" + tool + "'" : "tools that do not exist")
                            + " in one invocation, " + max + ", is reached");
        }
        return null;
    }

    /** The calls so far by tool; those of tools that do not exist under the empty name. */
    synchronized Map<String, Integer> counts() {
        Map<String, Integer> counts = new HashMap<>(callsOfTools);
        if (callsOfUnknownTools > 0) {
            counts.put("", callsOfUnknownTools);
        }
        return counts;
    }

    /** An invocation that was suspended goes on: these are its calls so far, unless that is known. */
    synchronized void restore(Map<String, Integer> counts) {
        if (calls > 0) {
            return;
        }
        counts.forEach((tool, count) -> {
            calls += count;
            if (tool.isEmpty()) {
                callsOfUnknownTools += count;
            } else {
                callsOfTools.merge(tool, count, Integer::sum);
            }
        });
    }

    private Excess excess(String message, String words) {
        Limit limit = new Limit(TaskEnd.CALL_LIMIT, words);
        return new Excess(message, limit, told.contains(limit));
    }

    /** The model is told of limits of numbers; of repeated calls {@link RepeatedCalls} knows. */
    synchronized void tell(Collection<Limit> reached) {
        reached.stream().filter(limit -> limit.end() == TaskEnd.CALL_LIMIT).forEach(told::add);
    }

    int maxRepeats() {
        return limits.maxRepeats();
    }

    boolean limitsRepeats() {
        return limits.limitsRepeats();
    }

    /** Up to the last round. */
    RepeatedCalls repeated() {
        return repeated;
    }

    void repeatedAre(RepeatedCalls now) {
        repeated = now;
    }

    /** The model went on although it was told. */
    void isOverNow() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
