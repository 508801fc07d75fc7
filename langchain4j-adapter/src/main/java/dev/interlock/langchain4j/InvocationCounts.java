package dev.interlock.langchain4j;

import dev.interlock.langchain4j.Excess.Limit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of one invocation, and remembers which of them the model has repeated up to the last round. The
 * number of tools and the calls of one round bound its size. Thread-safe.
 */
final class InvocationCounts {

    private final CallLimits limits;

    // Guarded by this.
    private int calls;
    private final Map<String, Integer> callsOfTools = new HashMap<>();

    /** All together, since a model can make up any number of names. */
    private int callsOfUnknownTools;

    private final Set<Limit> told = new HashSet<>();

    private volatile RepeatedCalls repeated = RepeatedCalls.NONE;
    private volatile boolean over;

    InvocationCounts(CallLimits limits) {
        this.limits = limits;
    }

    /** Counts a call that the model requests, whether or not it runs; returns null if it may run. */
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
                    "the limit of " + max + " calls of "
                            + (exists ? "tool '" + tool + "'" : "tools that do not exist")
                            + " in one invocation is reached");
        }
        return null;
    }

    /** Makes a counted call count no more. */
    synchronized void takeBack(RequestCall call) {
        calls--;
        if (call.hasTool()) {
            callsOfTools.merge(call.binding().name(), -1, (count, one) -> count + one == 0 ? null : count + one);
        } else {
            callsOfUnknownTools--;
        }
    }

    /** Returns the calls so far by tool; unknown tools count under the empty name. */
    synchronized Map<String, Integer> counts() {
        Map<String, Integer> counts = new HashMap<>(callsOfTools);
        if (callsOfUnknownTools > 0) {
            counts.put("", callsOfUnknownTools);
        }
        return counts;
    }

    /** Restores the calls so far of a resumed invocation, unless they are known already. */
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

    /** Records the limits that the model has been told of. {@link RepeatedCalls} does so for repeated calls. */
    synchronized void recordTold(Collection<Limit> reached) {
        reached.stream().filter(limit -> limit.end() == TaskEnd.CALL_LIMIT).forEach(told::add);
    }

    int maxRepeats() {
        return limits.maxRepeats();
    }

    boolean limitsRepeats() {
        return limits.limitsRepeats();
    }

    /** The repeated calls up to the last round. */
    RepeatedCalls repeated() {
        return repeated;
    }

    void repeatedAre(RepeatedCalls now) {
        repeated = now;
    }

    /** Records that the model went on although it knew the limit. */
    void isOverNow() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
