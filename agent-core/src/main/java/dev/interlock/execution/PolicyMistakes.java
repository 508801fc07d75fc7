package dev.interlock.execution;

import dev.interlock.call.ToolPolicy;
import dev.interlock.schedule.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds settings of a tool without effect, such as a retry that never comes or an attempt's limit above the call's. It
 * logs a WARN once for each tool when the executor binds it. This is no error, since it does no harm. Thread-safe.
 */
final class PolicyMistakes {

    private static final Logger log = LoggerFactory.getLogger("dev.interlock.execution.ToolCallExecutor");

    /** A bound, because tools may have any number of names. */
    private static final int MOST_TOLD = 1_000;

    private final long callTimeout;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /**
     * @param callTimeout the executor's limit of calls, {@link Limits#NO_LIMIT} for none
     */
    PolicyMistakes(long callTimeout) {
        this.callTimeout = callTimeout;
    }

    /** Checks an executor's limits for all tools. */
    static void check(@Nullable Duration timeout, @Nullable Duration callTimeout) {
        if (timeout != null && Limits.toNanos(timeout) > Limits.toNanos(callTimeout)) {
            log.warn(
                    "The limit of attempts has no effect, because the limit of calls passes first:" + " {}",
                    words(timeout, Limits.toNanos(callTimeout)));
        }
    }

    void check(ToolBinding tool) {
        ToolPolicy policy = tool.policy();
        if (policy.retry() == null && policy.timeout() == null) {
            return;
        }
        List<String> mistakes = new ArrayList<>(2);
        String retry = retry(tool);
        if (retry != null) {
            mistakes.add(retry);
        }
        long ofCall = policy.callTimeout() == null ? callTimeout : Limits.toNanos(policy.callTimeout());
        if (policy.timeout() != null && Limits.toNanos(policy.timeout()) > ofCall) {
            mistakes.add("the limit of its attempts has no effect, because the limit of its calls passes" + " first: "
                    + words(policy.timeout(), ofCall));
        }
        if (!mistakes.isEmpty() && told.size() < MOST_TOLD && told.add(tool.name())) {
            log.warn("Policy of tool '{}': {}", tool.name(), String.join("; ", mistakes));
        }
    }

    /**
     * Returns why a retry policy has no effect, or null. Of a tool with computed accesses, each call may turn out to
     * only read.
     */
    private static @Nullable String retry(ToolBinding tool) {
        boolean repeatable = tool.policy().idempotent()
                || (tool.traits().known()
                        && (tool.isReadOnly() || tool.effects().isComputed()));
        if (tool.policy().retry() == null || repeatable) {
            return null;
        }
        return "its retry policy has no effect, because "
                + (tool.traits().known()
                        ? "the tool writes (" + tool.effects() + ") and is not declared idempotent"
                        : "nothing is known about what it reads and writes, and it is not declared idempotent");
    }

    private static String words(Duration timeout, long callTimeout) {
        return "timeout is " + timeout.toMillis() + " ms, callTimeout " + callTimeout / 1_000_000 + " ms";
    }
}
