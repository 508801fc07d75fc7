package dev.interlock.execution;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds settings for tools that do not exist, such as misspelt names, and logs a WARN. An executor may serve tools that
 * come later, so this is no error. It logs once, when it first knows all tools that the model may call. Thread-safe.
 */
final class IdleSettings {

    private static final Logger log = LoggerFactory.getLogger("dev.interlock.execution.ToolCallExecutor");

    private static final int MOST_TOLD = 20;

    private final List<ToolSetting> settings;
    private final AtomicBoolean told;

    /** The tools seen until the log line. */
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    IdleSettings(List<ToolSetting> settings) {
        this.settings = List.copyOf(settings);
        this.told = new AtomicBoolean(settings.isEmpty());
    }

    void saw(String tool) {
        if (!told.get()) {
            seen.add(tool);
        }
    }

    boolean isTold() {
        return told.get();
    }

    /**
     * Reports that these are all tools that the model may call now.
     *
     * @param tools the tools, maybe new ones; if empty, nothing is known yet
     */
    void tell(Collection<String> tools) {
        if (told.get() || tools.isEmpty()) {
            return;
        }
        seen.addAll(tools);
        List<ToolSetting> idle = settings.stream()
                .filter(setting -> seen.stream().noneMatch(setting.isFor()))
                .toList();
        if (told.compareAndSet(false, true)) {
            if (!idle.isEmpty()) {
                log.warn("{}; the tools so far are {}", words(idle), new TreeSet<>(seen));
            }
            seen.clear();
        }
    }

    private static String words(List<ToolSetting> idle) {
        StringJoiner words = new StringJoiner(", ", "There is no tool for ", "");
        idle.stream().limit(MOST_TOLD).forEach(each -> words.add("'" + each.tool() + "' (" + each.where() + ")"));
        if (idle.size() > MOST_TOLD) {
            words.add((idle.size() - MOST_TOLD) + " more");
        }
        return words.toString();
    }
}
