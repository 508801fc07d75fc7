package dev.interlock.langchain4j;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The runs of an agent that are not over. Those of a conversation have their turns, in the order in which they came: so its
 * memory stays whole. Thread-safe.
 */
final class RunningTasks {

    private final Set<TaskRun> runs = ConcurrentHashMap.newKeySet();

    /** The last that came, by conversation. */
    private final Map<Object, TaskRun> last = new ConcurrentHashMap<>();

    /** Serialises the arrivals at all agents: of two that would wait for each other the second must find the first. */
    private static final Object ARRIVAL = new Object();

    /** A run comes. To be told before it is executed. */
    void enter(TaskRun run) {
        Object conversation = run.conversation();
        synchronized (ARRIVAL) {
            if (conversation != null) {
                TaskRun before = last.get(conversation);
                if (before != null) {
                    check(run, before);
                    run.comesAfter(before);
                }
                last.put(conversation, run);
            }
            runs.add(run);
            TaskRun outer = run.outer();
            if (outer != null) {
                outer.inner().add(run);
            }
        }
    }

    /** A tool that executes a task which, by whatever way, has to wait for that tool would wait for ever. */
    private static void check(TaskRun run, TaskRun before) {
        Set<TaskRun> waiting = new HashSet<>();
        for (TaskRun outer = run.outer(); outer != null; outer = outer.outer()) {
            if (!outer.isEnded()) {
                waiting.add(outer);
            }
        }
        if (waiting.isEmpty()) {
            return;
        }
        Set<TaskRun> found = new HashSet<>(Set.of(before));
        Deque<TaskRun> open = new ArrayDeque<>(found);
        for (TaskRun next = open.poll(); next != null; next = open.poll()) {
            if (waiting.contains(next)) {
                throw new IllegalStateException("conversation '" + run.conversation()
                        + "' waits for this call; a task of it cannot be executed now");
            }
            next.waitsFor().filter(found::add).forEach(open::add);
        }
    }

    /** A run has ended, or never begins. */
    void leave(TaskRun run) {
        runs.remove(run);
        run.end();
        TaskRun outer = run.outer();
        if (outer != null) {
            outer.inner().remove(run);
        }
        Object conversation = run.conversation();
        if (conversation != null) {
            var unused = run.over().whenComplete((nothing, never) -> last.remove(conversation, run));
        }
    }

    void forEach(Consumer<TaskRun> action) {
        runs.forEach(action);
    }
}
