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
 * that would have to wait for its own task, such as one of the same conversation: that throws an
 * {@link IllegalStateException}. The agent detects this only on the thread that calls the tool or the model. On other
 * threads the two tasks would wait for each other.
 *
 * <p>Caps can cause such a wait too. While a tool's task of another conversation waits for its turn, the tool's call
 * keeps its slot of a cap such as {@link ParallelTools.Builder#totalConcurrency}; the task before it may need that
 * slot. So set a {@linkplain Builder#timeout time limit} if tools execute tasks of conversations: it ends such a wait.
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
     * @throws IllegalStateException if the agent is closed, or if a tool calls this for whose end the conversation's
     *     present task waits
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
     * @throws IllegalStateException if the agent is closed, or if a tool calls this for whose end the conversation's
     *     present task waits
     */
    public <T> TypedTaskResult<T> execute(String task, Class<T> type, Object conversation) {
        return tasks.execute(task, Objects.requireNonNull(conversation, "conversation"), type);
    }

    /**
     * Resumes a suspended task, here or in another process; this agent must have the same tools. Time limits begin
     * anew. All other limits and the result also count the rounds, calls, tokens and time before the suspension.
     *
     * <p>A task without a conversation brings its messages along in {@code suspended}. A task of a conversation needs
     * the conversation's memory: it must end with the suspended round. So the agent refuses a second resume, and a
     * resume after the conversation has moved on: no tool runs, and the result is a {@link TaskEnd#ERROR}. If the agent
     * keeps the memories itself and does not know the conversation, it restores the messages from {@code suspended}.
     *
     * @param suspended the task; resume it only once
     * @param decisions the decisions about pending calls, by the call's place from 0 ({@link Integer}) or its id
     *     ({@link String}). Calls without a decision stay pending
     * @return the task's result
     * @throws IllegalArgumentException if a decision does not fit its call its call
     * @throws IllegalStateException if the agent is closed, or if a tool calls this for whose end the conversation's
     *     present task waits
     */
    public TaskResult resume(SuspendedTask suspended, Map<?, ? extends Decision> decisions) {
        return tasks.<Object>resume(suspended, decisions, null).result();
    }

    /**
     * Resumes a task whose answer is a value, see {@link #resume(SuspendedTask, Map)}.
     *
     * @param <T> the type of the answer
     * @param suspended the task
     * @param decisions the decisions, by places or ids
     * @param type see {@link #execute(String, Class)}
     * @return the answer and the task's result
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
     * @throws IllegalStateException if the agent is closed, or if a tool calls this for whose end the conversation's
     *     present task waits
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
     * @throws IllegalStateException if the agent is closed, or if a tool calls this for whose end the conversation's
     *     present task waits
     */
    public <T> CompletableFuture<TypedTaskResult<T>> executeAsync(String task, Class<T> type, Object conversation) {
        return tasks.start(task, Objects.requireNonNull(conversation, "conversation"), type, Function.identity());
    }

    /**
     * Forgets a conversation. What its memory has stored elsewhere stays. Tasks that are already running or waiting
     * still use its memory. The agent forgets it after the last of them, before any later task begins.
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
