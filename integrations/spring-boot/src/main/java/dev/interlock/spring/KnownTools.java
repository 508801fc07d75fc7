package dev.interlock.spring;

import dev.interlock.event.KnownTool;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The known tools by name, each in its latest version. Thread-safe. */
final class KnownTools implements RoundListener {

    /** The most tools to keep, since servers may keep bringing tools with new names. */
    private static final int MOST = 1_000;

    /**
     * A tool as the endpoint shows it.
     *
     * @param effects what the tool's calls read and write
     * @param saidBy the source of the effects
     * @param runsAlone why the tool's calls run alone, if too little is known about it; otherwise null
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
