package dev.interlock.langchain4j;

import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.HashMap;
import java.util.Map;

/**
 * Marks the result of a call that failed before its tool was started, by an attribute, which no model sees. Any other
 * failure may have come after its tool took effect, also one whose message comes from elsewhere.
 */
final class UnstartedMark {

    private static final String UNSTARTED = "dev.interlock/unstarted";

    private UnstartedMark() {}

    static Map<String, Object> with(Map<String, Object> attributes) {
        Map<String, Object> marked = new HashMap<>(attributes);
        marked.put(UNSTARTED, true);
        return marked;
    }

    static boolean isOn(ToolExecutionResultMessage result) {
        return Boolean.TRUE.equals(result.attributes().get(UNSTARTED));
    }
}
