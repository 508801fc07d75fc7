package dev.interlock.langchain4j;

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

    /** A run comes. To be told before it is executed. */
    void enter(TaskRun run) {
        Object conversation = run.conversation();
        if (conversation != null) {
            check(run, conversation);
            // In one step: the next one must not find this before it knows what it comes after.
            last.compute(conversation, (id, before) -> {
                if (before != null) {
                    run.comesAfter(before);
                }
                return run;
            });
        }
        runs.add(run);
    }

    /** A tool that executes a task of the conversation that it is called in would wait for itself. */
    private void check(TaskRun run, Object conversation) {
        for (TaskRun outer = run.outer(); outer != null; outer = outer.outer()) {
            if (conversation.equals(outer.conversation()) && runs.contains(outer)) {
                throw new IllegalStateException(
                        "conversation '" + conversation + "' waits for this call; a task of it cannot be executed now");
            }
        }
    }

    /** A run has ended, or never begins. */
    void leave(TaskRun run) {
        runs.remove(run);
        run.end();
        Object conversation = run.conversation();
        if (conversation != null) {
            var unused = run.over().whenComplete((nothing, never) -> last.remove(conversation, run));
        }
    }

    void forEach(Consumer<TaskRun> action) {
        runs.forEach(action);
    }
}
