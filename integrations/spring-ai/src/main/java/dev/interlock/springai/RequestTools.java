package dev.interlock.springai;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;

/**
 * The tools that a response may call: those of its request, and those of a resolver where the user allows it. Not
 * thread-safe.
 */
final class RequestTools {

    private static final Logger log = LoggerFactory.getLogger("dev.interlock.springai.InterlockToolCallingManager");

    private final Map<String, ToolCallback> byName = new HashMap<>();
    private final @Nullable ToolCallbackResolver fallback;

    /**
     * What the search for a name found.
     *
     * @param callback the tool, or null
     * @param failure why there is no tool, or null
     */
    record Found(@Nullable ToolCallback callback, @Nullable RuntimeException failure) {

        /** For a call that does not run, regardless of its tool. */
        static final Found NOT_SOUGHT = new Found(null, null);

        /** Why there is no tool. This leaves the loop when the call's turn comes. */
        RuntimeException missing() {
            return Objects.requireNonNull(failure, "failure");
        }
    }

    /**
     * Holds the tools of a request.
     *
     * @param callbacks the request's tools; of two with one name the first counts
     * @param fallback finds other tools; null for none
     */
    RequestTools(List<ToolCallback> callbacks, @Nullable ToolCallbackResolver fallback) {
        for (ToolCallback callback : callbacks) {
            byName.putIfAbsent(callback.getToolDefinition().name(), callback);
        }
        this.fallback = fallback;
    }

    /** The names of the request's tools. */
    Set<String> names() {
        return byName.keySet();
    }

    /** Finds a tool. */
    Found find(String name) {
        ToolCallback callback = byName.get(name);
        if (callback == null && fallback != null) {
            try {
                callback = fallback.resolve(name);
            } catch (RuntimeException e) {
                return new Found(null, e);
            }
        }
        if (callback == null) {
            log.warn(
                    "The request has no tool '{}', only {}; the model may have shortened or changed a name",
                    name,
                    byName.keySet().stream().sorted().toList());
            return new Found(null, new IllegalStateException("No ToolCallback found for tool name: " + name));
        }
        return new Found(callback, null);
    }
}
