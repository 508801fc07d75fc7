package dev.interlock.spring;

import dev.interlock.event.KnownTool;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The tools that became known, by their names, as they were known last. Thread-safe. */
final class KnownTools implements RoundListener {

    /** Servers may bring tools of ever new names. */
    private static final int MOST = 1_000;

    /**
     * A tool as the endpoint shows it.
     *
     * @param effects what its calls read and write
     * @param saidBy who said so
     * @param runsAlone why its calls run alone, if that is since nothing is known; otherwise null
     */
    record Tool(
            String name,
            String effects,
            String saidBy,
            @Nullable String runsAlone) {}

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by lock. */
    private final Map<String, Tool> tools = new TreeMap<>();

    @Override
    public void onEvent(RoundEvent event) {}

    @Override
    public void onTool(KnownTool tool) {
        Tool shown = new Tool(tool.name(), tool.effects().toString(), tool.said(), tool.barrierReason());
        lock.lock();
        try {
            if (tools.size() < MOST || tools.containsKey(tool.name())) {
                tools.put(tool.name(), shown);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A snapshot, by name. */
    List<Tool> list() {
        lock.lock();
        try {
            return List.copyOf(tools.values());
        } finally {
            lock.unlock();
        }
    }
}
