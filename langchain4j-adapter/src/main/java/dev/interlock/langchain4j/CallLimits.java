package dev.interlock.langchain4j;

import dev.interlock.execution.Concurrency;
import java.util.Map;

/**
 * The limits of calls in one invocation, over all its rounds. {@link ParallelTools#UNLIMITED} means no limit.
 *
 * @param maxCalls the most calls of all tools together
 * @param maxCallsOfTool the most calls of each tool without a limit of its own
 * @param ofTools the limits of single tools, by name
 * @param maxRepeats in how many rounds in a row a call may give the same result for the same arguments
 */
record CallLimits(int maxCalls, int maxCallsOfTool, Map<String, Integer> ofTools, int maxRepeats) {

    CallLimits {
        ofTools = Map.copyOf(ofTools);
    }

    boolean isUnlimited() {
        return maxCalls == Concurrency.UNLIMITED
                && maxCallsOfTool == Concurrency.UNLIMITED
                && ofTools.isEmpty()
                && maxRepeats == Concurrency.UNLIMITED;
    }

    boolean limitsRepeats() {
        return maxRepeats != Concurrency.UNLIMITED;
    }

    int maxCallsOf(String tool) {
        return ofTools.getOrDefault(tool, maxCallsOfTool);
    }
}
