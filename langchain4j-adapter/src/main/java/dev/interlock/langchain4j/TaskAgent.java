package dev.interlock.langchain4j;

import dev.interlock.durable.Decision;
import dev.interlock.execution.Cancellation;
import dev.interlock.langchain4j.task.TaskRunner;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Carries out tasks in plain words. It asks the model, runs the independent tool calls of a response in parallel, and
 * passes the results back, until the model answers.
 *
 * {@snippet :
 * TaskAgent agent = TaskAgent.builder()
 *         .chatModel(model)
 *         .tools(new SearchTools(), new Calculator(), new Translator())
 *         .build();
 * TaskResult result = agent.execute("Search for Python, calculate 2+2 and translate 'Hello' to Spanish");
 * }
 *
 * <p>The loop is that of LangChain4j's AI services, with the tools of {@link ParallelTools}. If a task fails, ends
 * before its answer, or gets an unusable answer, its result says so and has the rounds so far, see {@link TaskEnd}.
 *
 * <p>{@code execute} runs the loop on the current thread; an interrupt cancels the task and leaves the interrupt flag
 * set. A {@link Cancellation} around {@code execute} or {@code executeAsync} cancels it too. With a cancellation or a
 * time limit, the agent asks the model on a virtual thread, so that the task can end while the model hangs.
 *
 * <p>Thread-safe: one agent serves any number of tasks at the same time. Tasks of one conversation run one after
 * another in the order of their arrival; waiting counts as time of the task. A tool or a model must not execute a task
 * of its own conversation, or one that would have to wait for it: that throws an {@link IllegalStateException}. The
 * agent detects this only on the thread that calls the tool or the model. On other threads, and through an agent's
 * caps, tasks can wait for themselves. A call whose tool executes a task of another conversation keeps its permits,
 * such as that of {@link ParallelTools.Builder#totalConcurrency}, while that task waits for its turn, and an earlier
 * task may need them. Set a {@linkplain Builder#timeout time limit} where tools execute tasks of conversations: it ends
 * such a wait.
 */
public final class TaskAgent implements AutoCloseable {

    private final TaskRunner tasks;

    private TaskAgent(Builder builder) {
        this.tasks = new TaskRunner(builder.settings(), new ManagedContext());
    }

    /**
     * Starts an agent with the defaults: at most 100 rounds, at most 10 rounds in a row that repeat a call and its
     * result, no time limit, and the defaults of {@link ParallelTools#builder()}.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Carries out a task with a memory of its own. The memory's id is a unique string, and nothing of it stays.
     *
     * @param task the task in plain words
     * @return the task's result
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public TaskResult execute(String task) {
        return tasks.execute(task, null, null).result();
    }

    /**
     * Carries out a task as a part of a conversation: the model sees the earlier messages.
     *
     * @param task the task in plain words
     * @param conversation the id of the conversation's memory
     * @return the task's result
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or if the conversation waits for the calling tool
     */
    public TaskResult execute(String task, Object conversation) {
        return tasks.execute(task, Objects.requireNonNull(conversation, "conversation"), null)
                .result();
    }

    /**
     * Carries out a task whose answer is a value. A model that takes JSON schemas gets the type's schema; other models
     * get the format in words.
     *
     * @param <T> the type of the answer
     * @param task the task in plain words
     * @param type a record, a bean, an enum, a number, a boolean or a date
     * @return the answer and the task's result
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public <T> TypedTaskResult<T> execute(String task, Class<T> type) {
        return tasks.execute(task, null, type);
    }

    /**
     * Carries out a task whose answer is a value, as a part of a conversation.
     *
     * @param <T> the type of the answer
     * @param task the task in plain words
     * @param type see {@link #execute(String, Class)}
     * @param conversation the id of the conversation's memory
     * @return the answer and the task's result
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or if the conversation waits for the calling tool
     */
    public <T> TypedTaskResult<T> execute(String task, Class<T> type, Object conversation) {
        return tasks.execute(task, Objects.requireNonNull(conversation, "conversation"), type);
    }

    /**
     * Goes on with a task that was suspended, here or in another process, by an agent with the same tools. Its limits of time
     * begin anew; rounds, calls, tokens and time so far count.
     *
     * <p>A task without a conversation has its memory in what was kept. One of a conversation goes on only if the memory holds
     * its round as it was suspended, and nothing after it. So the agent refuses a second resume, and a resume after
     * the conversation has moved on: nothing runs, and the result is a {@link TaskEnd#ERROR}. Where the agent keeps the memories itself, a
     * conversation that it does not know begins with what was kept.
     *
     * @param suspended the task; each is to be resumed once
     * @param decisions by the places of pending calls, from 0 ({@link Integer}), or by their ids ({@link String}); those
     *     without one stay pending
     * @return what became of it
     * @throws IllegalArgumentException if a decision does not fit
     * @throws IllegalStateException if the agent is closed, or on a tool's thread whose call the conversation waits for
     */
    public TaskResult resume(SuspendedTask suspended, Map<?, ? extends Decision> decisions) {
        return tasks.<Object>resume(suspended, decisions, null).result();
    }

    /**
     * Goes on with a task that is to be answered with a value, see {@link #resume(SuspendedTask, Map)}.
     *
     * @param <T> the type of the answer
     * @param suspended the task
     * @param decisions by places or ids
     * @param type see {@link #execute(String, Class)}
     * @return the answer, and what became of the task
     */
    public <T> TypedTaskResult<T> resume(SuspendedTask suspended, Map<?, ? extends Decision> decisions, Class<T> type) {
        return tasks.resume(suspended, decisions, Objects.requireNonNull(type, "type"));
    }

    /**
     * Carries out a task on a virtual thread.
     *
     * @param task the task in plain words
     * @return a future with the task's result. It fails only if a context propagator fails on the new thread.
     *     Cancelling the future, or completing it in any other way, cancels the task
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public CompletableFuture<TaskResult> executeAsync(String task) {
        return tasks.start(task, null, null, TypedTaskResult::result);
    }

    /**
     * Carries out a task as a part of a conversation, on a virtual thread.
     *
     * @param task the task in plain words
     * @param conversation the id of the conversation's memory
     * @return see {@link #executeAsync(String)}
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or if the conversation waits for the calling tool
     */
    public CompletableFuture<TaskResult> executeAsync(String task, Object conversation) {
        return tasks.start(task, Objects.requireNonNull(conversation, "conversation"), null, TypedTaskResult::result);
    }

    /**
     * Carries out a task whose answer is a value, on a virtual thread.
     *
     * @param <T> the type of the answer
     * @param task the task in plain words
     * @param type see {@link #execute(String, Class)}
     * @return see {@link #executeAsync(String)}
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public <T> CompletableFuture<TypedTaskResult<T>> executeAsync(String task, Class<T> type) {
        return tasks.start(task, null, type, Function.identity());
    }

    /**
     * Carries out a task whose answer is a value, as a part of a conversation, on a virtual thread.
     *
     * @param <T> the type of the answer
     * @param task the task in plain words
     * @param type see {@link #execute(String, Class)}
     * @param conversation the id of the conversation's memory
     * @return see {@link #executeAsync(String)}
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or if the conversation waits for the calling tool
     */
    public <T> CompletableFuture<TypedTaskResult<T>> executeAsync(String task, Class<T> type, Object conversation) {
        return tasks.start(task, Objects.requireNonNull(conversation, "conversation"), type, Function.identity());
    }

    /**
     * Forgets a conversation. What its memory has stored elsewhere stays. Earlier tasks of the conversation keep its
     * memory: the agent forgets it when they are over, and before any later task.
     *
     * @param conversation the id of the conversation's memory
     * @return false if the agent did not know the conversation
     */
    public boolean forget(Object conversation) {
        return tasks.forget(Objects.requireNonNull(conversation, "conversation"));
    }

    /**
     * Cancels all tasks, and does not wait for them to end. If a task's model holds the thread that called
     * {@code execute}, the task ends when the model reacts to an interrupt or, if it streams, when it releases the
     * thread.
     */
    @Override
    public void close() {
        tasks.close();
    }

    /** Builds a {@link TaskAgent}. Not thread-safe. */
    public static final class Builder extends TaskAgentSettings<Builder> {

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Builds the agent.
         *
         * @return the agent
         * @throws IllegalStateException if not exactly one model is set
         */
        public TaskAgent build() {
            if ((chatModel == null) == (streamingChatModel == null)) {
                throw new IllegalStateException("set exactly one of chatModel and streamingChatModel; "
                        + (chatModel == null ? "neither is set" : "both are set"));
            }
            return new TaskAgent(this);
        }
    }
}
