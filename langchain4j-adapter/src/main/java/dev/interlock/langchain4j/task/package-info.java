/**
 * Carries out the tasks of a {@link dev.interlock.langchain4j.TaskAgent}. Only for that class, not for users: it may
 * change with any version. Its entry point is {@link dev.interlock.langchain4j.task.TaskRunner}.
 *
 * <p>From the top: {@code TaskRunner} creates a {@code TaskRun} for each task, {@code RunningTasks} gives it its turn,
 * and {@code TaskLoop} carries it out with the AI service of {@code TaskServices}. The loop asks the model through
 * {@code TaskChatModel}, or through {@code TaskStreamingModel} and {@code TaskStream}. The run keeps its progress
 * ({@code TaskProgress}), its means to end early ({@code TaskStop}) and its place among other runs ({@code TaskTurn}).
 * {@code FinalAnswer} decides whether the last response is an answer. {@code CallAsText}, with {@code JsonCalls},
 * {@code WrittenCalls} and {@code CalledName}, decides whether it is a call.
 */
@NullMarked
package dev.interlock.langchain4j.task;

import org.jspecify.annotations.NullMarked;
