package dev.interlock.langchain4j.task;

import dev.interlock.langchain4j.TaskEvent;
import dev.interlock.langchain4j.TaskListener;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user's listeners. The log notes a failing one, and nothing else changes. Thread-safe.
 *
 * @param listeners the listeners, in the order of their calls
 */
record TaskListeners(List<TaskListener> listeners) {

    private static final Logger log = LoggerFactory.getLogger(TaskListeners.class);

    TaskListeners {
        listeners = List.copyOf(listeners);
    }

    void tell(TaskEvent event) {
        for (TaskListener listener : listeners) {
            try {
                listener.onEvent(event);
            } catch (Throwable e) {
                log.warn("A listener failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }
}
