package dev.interlock.langchain4j.task;

import dev.interlock.event.RoundReport;
import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.Interrupts;
import dev.interlock.langchain4j.CallLimitException;
import dev.interlock.langchain4j.SuspendedInvocation;
import dev.interlock.langchain4j.TaskEnd;
import dev.interlock.langchain4j.TaskEvent;
import dev.interlock.langchain4j.TaskResult;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a task: its progress ({@link TaskProgress}), the means to stop it ({@link TaskStop}), and its turn
 * ({@link TaskTurn}). Thread-safe.
 *
 * <p>The thread that executes it, and a streaming model's threads while they call back, know it as {@link #current()}.
 * This tells it apart from other runs of the same agent.
 */
final class TaskRun {

    private static final int MAX_CAUSES = 100;

    private static final AtomicLong NUMBERS = new AtomicLong();

    /** The prefix of memory ids of tasks without a conversation; no user's id begins with it. */
    private static final String ALONE = "interlock-task-" + UUID.randomUUID() + "-";

    private static final ThreadLocal<@Nullable Whereabouts> CURRENT = new ThreadLocal<>();

    /**
     * What a thread works for.
     *
     * @param inTool whether the thread is in a tool; tasks executed there are not part of the run
     */
    private record Whereabouts(TaskRun run, boolean inTool) {}

    private final long number = NUMBERS.incrementAndGet();
    private final String task;
    private final @Nullable Object conversation;
    private final @Nullable AnswerType<?> type;

    /** The task that the run resumes; null for a new task. */
    private final @Nullable ResumedTask resumed;

    /** Whether another thread asks the model, so that the run need not wait for it. */
    private final boolean asksElsewhere;

    private final CapturedContext context;
    private final TaskListeners listeners;
    private final TaskProgress progress;
    private final TaskStop stop;
    private final TaskTurn turn;
    private final HandOvers handOvers = new HandOvers();

    /** The thread that runs the model loop, while it does. */
    private volatile @Nullable Thread executing;

    TaskRun(
            TaskSettings settings,
            String task,
            @Nullable Object conversation,
            @Nullable AnswerType<?> type,
            boolean isAsync,
            @Nullable ResumedTask resumed) {
        this.resumed = resumed;
        this.task = task;
        this.conversation = conversation;
        this.type = type;
        this.listeners = new TaskListeners(settings.listeners());
        this.progress = new TaskProgress(settings.maxRounds(), resumed == null ? null : resumed.suspended());
        Whereabouts here = CURRENT.get();
        this.turn = new TaskTurn(here == null ? null : here.run().turn);
        this.context = CapturedContext.capture(settings.propagators());
        this.stop = new TaskStop();
        this.asksElsewhere = isAsync || settings.timeout() != null || stop.isWatching();
    }

    long number() {
        return number;
    }

    String task() {
        return task;
    }

    /** The conversation; null if there is none. */
    @Nullable
    Object conversation() {
        return conversation;
    }

    /** The task that the run resumes; null for a new task. */
    @Nullable
    ResumedTask resumed() {
        return resumed;
    }

    /** The first messages of its memory, if the memory is new. */
    List<ChatMessage> memoryBefore() {
        return resumed == null ? List.of() : resumed.memory();
    }

    /** The id of its memory. Without a conversation it is a string, since tools may get it as a parameter. */
    Object memoryId() {
        return conversation == null ? ALONE + number : conversation;
    }

    /** Whether a memory belongs to a task without a conversation. */
    static boolean isAlone(Object memoryId) {
        return memoryId instanceof String id && id.startsWith(ALONE);
    }

    boolean asksElsewhere() {
        return asksElsewhere;
    }

    /** The context of the thread that asked for the run. */
    CapturedContext context() {
        return context;
    }

    TaskTurn turn() {
        return turn;
    }

    // Threads.

    /** Returns the run that the current thread works for; null in a tool, and on threads that work for none. */
    static @Nullable TaskRun current() {
        Whereabouts here = CURRENT.get();
        return here == null || here.inTool() ? null : here.run();
    }

    /** Runs something on the current thread as part of this. */
    <T extends @Nullable Object> T within(Callable<T> body) throws Exception {
        return at(new Whereabouts(this, false), body);
    }

    /** Runs a tool on the current thread, outside the run. */
    <T extends @Nullable Object> T inTool(Callable<T> body) throws Exception {
        return at(new Whereabouts(this, true), body);
    }

    private static <T extends @Nullable Object> T at(Whereabouts here, Callable<T> body) throws Exception {
        Whereabouts before = CURRENT.get();
        CURRENT.set(here);
        try {
            return body.call();
        } finally {
            goBack(before);
        }
    }

    /** Runs something on the current thread as part of this. */
    void within(Runnable body) {
        Whereabouts before = CURRENT.get();
        CURRENT.set(new Whereabouts(this, false));
        try {
            body.run();
        } finally {
            goBack(before);
        }
    }

    private static void goBack(@Nullable Whereabouts before) {
        if (before == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(before);
        }
    }

    /** Runs the model loop on the current thread. Stopping the run cancels the loop's rounds. */
    <T extends @Nullable Object> T call(Callable<T> loop) throws Exception {
        executing = Thread.currentThread();
        try {
            return stop.call(() -> within(loop));
        } finally {
            executing = null;
        }
    }

    /** The work for the thread that runs the model loop. */
    HandOvers handOvers() {
        return handOvers;
    }

    /** Whether the current thread runs the model loop. A streaming model may call back on it or on others. */
    boolean isExecutedHere() {
        return Thread.currentThread().equals(executing);
    }

    // Progress.

    void started() {
        tell(new TaskEvent.TaskStarted(number, task, Instant.now()));
    }

    void tell(TaskEvent event) {
        listeners.tell(event);
    }

    /** Records that the model is about to be asked; returns the request to send. */
    ChatRequest asking(ChatRequest request) {
        stop.check();
        int asked = progress.asking(request);
        tell(new TaskEvent.ModelAsked(number, asked, Instant.now()));
        return type == null ? request : type.requestOf(request);
    }

    void streamed(String part) {
        progress.streamed(part);
        tell(new TaskEvent.TextStreamed(number, part));
    }

    /**
     * Records a response.
     *
     * @return false if the response requests a round beyond the limit
     */
    boolean received(@Nullable ChatResponse response) {
        if (response == null) {
            throw new IllegalStateException("the model gave no response");
        }
        boolean mayGoOn = progress.received(response);
        if (!mayGoOn) {
            stop.endBy(TaskEnd.ROUND_LIMIT, progress.roundLimit());
        }
        return mayGoOn;
    }

    /** Whether calls of the streaming response may start. */
    boolean mayHaveAnotherRound() {
        return progress.mayHaveAnotherRound();
    }

    void add(RoundReport report) {
        progress.add(report);
    }

    // Stopping.

    /** Ends the run early. Does not wait for that; does nothing if the run is ending already. */
    void stop(TaskEnd end, String reason) {
        stop.stop(end, reason);
    }

    boolean isStopped() {
        return stop.isStopped();
    }

    /** Asks the model on the current thread. A stop of the run interrupts the thread, but leaves no interrupt flag. */
    <T> T interruptibly(Supplier<T> question) {
        return stop.interruptibly(question);
    }

    /** A future that completes when the run must end early. */
    CompletableFuture<@Nullable Void> stopped() {
        return stop.stopped();
    }

    CancellationException stoppedException() {
        return stop.exception();
    }

    /**
     * Registers how to end the stream of the current response with an error; it replaces that of the earlier response.
     */
    void streams(Consumer<Throwable> endStream) {
        stop.streams(endStream);
    }

    /** Ends the stream of a stopped run, unless the stream is ending itself. */
    void endStream() {
        stop.endStream();
    }

    /** Waits for the run's turn; throws if the run is stopped before. */
    void awaitTurn() {
        stop.await(turn.turn());
    }

    // The end.

    /** Records that nothing needs to stop the run any more. */
    void end() {
        turn.end();
        stop.stopWatching();
    }

    /** Decides how the run ends with the text that the loop returned. */
    TaskEnd endBy(@Nullable String answer) {
        return progress.endBy(answer, type);
    }

    TaskResult ended(@Nullable String answer, TaskEnd end) {
        return progress.result(answer, end, null);
    }

    /** Returns the result of a loop that has ended with an unusable answer. */
    TaskResult failed(@Nullable String answer, Throwable error) {
        return progress.result(answer, TaskEnd.ERROR, error);
    }

    /**
     * Returns the result of a suspended run.
     *
     * @param memory the messages to keep from the memory
     */
    TaskResult suspended(SuspendedInvocation invocation, List<ChatMessage> memory) {
        return progress.suspended(invocation, task, conversation, memory);
    }

    /** Returns the result of a loop that threw. */
    TaskResult ended(Throwable thrown) {
        TaskEnd stoppedBy = stop.end();
        TaskEnd end = stoppedBy == null ? endBy(thrown) : stoppedBy;
        return progress.result(progress.partly(), end, end == TaskEnd.ERROR || end == TaskEnd.FILTERED ? thrown : null);
    }

    private TaskEnd endBy(Throwable thrown) {
        if (thrown instanceof CallLimitException limit) {
            return limit.end();
        }
        if (wasCancelled(thrown)) {
            return TaskEnd.CANCELLED;
        }
        return isFiltered(thrown) ? TaskEnd.FILTERED : TaskEnd.ERROR;
    }

    private static boolean isFiltered(Throwable thrown) {
        @Nullable Throwable cause = thrown;
        // Causes can form a circle.
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++, cause = cause.getCause()) {
            if (cause instanceof ContentFilteredException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the run was cancelled. A cancellation may end the rounds before it stops the run. A model that cancels
     * something itself has failed.
     */
    private boolean wasCancelled(Throwable thrown) {
        return Thread.currentThread().isInterrupted() || Interrupts.isInterrupt(thrown) || stop.isCancelledAround();
    }
}
