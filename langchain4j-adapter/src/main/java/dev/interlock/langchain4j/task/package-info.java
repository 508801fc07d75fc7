/**
 * Carries out the tasks of a {@link dev.interlock.langchain4j.TaskAgent}. Only for that class, not for users: it may
 * change with any version. Its entry point is {@link dev.interlock.langchain4j.task.TaskRunner}.
 *
 * <p>From the top: {@code TaskRunner} makes a {@code TaskRun} of each task, {@code RunningTasks} gives it its turn, and
 * {@code TaskLoop} has the AI service of {@code TaskServices} carry it out. The model is asked through {@code TaskChatModel},
 * or {@code TaskStreamingModel} and {@code TaskStream}. The run keeps what came of it ({@code TaskProgress}), how it is ended
 * early ({@code TaskStop}) and whom it waits for ({@code TaskTurn}). {@code FinalAnswer} says whether the last word is an
 * answer: {@code CallAsText}, with {@code JsonCalls}, {@code WrittenCalls} and {@code CalledName}, whether it is a call.
 */
@NullMarked
package dev.interlock.langchain4j.task;

import org.jspecify.annotations.NullMarked;
