package dev.interlock.langchain4j;

/**
 * Receives what happens while an agent executes tasks, on the threads where it happens.
 *
 * <p>An implementation must be thread-safe, since calls of a round end on different threads at the same time. It should
 * be quick, since its call or task waits for it. The agent logs and otherwise ignores what it throws.
 */
@FunctionalInterface
public interface TaskListener {

    /**
     * Receives an event.
     *
     * @param event what happened
     */
    void onEvent(TaskEvent event);
}
