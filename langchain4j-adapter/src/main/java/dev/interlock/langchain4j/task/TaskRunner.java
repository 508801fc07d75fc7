package dev.interlock.langchain4j.task;

import dev.interlock.durable.Decision;
import dev.interlock.execution.ContextPropagator;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.langchain4j.SuspendedTask;
import dev.interlock.langchain4j.TaskEnd;
import dev.interlock.langchain4j.TaskEvent;
import dev.interlock.langchain4j.TypedTaskResult;
import dev.langchain4j.model.chat.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Carries out the tasks of an agent. This is the entry point of the package. Thread-safe. */
public final class TaskRunner implements AutoCloseable {

    private final ParallelTools parallel;
    private final TaskSettings settings;
    private final TaskService service;
    private final TaskLoop loop;
    private final Set<Capability> ofModel;
    private final RunningTasks running = new RunningTasks();
    private volatile boolean closed;

    /**
     * Creates the runner of an agent.
     *
     * @param agent the agent's settings, with exactly one model
     * @param managed the propagator that tools have by default, for the other threads of a task
     */
    public TaskRunner(AgentSettings agent, ContextPropagator managed) {
        TaskRounds rounds = new TaskRounds();
        TaskServices services = new TaskServices(agent);
        List<ContextPropagator> propagators = new ArrayList<>(agent.propagators());
        propagators.add(managed);
        this.settings = new TaskSettings(
                agent.maxRounds(), agent.timeout(), agent.timer(), agent.listeners(), List.copyOf(propagators));
        this.parallel = services.parallelTools(rounds);
        this.service = services.service(parallel);
        this.loop = new TaskLoop(service, services.streams(), services.keepsMemories(), parallel, settings, rounds);
        this.ofModel = services.capabilities();
    }

    /**
     * Carries out a task on the current thread.
     *
     * @param <T> the type of the answer
     * @param task the task in plain words
     * @param conversation the id of the conversation's memory, null for a memory of the task's own
     * @param type the type of the answer, null for text
     * @return the answer, if there is a type, and the task's result
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if this is closed, or on a tool's thread whose call the conversation waits for
     */
    public <T> TypedTaskResult<T> execute(String task, @Nullable Object conversation, @Nullable Class<T> type) {
        AnswerType<T> asked = type == null ? null : AnswerType.of(type, ofModel);
        return execute(newRun(task, conversation, asked, false, null), asked);
    }

    /**
     * Goes on with a task that was suspended, on the current thread, see {@link #execute}.
     *
     * @param <T> the type of the answer
     * @param suspended the task
     * @param decisions by the places of pending calls, or their ids
     * @param type of the answer, null for text
     * @return the answer, if there is a type, and the task's result
     * @throws IllegalArgumentException if a decision does not fit
     */
    public <T> TypedTaskResult<T> resume(
            SuspendedTask suspended, Map<?, ? extends Decision> decisions, @Nullable Class<T> type) {
        AnswerType<T> asked = type == null ? null : AnswerType.of(type, ofModel);
        // Before anything happens: what does not fit is for the caller.
        suspended.invocation().decide(decisions);
        ResumedTask resumed = new ResumedTask(suspended, decisions);
        return execute(newRun(suspended.task(), suspended.conversation(), asked, false, resumed), asked);
    }

    /**
     * Carries out a task on a virtual thread, see {@link #execute}.
     *
     * @param <T> the type of the answer
     * @param <R> what the future is completed with
     * @param task the task in plain words
     * @param conversation the id of the conversation's memory, null for a memory of the task's own
     * @param type of the answer, null for text
     * @param result makes that of what {@code execute} gives
     * @return completed when the task has ended; to complete it before cancels the task
     */
    public <T, R> CompletableFuture<R> start(
            String task,
            @Nullable Object conversation,
            @Nullable Class<T> type,
            Function<TypedTaskResult<T>, R> result) {
        AnswerType<T> asked = type == null ? null : AnswerType.of(type, ofModel);
        TaskRun run = newRun(task, conversation, asked, true, null);
        CompletableFuture<R> future = new CompletableFuture<>();
        // If other code than the task completes the future, it no longer needs the task.
        var unused = future.whenComplete((value, thrown) -> run.stop(TaskEnd.CANCELLED, "the task was cancelled"));
        try {
            ModelThread.start("interlock-task-" + run.number(), () -> {
                try {
                    future.complete(result.apply(run.context().call(() -> execute(run, asked))));
                } catch (Throwable e) {
                    running.leave(run);
                    future.completeExceptionally(e);
                }
            });
        } catch (Throwable e) {
            // No memory for a thread: the next of the conversation has its turn all the same.
            running.leave(run);
            throw e;
        }
        return future;
    }

    private TaskRun newRun(
            String task,
            @Nullable Object conversation,
            @Nullable AnswerType<?> type,
            boolean isAsync,
            @Nullable ResumedTask resumed) {
        if (task.isBlank()) {
            throw new IllegalArgumentException("task must not be blank");
        }
        TaskRun run = new TaskRun(settings, task, conversation, type, isAsync, resumed);
        try {
            running.enter(run);
            if (closed) {
                throw new IllegalStateException("the agent is closed");
            }
        } catch (Throwable e) {
            // Also what the conversation's own equals and hashCode throw.
            running.leave(run);
            throw e;
        }
        return run;
    }

    private <T> TypedTaskResult<T> execute(TaskRun run, @Nullable AnswerType<T> type) {
        TypedTaskResult<T> result;
        try {
            result = loop.execute(run, type);
        } finally {
            running.leave(run);
        }
        // Now, since a listener may go on with the conversation.
        run.tell(new TaskEvent.TaskEnded(run.number(), result.result()));
        return result;
    }

    /**
     * Forgets a conversation, once those of its tasks that were given before are over.
     *
     * @param conversation the id of its memory
     * @return false if it was not known
     */
    public boolean forget(Object conversation) {
        return running.forget(conversation, service::evictChatMemory);
    }

    /** Cancels all tasks, and takes no more. Does not wait for them to end. */
    @Override
    public void close() {
        closed = true;
        running.forEach(run -> run.stop(TaskEnd.CANCELLED, "the agent was closed"));
        parallel.close();
    }
}
