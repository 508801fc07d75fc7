package dev.interlock.langchain4j;

import dev.interlock.execution.Concurrency;
import java.util.Map;

/**
 * How many calls the model may make in one invocation, over all its rounds. {@link ParallelTools#UNLIMITED} for no limit.
 *
 * @param maxCalls of all tools together
 * @param maxCallsOfTool of each tool that has no limit of its own
 * @param ofTools limits of tools by name
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
