package dev.interlock.langchain4j.task;

import dev.interlock.execution.ContextPropagator;
import dev.interlock.langchain4j.TaskListener;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of all executions of an agent.
 *
 * @param maxRounds how many rounds a task may have
 * @param timeout how long a task may take, null for any time
 * @param timer says when that time is up
 * @param propagators the propagators of context to the threads that work for a task
 */
record TaskSettings(
        int maxRounds,
        @Nullable Duration timeout,
        TaskTimer timer,
        List<TaskListener> listeners,
        List<ContextPropagator> propagators) {}
