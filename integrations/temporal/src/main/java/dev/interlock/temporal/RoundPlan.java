package dev.interlock.temporal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a workflow must know about a round apart from its calls. A worker makes it once, and the history
 * keeps it. So the workflow runs no function of the user, and a replay does not notice tools that have changed
 * meanwhile.
 *
 * @param calls the terms of the calls, in call order
 * @param maxConcurrency how many calls may run at the same time
 * @param maxCalls how many calls are run at all, 0 for no limit
 * @param roundTimeoutMillis the round's limit, 0 for none
 * @param failFast whether no further call starts after a failure
 * @param decideLost whether a call that may have happened waits for a decision
 * @param heartbeatMillis after how long without a sign of life a worker counts as lost
 * @param slackMillis how much longer than its limit a call may take until it has ended or is abandoned
 * @param countsEscapes whether the bytes of tasks are counted with their escapes; false in plans of older versions,
 *     whose histories follow from other counts
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
        long slackMillis,
        boolean countsEscapes) {

    RoundPlan {
        calls = List.copyOf(calls);
    }

    /** Converts a limit and rounds up, so that a tiny limit does not become 0, which means none. */
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
     * How one call runs.
     *
     * @param touches the accesses of the call
     * @param references the places of the calls whose results the call uses
     * @param changes whether the call may change something
     * @param repeatable whether the call may run twice
     * @param priority the priority among ready calls
     * @param maxConcurrency how many calls of its tool may run at the same time
     * @param timeoutMillis the limit of an attempt, 0 for none
     * @param callTimeoutMillis the limit of the call with its waits, 0 for none
     * @param maxAttempts the most attempts, 1 for no retry
     * @param approval whether the call waits for approval; true also where that is {@code undecided}
     * @param undecided whether its resolved arguments decide that, so that a worker is asked again; false in plans of
     *     older versions
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
            boolean approval,
            boolean undecided) {

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
     * @param segments the segments of the resource
     * @param write whether the access is a write
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
