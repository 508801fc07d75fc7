package dev.interlock.langchain4j;

/**
 * Is told what happens while tasks are executed, on the thread on which it happens.
 *
 * <p>An implementation must be thread-safe: calls of a round end on different threads at the same time. It holds up
 * what it is told about, so it should be quick. What it throws is logged and otherwise ignored.
 */
@FunctionalInterface
public interface TaskListener {

    /**
     * Something happened.
     *
     * @param event what
     */
    void onEvent(TaskEvent event);
}
