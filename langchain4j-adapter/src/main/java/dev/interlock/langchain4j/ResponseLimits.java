package dev.interlock.langchain4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies an invocation's limits to the calls of one response. It rules out calls over a limit, each with a message
 * to the model; the others run. The invocation ends if all calls of a response exceed limits that the model knows from
 * earlier responses. So a response with progress does not end the invocation, and only finitely many responses without
 * progress get an answer.
 *
 * <p>Used by one thread at a time.
 */
final class ResponseLimits {

    static final ResponseLimits UNLIMITED = new ResponseLimits(null);

    private final @Nullable InvocationCounts invocation;
    private final Map<RequestCall, Excess> ruledOut = new HashMap<>();

    /** The invocation's repeated calls before this response. */
    private @Nullable RepeatedCalls repeated;

    ResponseLimits(@Nullable InvocationCounts invocation) {
        this.invocation = invocation;
    }

    /** Counts the next call in call order, before a round gets it; rules it out if it is over a limit. */
    void count(RequestCall call) {
        if (invocation == null) {
            return;
        }
        Excess excess = invocation.count(call);
        if (excess == null && invocation.limitsRepeats()) {
            excess = repeated(invocation).excess(call, invocation.maxRepeats());
        }
        if (excess != null) {
            ruledOut.put(call, excess);
            call.ruleOut("tool '" + call.binding().name() + "' was not run: " + excess.message());
        }
    }

    /**
     * Counts a call that starts before its response is complete.
     *
     * @return false if it exceeds a limit; then it does not count yet, and must not start until the response is
     *     complete
     */
    boolean countEarly(RequestCall call) {
        if (invocation == null) {
            return true;
        }
        boolean within = invocation.count(call) == null
                && (!invocation.limitsRepeats() || repeated(invocation).excess(call, invocation.maxRepeats()) == null);
        if (!within) {
            invocation.takeBack(call);
        }
        return within;
    }

    /**
     * Does not count early started calls that no message holds, except those that may have changed something.
     *
     * @param calls calls that {@link #countEarly} has counted
     */
    void takeBack(List<RequestCall> calls) {
        if (invocation != null) {
            calls.stream().filter(RequestCall::isKnownToRead).forEach(invocation::takeBack);
        }
    }

    /** Returns the invocation's calls so far, by tool; empty if there is no limit. */
    Map<String, Integer> counts() {
        return invocation == null ? Map.of() : invocation.counts();
    }

    private RepeatedCalls repeated(InvocationCounts known) {
        RepeatedCalls found = repeated;
        if (found == null) {
            found = known.repeated();
            repeated = found;
        }
        return found;
    }

    /**
     * Handles the end of a round after which the loop could go on.
     *
     * @param calls all calls of the response
     * @return the exception that must leave the loop, or null
     */
    @Nullable
    CallLimitException executed(List<RequestCall> calls) {
        if (invocation == null) {
            return null;
        }
        List<RequestCall> run = new ArrayList<>();
        List<RequestCall> ruledOutAsRepeated = new ArrayList<>();
        for (RequestCall call : calls) {
            Excess excess = ruledOut.get(call);
            if (excess == null) {
                run.add(call);
            } else if (excess.limit().end() == TaskEnd.REPEATED_CALLS) {
                ruledOutAsRepeated.add(call);
            }
        }
        if (invocation.limitsRepeats()) {
            invocation.repeatedAre(repeated(invocation).after(run, ruledOutAsRepeated));
        }
        invocation.recordTold(ruledOut.values().stream().map(Excess::limit).toList());
        if (calls.isEmpty() || !run.isEmpty() || !ruledOut.values().stream().allMatch(Excess::isTold)) {
            return null;
        }
        invocation.isOverNow();
        Excess first = ruledOut.get(calls.get(0));
        return first == null ? null : new CallLimitException(first.limit());
    }
}
