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

    /** What ids of memories of tasks that belong to no conversation begin with, and no user's do. */
    private static final String ALONE = "interlock-task-" + UUID.randomUUID() + "-";

    private static final ThreadLocal<@Nullable Whereabouts> CURRENT = new ThreadLocal<>();

    /**
     * Where a thread is.
     *
     * @param run the run it works for
     * @param inTool whether in a tool: what is executed there is no part of the run
     */
    private record Whereabouts(TaskRun run, boolean inTool) {}

    private final long number = NUMBERS.incrementAndGet();
    private final String task;
    private final @Nullable Object conversation;
    private final @Nullable AnswerType<?> type;

    /** What the run goes on with; null if it begins. */
    private final @Nullable ResumedTask resumed;

    /** Whether the model is asked on another thread, for which the run need not wait. */
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

    /** Null if it belongs to none. */
    @Nullable
    Object conversation() {
        return conversation;
    }

    /** What the run goes on with; null if it begins. */
    @Nullable
    ResumedTask resumed() {
        return resumed;
    }

    /** What its memory begins with, if it is new. */
    List<ChatMessage> memoryBefore() {
        return resumed == null ? List.of() : resumed.memory();
    }

    /** Of a task without a conversation it is a string, since tools may have it told. */
    Object memoryId() {
        return conversation == null ? ALONE + number : conversation;
    }

    /** Whether a memory is that of a task without a conversation. */
    static boolean isAlone(Object memoryId) {
        return memoryId instanceof String id && id.startsWith(ALONE);
    }

    boolean asksElsewhere() {
        return asksElsewhere;
    }

    /** Of the thread that asked for the run. */
    CapturedContext context() {
        return context;
    }

    TaskTurn turn() {
        return turn;
    }

    // Threads.

    /** The run that the current thread works for; null in a tool, and for threads that work for none. */
    static @Nullable TaskRun current() {
        Whereabouts here = CURRENT.get();
        return here == null || here.inTool() ? null : here.run();
    }

    /** Runs something on the current thread as part of this. */
    <T extends @Nullable Object> T within(Callable<T> body) throws Exception {
        return at(new Whereabouts(this, false), body);
    }

    /** Runs a tool on the current thread. */
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

    /** Runs the model loop on the current thread; stopping the run cancels its rounds. */
    <T extends @Nullable Object> T call(Callable<T> loop) throws Exception {
        executing = Thread.currentThread();
        try {
            return stop.call(() -> within(loop));
        } finally {
            executing = null;
        }
    }

    /** What the thread that runs the model loop is to do. */
    HandOvers handOvers() {
        return handOvers;
    }

    /** Whether the current thread runs the model loop; a streaming model may call back on it, or on others. */
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

    /** The model is about to be asked; gives the request with which to ask it. */
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
     * The model has answered.
     *
     * @return false if it asks for a round that it may not have
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

    /** Whether calls of the response that is being streamed may be started. */
    boolean mayHaveAnotherRound() {
        return progress.mayHaveAnotherRound();
    }

    void add(RoundReport report) {
        progress.add(report);
    }

    // Stopping.

    /** Has the run end early. Does not wait for it; does nothing if it is ending already. */
    void stop(TaskEnd end, String reason) {
        stop.stop(end, reason);
    }

    boolean isStopped() {
        return stop.isStopped();
    }

    /** Asks the model on the current thread, which is interrupted if the run is stopped; that leaves no flag. */
    <T> T interruptibly(Supplier<T> question) {
        return stop.interruptibly(question);
    }

    /** Completed when the run is to end early. */
    CompletableFuture<@Nullable Void> stopped() {
        return stop.stopped();
    }

    CancellationException stoppedException() {
        return stop.exception();
    }

    /** The model streams a response, in place of the one before; this ends it by an error. */
    void streams(Consumer<Throwable> endStream) {
        stop.streams(endStream);
    }

    /** Ends the stream of a run that was stopped, unless it is just ending itself. */
    void endStream() {
        stop.endStream();
    }

    /** Throws if the run is stopped before it has its turn. */
    void awaitTurn() {
        stop.await(turn.turn());
    }

    // The end.

    /** Nothing needs to stop it any more. */
    void end() {
        turn.end();
        stop.stopWatching();
    }

    /** The loop gave an answer, if it is one. */
    TaskEnd endBy(@Nullable String answer) {
        return progress.endBy(answer, type);
    }

    TaskResult ended(@Nullable String answer, TaskEnd end) {
        return progress.result(answer, end, null);
    }

    /** The loop has ended, but what it gave is not what was asked for. */
    TaskResult failed(@Nullable String answer, Throwable error) {
        return progress.result(answer, TaskEnd.ERROR, error);
    }

    /**
     * The loop has left a round that is suspended.
     *
     * @param memory what is to be kept of the memory
     */
    TaskResult suspended(SuspendedInvocation invocation, List<ChatMessage> memory) {
        return progress.suspended(invocation, task, conversation, memory);
    }

    /** The loop threw. */
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
        // Causes can go round in circles.
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++, cause = cause.getCause()) {
            if (cause instanceof ContentFilteredException) {
                return true;
            }
        }
        return false;
    }

    /** A cancellation may end the rounds before it stops the run. What a model cancels of its own is its failure. */
    private boolean wasCancelled(Throwable thrown) {
        return Thread.currentThread().isInterrupted() || Interrupts.isInterrupt(thrown) || stop.isCancelledAround();
    }
}
