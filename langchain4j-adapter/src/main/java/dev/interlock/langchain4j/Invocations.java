package dev.interlock.langchain4j;

import dev.langchain4j.invocation.InvocationContext;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The invocations of a service, or of hand-written loops, as far as limits need them. Rounds belong to one invocation
 * if their contexts have the same id, or are the same object without an id. This class knows an invocation as long as
 * its id or that context lives; nothing of it stays. Thread-safe.
 */
final class Invocations {

    private final CallLimits limits;
    private final Map<UUID, InvocationCalls> byId = Collections.synchronizedMap(new WeakHashMap<>());
    private final WeakIdentityMap<InvocationContext, InvocationCalls> byContext = new WeakIdentityMap<>();

    Invocations(CallLimits limits) {
        this.limits = limits;
    }

    /** Counts the calls of the next response of an invocation. */
    ResponseCalls nextResponse(InvocationContext context) {
        if (limits.isUnlimited()) {
            return ResponseCalls.UNLIMITED;
        }
        return new ResponseCalls(calls(context));
    }

    private InvocationCalls calls(InvocationContext context) {
        UUID id = context.invocationId();
        return id == null
                ? byContext.computeIfAbsent(context, () -> new InvocationCalls(limits))
                : byId.computeIfAbsent(id, unknown -> new InvocationCalls(limits));
    }

    /** Restores a suspended invocation under a new context. */
    void restore(InvocationContext context, Map<String, Integer> callsOfTools) {
        if (!limits.isUnlimited()) {
            calls(context).restore(callsOfTools);
        }
    }

    /** Whether the model went on although it knew a limit. */
    boolean isOver(InvocationContext context) {
        UUID id = context.invocationId();
        @Nullable InvocationCalls calls = id == null ? byContext.get(context) : byId.get(id);
        return calls != null && calls.isOver();
    }

    int size() {
        return byId.size() + byContext.size();
    }
}
