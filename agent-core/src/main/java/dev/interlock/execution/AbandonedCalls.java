package dev.interlock.execution;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The abandoned calls of one executor that still run and hold their resources. Thread-safe. */
final class AbandonedCalls {

    private static final AtomicLong IDS = new AtomicLong();

    private record Entry(long id, CallTask task, Round round, Dispatcher dispatcher, Instant since) {
        AbandonedCall describe() {
            return new AbandonedCall(id, task.call(), round.number(), task.index, round.conversation(), since);
        }
    }

    private final Map<CallTask, Entry> entries = new ConcurrentHashMap<>();

    void add(CallTask task, Round round, Dispatcher dispatcher, Instant since) {
        entries.put(task, new Entry(IDS.incrementAndGet(), task, round, dispatcher, since));
    }

    void remove(CallTask task) {
        entries.remove(task);
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
                return entry.dispatcher().releaseAbandoned(entry.task());
            }
        }
        return false;
    }
}
