package dev.interlock.langchain4j;

import dev.interlock.event.RoundEvent;
import java.time.Instant;

/**
 * Something that happened while an agent executed a task. Immutable.
 *
 * <p>The events of one execution carry the same {@link #task()} number. {@link TaskStarted} comes first and
 * {@link TaskEnded} last.
 */
public sealed interface TaskEvent {

    /**
     * Returns the number of the execution.
     *
     * @return a number unique in this JVM, from 1
     */
    long task();

    /**
     * An agent is about to execute a task.
     *
     * @param task the number of the execution
     * @param text the task
     * @param at when it happened
     */
    record TaskStarted(long task, String text, Instant at) implements TaskEvent {}

    /**
     * The agent is about to ask the model.
     *
     * @param task the number of the execution
     * @param request which request of the task, from 1
     * @param at when it happened
     */
    record ModelAsked(long task, int request, Instant at) implements TaskEvent {}

    /**
     * A streaming model has written a piece of text, of its answer or next to its calls.
     *
     * @param task the number of the execution
     * @param text the piece
     */
    record TextStreamed(long task, String text) implements TaskEvent {}

    /**
     * Something happened in a round.
     *
     * @param task the number of the execution
     * @param event what happened
     */
    record RoundProgress(long task, RoundEvent event) implements TaskEvent {}

    /**
     * The task is over.
     *
     * @param task the number of the execution
     * @param result the task's result
     */
    record TaskEnded(long task, TaskResult result) implements TaskEvent {}
}
