package dev.interlock.langchain4j;

import dev.interlock.event.RoundEvent;
import java.time.Instant;

/**
 * Something that happened while a task was executed. Immutable.
 *
 * <p>The events of one execution carry the same {@link #task()} number. {@link TaskStarted} comes first and
 * {@link TaskEnded} last.
 */
public sealed interface TaskEvent {

    /**
     * The number of the execution.
     *
     * @return unique in this JVM, from 1
     */
    long task();

    /**
     * A task is about to be executed.
     *
     * @param task the number of the execution
     * @param text the task
     * @param at when
     */
    record TaskStarted(long task, String text, Instant at) implements TaskEvent {}

    /**
     * The model is about to be asked.
     *
     * @param task the number of the execution
     * @param request which request of the task, from 1
     * @param at when
     */
    record ModelAsked(long task, int request, Instant at) implements TaskEvent {}

    /**
     * A streaming model has written a piece of text: of its answer, or beside its calls.
     *
     * @param task the number of the execution
     * @param text the piece
     */
    record TextStreamed(long task, String text) implements TaskEvent {}

    /**
     * Something happened in a round.
     *
     * @param task the number of the execution
     * @param event what
     */
    record RoundProgress(long task, RoundEvent event) implements TaskEvent {}

    /**
     * The task is over.
     *
     * @param task the number of the execution
     * @param result what became of it
     */
    record TaskEnded(long task, TaskResult result) implements TaskEvent {}
}
