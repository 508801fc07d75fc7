package dev.interlock.execution;

import dev.interlock.call.CallResult;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
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
     * abandoned call whose outcome is among these results. A call that was tried again in vain, such as since its
     * first attempt still held what it needs, has another outcome; then the call itself, the same object, tells. It may
     * be of several conversations, so the outcome comes first.
     *
     * @return null if there is no such call, or it had no conversation
     */
    @Nullable
    Object conversationOf(List<CallResult> results) {
        if (entries.isEmpty()) {
            return null;
        }
        Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());
        results.forEach(result -> known.add(result.outcome()));
        Entry found = first(entry -> known.contains(entry.call().outcome()));
        if (found == null) {
            results.stream().filter(result -> !result.isSuccess()).forEach(result -> known.add(result.call()));
            found = first(entry -> known.contains(entry.call().body().call()));
        }
        return found == null ? null : found.conversation();
    }

    private @Nullable Entry first(Predicate<Entry> wanted) {
        return entries.values().stream()
                .filter(wanted)
                .min(Comparator.comparingLong(Entry::id))
                .orElse(null);
    }

    boolean release(long id) {
        Entry entry = byId.get(id);
        return entry != null && entry.call().control().release(entry.call());
    }
}
