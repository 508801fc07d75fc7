package dev.interlock.langchain4j;

import dev.langchain4j.invocation.InvocationContext;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The invocations of a service, or of hand-written loops, as far as limits need them. Rounds belong to one invocation
 * if their contexts have equal ids, or are the same object without an id.
 *
 * <p>Invariant: an invocation is known as long as a context of it lives, whichever round it came with. A hand-written
 * loop may make its context anew for each response, so that none lives in between; so the invocations that were used
 * last, with an id that the caller gave, stay known, too. Nothing of any other invocation stays. Thread-safe.
 */
final class InvocationLimits {

    /** How many invocations of hand-written loops stay known although no context of them lives. */
    static final int OF_LOOPS = 1_000;

    private final CallLimits limits;
    private final int remembered;

    /** Has a value for each living context, so it keeps the values of {@link #byId}. */
    private final WeakIdentityMap<InvocationContext, InvocationCounts> byContext = new WeakIdentityMap<>();

    // Guarded by this.
    private final Map<UUID, Known> byId = new HashMap<>();
    private final ReferenceQueue<InvocationCounts> gone = new ReferenceQueue<>();

    /** Those used last, the oldest first. */
    private final LinkedHashMap<UUID, InvocationCounts> recent = new LinkedHashMap<>(16, 0.75f, true);

    /** Keeps an invocation as long as its context lives. */
    InvocationLimits(CallLimits limits) {
        this(limits, 0);
    }

    /**
     * Keeps more.
     *
     * @param remembered how many invocations with an id stay known although no context of them lives
     */
    InvocationLimits(CallLimits limits, int remembered) {
        this.limits = limits;
        this.remembered = remembered;
    }

    /** Counts the calls of the next response of an invocation, whose context the caller gave. */
    ResponseLimits nextResponse(InvocationContext context) {
        return limits.isUnlimited() ? ResponseLimits.UNLIMITED : new ResponseLimits(counts(context, remembered));
    }

    /** Counts the calls of a response under a new context. A later response can have it only while it lives. */
    ResponseLimits newResponse(InvocationContext context) {
        return limits.isUnlimited() ? ResponseLimits.UNLIMITED : new ResponseLimits(counts(context, 0));
    }

    /**
     * Returns the counts of an invocation.
     *
     * @param keep how many invocations with an id stay known although no context of them lives
     */
    InvocationCounts counts(InvocationContext context, int keep) {
        UUID id = context.invocationId();
        InvocationCounts counts = id == null ? null : ofId(id, keep);
        return byContext.computeIfAbsent(context, () -> counts == null ? new InvocationCounts(limits) : counts);
    }

    private synchronized InvocationCounts ofId(UUID id, int keep) {
        InvocationCounts known = known(id);
        InvocationCounts counts = known == null ? new InvocationCounts(limits) : known;
        if (known == null) {
            byId.put(id, new Known(id, counts, gone));
        }
        if (keep > 0) {
            recent.put(id, counts);
            if (recent.size() > keep) {
                recent.pollFirstEntry();
            }
        }
        return counts;
    }

    private synchronized @Nullable InvocationCounts known(UUID id) {
        for (Reference<?> dead = gone.poll(); dead != null; dead = gone.poll()) {
            if (dead instanceof Known known) {
                byId.remove(known.id, known);
            }
        }
        Known known = byId.get(id);
        return known == null ? null : known.get();
    }

    /**
     * Restores a suspended invocation under another context.
     *
     * @param given whether the caller gave the context
     */
    void restore(InvocationContext context, boolean given, Map<String, Integer> callsOfTools) {
        if (!limits.isUnlimited()) {
            counts(context, given ? remembered : 0).restore(callsOfTools);
        }
    }

    /** Whether the model went on although it knew a limit. */
    boolean isOver(InvocationContext context) {
        UUID id = context.invocationId();
        InvocationCounts counts = id == null ? byContext.get(context) : known(id);
        return counts != null && counts.isOver();
    }

    private static final class Known extends WeakReference<InvocationCounts> {
        private final UUID id;

        Known(UUID id, InvocationCounts counts, ReferenceQueue<InvocationCounts> queue) {
            super(counts, queue);
            this.id = id;
        }
    }
}
