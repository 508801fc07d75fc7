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

    void add(DrivenCall call, @Nullable Object conversation, Instant since) {
        entries.put(call, new Entry(IDS.incrementAndGet(), call, conversation, since));
    }

    void remove(DrivenCall call) {
        entries.remove(call);
    }

    List<AbandonedCall> list() {
        return entries.values().stream()
                .sorted(Comparator.comparingLong(Entry::id))
                .map(Entry::describe)
                .toList();
    }

    boolean release(long id) {
        for (Entry entry : entries.values()) {
            if (entry.id() == id) {
                return entry.call().control().release(entry.call());
            }
        }
        return false;
    }
}
