package dev.interlock.temporal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a workflow has to know of a round beside its calls. Worked out once, by a worker, and kept in the history: so
 * the workflow runs no function of the user's, and a replay takes no notice of tools that have changed meanwhile.
 *
 * @param calls in call order
 * @param maxConcurrency how many may run at the same time
 * @param maxCalls how many calls are run at all, 0 for no limit
 * @param roundTimeoutMillis the limit of the round, 0 for none
 * @param failFast whether nothing starts after a failure
 * @param decideLost whether a call that may have happened waits for a decision
 * @param heartbeatMillis after how long without a sign of life a worker is taken for lost
 * @param slackMillis how much longer than its limit a call may take to end: until it is abandoned, and known to be over
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record RoundPlan(
        List<Terms> calls,
        int maxConcurrency,
        int maxCalls,
        long roundTimeoutMillis,
        boolean failFast,
        boolean decideLost,
        long heartbeatMillis,
        long slackMillis) {

    RoundPlan {
        calls = List.copyOf(calls);
    }

    /** Rounded up, so that no limit becomes none. */
    static long millis(@Nullable Duration limit) {
        if (limit == null) {
            return 0;
        }
        long most = Duration.ofDays(3650).toMillis();
        return limit.compareTo(Duration.ofMillis(most)) >= 0
                ? most
                : limit.plusNanos(999_999).toMillis();
    }

    /**
     * How one call is to be run.
     *
     * @param touches what it reads and writes
     * @param references the places of the calls whose results it uses
     * @param changes whether it may change something
     * @param repeatable whether it may be run twice
     * @param priority among calls that may start
     * @param maxConcurrency how many of its tool may run at the same time
     * @param timeoutMillis the limit of an attempt, 0 for none
     * @param callTimeoutMillis the limit of the call with its waits, 0 for none
     * @param maxAttempts how often it may be tried, 1 if not again
     * @param approval whether it waits for its approval
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Terms(
            List<Touch> touches,
            List<Integer> references,
            boolean changes,
            boolean repeatable,
            int priority,
            int maxConcurrency,
            long timeoutMillis,
            long callTimeoutMillis,
            int maxAttempts,
            boolean approval) {

        Terms {
            touches = List.copyOf(touches);
            references = List.copyOf(references);
        }

        List<Access> accesses() {
            return touches.stream().map(Touch::access).toList();
        }
    }

    /**
     * An access.
     *
     * @param segments of its resource
     * @param write whether it writes
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Touch(List<String> segments, boolean write) {

        static Touch of(Access access) {
            return new Touch(access.resource().segments(), access.isWrite());
        }

        Access access() {
            Resource resource = Resource.ofSegments(segments);
            return write ? Access.write(resource) : Access.read(resource);
        }
    }
}
