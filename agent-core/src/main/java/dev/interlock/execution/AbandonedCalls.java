package dev.interlock.execution;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
        byId.put(entry.id(), entry);
        entries.put(call, entry);
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

    boolean release(long id) {
        Entry entry = byId.get(id);
        return entry != null && entry.call().control().release(entry.call());
    }
}
