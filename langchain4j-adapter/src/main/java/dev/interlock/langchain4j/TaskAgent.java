package dev.interlock.langchain4j;

import dev.interlock.durable.Decision;
import dev.interlock.execution.Cancellation;
import dev.interlock.langchain4j.task.TaskRunner;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Carries out tasks in plain words: asks the model, runs the tool calls of its responses in parallel, as far as they are
 * independent, gives it the results, until it answers.
 *
 * {@snippet :
 * TaskAgent agent = TaskAgent.builder()
 *         .chatModel(model)
 *         .tools(new SearchTools(), new Calculator(), new Translator())
 *         .build();
 * TaskResult result = agent.execute("Search for Python, calculate 2+2 and translate 'Hello' to Spanish");
 * }
 *
 * <p>The loop is that of LangChain4j's AI services, with the tools of {@link ParallelTools}. A task that fails, that has to
 * end before it is answered, or whose answer is none, gives a result that says so, with the rounds so far: see
 * {@link TaskEnd}.
 *
 * <p>{@code execute} runs the loop on the current thread; an interrupt cancels the task and leaves the interrupt flag
 * set. A {@link Cancellation} around {@code execute} or {@code executeAsync} cancels it too. If there is one, or a limit of
 * time, the model is asked on a virtual thread, so that the task can end while the model hangs.
 *
 * <p>Thread-safe: one agent serves any number of tasks at the same time. Those of a conversation are executed one after
 * another, in the order in which they were given; waiting counts as time of the task. A tool, or a model, cannot have a task
 * of its own conversation executed, nor one that would have to wait for it in any other way: that throws an
 * {@link IllegalStateException}. This is only seen on the thread on which the tool or the model is called. On a thread of
 * their own, and through an agent's caps, they can wait for themselves: a call whose tool has a task of another
 * conversation executed keeps its permits, such as that of {@link ParallelTools.Builder#totalConcurrency}, while that task
 * waits for its turn, and a task before it may need them. Set a {@linkplain Builder#timeout limit of time} where tools
 * execute tasks of conversations: then such a wait ends.
 */
public final class TaskAgent implements AutoCloseable {

    private final TaskRunner tasks;

    private TaskAgent(Builder builder) {
        this.tasks = new TaskRunner(builder.settings(), new ManagedContext());
    }

    /**
     * Starts an agent with the defaults: at most 100 rounds, at most 10 rounds in a row that repeat a call and its result, no
     * limit of time, and what {@link ParallelTools#builder()} starts with.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Carries out a task. It has a memory of its own, whose id is a unique string; nothing of it stays.
     *
     * @param task in plain words
     * @return what became of it
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public TaskResult execute(String task) {
        return tasks.execute(task, null, null).result();
    }

    /**
     * Carries out a task as a part of a conversation: the model sees what was said before.
     *
     * @param task in plain words
     * @param conversation the id of its memory
     * @return what became of it
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or on a tool's thread whose call the conversation waits for
     */
    public TaskResult execute(String task, Object conversation) {
        return tasks.execute(task, Objects.requireNonNull(conversation, "conversation"), null)
                .result();
    }

    /**
     * Carries out a task that is to be answered with a value. A model that takes JSON schemas is given that of the type,
     * others are told the format in words.
     *
     * @param <T> the type of the answer
     * @param task in plain words
     * @param type a record, a bean, an enum, a number, a boolean or a date
     * @return the answer, and what became of the task
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public <T> TypedTaskResult<T> execute(String task, Class<T> type) {
        return tasks.execute(task, null, type);
    }

    /**
     * Carries out a task that is to be answered with a value, as a part of a conversation.
     *
     * @param <T> the type of the answer
     * @param task in plain words
     * @param type see {@link #execute(String, Class)}
     * @param conversation the id of its memory
     * @return the answer, and what became of the task
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or on a tool's thread whose call the conversation waits for
     */
    public <T> TypedTaskResult<T> execute(String task, Class<T> type, Object conversation) {
        return tasks.execute(task, Objects.requireNonNull(conversation, "conversation"), type);
    }

    /**
     * Goes on with a task that was suspended, here or in another process, by an agent with the same tools. Its limits of time
     * begin anew; rounds, calls, tokens and time so far count.
     *
     * <p>A task without a conversation has its memory in what was kept. One of a conversation goes on only if the memory holds
     * its round as it was suspended, and nothing after it: so a second resume is refused, and one after the conversation went
     * on; nothing has run then, and the result is a {@link TaskEnd#ERROR}. Where the agent keeps the memories itself, a
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
     * @param task in plain words
     * @return completed with what became of the task, exceptionally only if a propagator of context fails on the new thread;
     *     to cancel it, or to complete it in any other way, cancels the task
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public CompletableFuture<TaskResult> executeAsync(String task) {
        return tasks.start(task, null, null, TypedTaskResult::result);
    }

    /**
     * Carries out a task as a part of a conversation, on a virtual thread.
     *
     * @param task in plain words
     * @param conversation the id of its memory
     * @return see {@link #executeAsync(String)}
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or on a tool's thread whose call the conversation waits for
     */
    public CompletableFuture<TaskResult> executeAsync(String task, Object conversation) {
        return tasks.start(task, Objects.requireNonNull(conversation, "conversation"), null, TypedTaskResult::result);
    }

    /**
     * Carries out a task that is to be answered with a value, on a virtual thread.
     *
     * @param <T> the type of the answer
     * @param task in plain words
     * @param type see {@link #execute(String, Class)}
     * @return see {@link #executeAsync(String)}
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed
     */
    public <T> CompletableFuture<TypedTaskResult<T>> executeAsync(String task, Class<T> type) {
        return tasks.start(task, null, type, Function.identity());
    }

    /**
     * Carries out a task that is to be answered with a value, as a part of a conversation, on a virtual thread.
     *
     * @param <T> the type of the answer
     * @param task in plain words
     * @param type see {@link #execute(String, Class)}
     * @param conversation the id of its memory
     * @return see {@link #executeAsync(String)}
     * @throws IllegalArgumentException if the task is blank
     * @throws IllegalStateException if the agent is closed, or on a tool's thread whose call the conversation waits for
     */
    public <T> CompletableFuture<TypedTaskResult<T>> executeAsync(String task, Class<T> type, Object conversation) {
        return tasks.start(task, Objects.requireNonNull(conversation, "conversation"), type, Function.identity());
    }

    /**
     * Forgets a conversation. What its memory has stored elsewhere stays. Tasks of it that were given before keep its
     * memory; it is forgotten when they are over, and before any that is given later.
     *
     * @param conversation the id of its memory
     * @return false if it was not known
     */
    public boolean forget(Object conversation) {
        return tasks.forget(Objects.requireNonNull(conversation, "conversation"));
    }

    /**
     * Cancels all tasks. Does not wait for them to end: one whose model holds the thread that called {@code execute} ends
     * when the model hears an interrupt, or, if it streams, when it lets go of the thread.
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
         * Makes the agent.
         *
         * @return the agent
         * @throws IllegalStateException if there is not exactly one model
         */
        public TaskAgent build() {
            if ((chatModel == null) == (streamingChatModel == null)) {
                throw new IllegalStateException("either chatModel or streamingChatModel must be set, "
                        + (chatModel == null ? "none is" : "both are"));
            }
            return new TaskAgent(this);
        }
    }
}
