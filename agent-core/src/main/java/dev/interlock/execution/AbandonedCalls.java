package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The abandoned calls of one executor that still run and hold their resources. Thread-safe. */
final class AbandonedCalls {

    private static final AtomicLong IDS = new AtomicLong();

    private record Entry(long id, DrivenCall call, @Nullable Object conversation, Instant since) {
        AbandonedCall describe() {
            return new AbandonedCall(id, call.body().call(), call.round(), call.index(), conversation, since);
        }
    }

    private final Map<DrivenCall, Entry> entries = new ConcurrentHashMap<>();

    /** The same by their ids: users may release any number of calls, one after another. */
    private final Map<Long, Entry> byId = new ConcurrentHashMap<>();

    void add(DrivenCall call, @Nullable Object conversation, Instant since) {
        Entry entry = new Entry(IDS.incrementAndGet(), call, conversation, since);
        Entry before = entries.put(call, entry);
        if (before != null) {
            // The engine failed after that, and does the same again.
            byId.remove(before.id());
        }
        byId.put(entry.id(), entry);
    }

    void remove(DrivenCall call) {
        Entry removed = entries.remove(call);
        if (removed != null) {
            byId.remove(removed.id());
        }
    }

    List<AbandonedCall> list() {
        return entries.values().stream()
                .sorted(Comparator.comparingLong(Entry::id))
                .map(Entry::describe)
                .toList();
    }

    /**
     * Finds the conversation of a batch, so that no call is tried again beside its own first attempt: that of an
     * abandoned call whose outcome is among these results. The same call may be of several conversations.
     *
     * @return null if there is no such call, or it had no conversation
     */
    @Nullable
    Object conversationOf(List<CallResult> results) {
        Set<Outcome> outcomes = Collections.newSetFromMap(new IdentityHashMap<>());
        results.forEach(result -> outcomes.add(result.outcome()));
        for (Entry entry : entries.values()) {
            if (outcomes.contains(entry.call().outcome())) {
                return entry.conversation();
            }
        }
        return null;
    }

    boolean release(long id) {
        Entry entry = byId.get(id);
        return entry != null && entry.call().control().release(entry.call());
    }
}
