package dev.interlock.langchain4j;

import dev.interlock.event.RoundReport;
import dev.interlock.execution.Cancellation;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution of a task: what came of it so far, and the means to stop it. Thread-safe.
 *
 * <p>The thread that executes it, and a streaming model's threads while they call back, know it as {@link #current()}:
 * so it is told apart from others of the same agent.
 */
final class TaskRun {

    private static final Logger log = LoggerFactory.getLogger(TaskRun.class);

    private static final int MAX_CAUSES = 100;

    private static final AtomicLong NUMBERS = new AtomicLong();

    /** What ids of memories of tasks that belong to no conversation begin with, and no user's do. */
    private static final String ALONE = "interlock-task-" + UUID.randomUUID() + "-";

    private static final ThreadLocal<@Nullable Place> CURRENT = new ThreadLocal<>();

    /**
     * Where a thread is.
     *
     * @param run the run it works for
     * @param inTool whether in a tool: what is executed there is no part of the run
     */
    private record Place(TaskRun run, boolean inTool) {}

    private final long number = NUMBERS.incrementAndGet();
    private final TaskSettings settings;
    private final String task;
    private final @Nullable Object conversation;
    private final @Nullable AnswerType<?> type;

    /** Whether the model is asked on another thread, for which the run need not wait. */
    private final boolean asksElsewhere;

    /** The run whose tool asked for this one. */
    private final @Nullable TaskRun outer;

    private final CapturedThread context;

    private final long startNanos = System.nanoTime();
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();

    /** Of the cancellations of the user's that the thread which asked for the run runs within; null if there are none. */
    private final Cancellation.@Nullable Watch around;

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    // Written before others know of the run.
    private CompletableFuture<?> turn = CompletableFuture.completedFuture(null);
    private CompletableFuture<?> over = ended;

    /** That which has the turn before this, until it is over. */
    private volatile @Nullable TaskRun before;

    /** Those that tools of this asked for, until they have ended. */
    private final Set<TaskRun> inner = ConcurrentHashMap.newKeySet();

    /** The thread that runs the model loop, while it does. */
    private volatile @Nullable Thread executing;

    private final Object lock = new Object();

    // Guarded by lock.
    private final List<RoundReport> rounds = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private TokenUsage usage = new TokenUsage();
    private int requests;
    private int roundsAsked;
    private List<ToolSpecification> offered = List.of();
    private @Nullable FinishReason finishReason;
    private boolean asksForCalls;
    private @Nullable TaskEnd stop;
    private @Nullable String why;
    private @Nullable TaskStream stream;
    private @Nullable Thread asking;

    TaskRun(
            TaskSettings settings,
            String task,
            @Nullable Object conversation,
            @Nullable AnswerType<?> type,
            boolean isAsync) {
        this.settings = settings;
        this.task = task;
        this.conversation = conversation;
        this.type = type;
        Place place = CURRENT.get();
        this.outer = place == null ? null : place.run();
        this.context = CapturedThread.capture(settings.propagators());
        this.around = Cancellation.watch(why -> stop(TaskEnd.CANCELLED, why));
        this.asksElsewhere = isAsync || settings.timeout() != null || around != null;
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

    @Nullable
    TaskRun outer() {
        return outer;
    }

    /** Of the thread that asked for the run. */
    CapturedThread context() {
        return context;
    }

    /** The run that the current thread works for; null in a tool, and for threads that work for none. */
    static @Nullable TaskRun current() {
        Place place = CURRENT.get();
        return place == null || place.inTool() ? null : place.run();
    }

    /** Runs something on the current thread as part of this. */
    <T extends @Nullable Object> T within(Callable<T> body) throws Exception {
        return at(new Place(this, false), body);
    }

    /** Runs a tool on the current thread. */
    <T extends @Nullable Object> T inTool(Callable<T> body) throws Exception {
        return at(new Place(this, true), body);
    }

    private static <T extends @Nullable Object> T at(Place place, Callable<T> body) throws Exception {
        Place before = CURRENT.get();
        CURRENT.set(place);
        try {
            return body.call();
        } finally {
            goBack(before);
        }
    }

    /** Runs something on the current thread as part of this. */
    void within(Runnable body) {
        Place before = CURRENT.get();
        CURRENT.set(new Place(this, false));
        try {
            body.run();
        } finally {
            goBack(before);
        }
    }

    private static void goBack(@Nullable Place before) {
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
            return cancellation.call(() -> within(loop));
        } finally {
            executing = null;
        }
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
        for (TaskListener listener : settings.listeners()) {
            try {
                listener.onEvent(event);
            } catch (Throwable e) {
                log.warn("A listener failed on {}", event.getClass().getSimpleName(), e);
            }
        }
    }

    /** The model is about to be asked; gives the request with which to ask it. */
    ChatRequest asking(ChatRequest request) {
        int asked;
        synchronized (lock) {
            if (stop != null) {
                throw stopped(why);
            }
            asked = ++requests;
            text.setLength(0);
            offered = request.toolSpecifications() == null ? List.of() : request.toolSpecifications();
        }
        tell(new TaskEvent.ModelAsked(number, asked, Instant.now()));
        return type == null ? request : type.requestOf(request);
    }

    void streamed(String part) {
        synchronized (lock) {
            text.append(part);
        }
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
        synchronized (lock) {
            usage = TokenUsage.sum(usage, response.tokenUsage());
            finishReason = response.finishReason();
            asksForCalls = response.aiMessage().hasToolExecutionRequests();
            if (!response.aiMessage().hasToolExecutionRequests()) {
                return true;
            }
            if (roundsAsked < settings.maxRounds()) {
                roundsAsked++;
                return true;
            }
            if (stop == null) {
                stop = TaskEnd.ROUND_LIMIT;
                why = "the task may have " + settings.maxRounds() + " rounds, and the model asked for another";
            }
            return false;
        }
    }

    /** Whether calls of the response that is being streamed may be started. */
    boolean mayHaveAnotherRound() {
        synchronized (lock) {
            return roundsAsked < settings.maxRounds();
        }
    }

    void add(RoundReport report) {
        synchronized (lock) {
            rounds.add(report);
        }
    }

    // Stopping.

    /** Has the run end early. Does not wait for it; does nothing if it is ending already. */
    void stop(TaskEnd end, String reason) {
        synchronized (lock) {
            if (stop != null) {
                return;
            }
            stop = end;
            why = reason;
            if (asking != null) {
                asking.interrupt();
            }
        }
        cancellation.cancel(reason);
        stopped.complete(null);
    }

    boolean isStopped() {
        synchronized (lock) {
            return stop != null;
        }
    }

    /** Asks the model on the current thread, which is interrupted if the run is stopped; that leaves no flag. */
    <T> T interruptibly(Supplier<T> question) {
        synchronized (lock) {
            if (stop != null) {
                throw stopped(why);
            }
            asking = Thread.currentThread();
        }
        try {
            return question.get();
        } finally {
            synchronized (lock) {
                asking = null;
                if (stop != null) {
                    Thread.interrupted();
                }
            }
        }
    }

    /** Completed when the run is to end early. */
    CompletableFuture<@Nullable Void> stopped() {
        return stopped;
    }

    CancellationException stoppedException() {
        synchronized (lock) {
            return stopped(why);
        }
    }

    private static CancellationException stopped(@Nullable String why) {
        return ToolLoop.cancelled(why == null ? "the task was stopped" : why);
    }

    /** The model streams a response, in place of the one before. */
    void streams(TaskStream next) {
        synchronized (lock) {
            stream = next;
        }
        if (stopped.isDone()) {
            next.end(stoppedException());
        }
    }

    /** Ends the stream of a run that was stopped, unless it is just ending itself. */
    void endStream() {
        TaskStream last;
        synchronized (lock) {
            last = stream;
        }
        if (last != null) {
            last.end(stoppedException());
        }
    }

    // Turns.

    /** Has this wait until all that came before in its conversation is over. To be told before it is executed. */
    void comesAfter(@Nullable TaskRun previous, CompletableFuture<?> previousOver) {
        before = previous;
        turn = previousOver;
        over = CompletableFuture.allOf(turn, ended);
        var unused = turn.whenComplete((nothing, never) -> before = null);
    }

    Set<TaskRun> inner() {
        return inner;
    }

    /** Those that have to end before this can: the one before it, and those that its tools asked for. */
    Stream<TaskRun> waitsFor() {
        return Stream.concat(Stream.ofNullable(before), inner.stream());
    }

    boolean isEnded() {
        return ended.isDone();
    }

    /** Throws if the run is stopped before. */
    void awaitTurn() {
        try {
            CompletableFuture.anyOf(turn, stopped).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ToolLoop.interrupted();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
        if (isStopped()) {
            throw stoppedException();
        }
    }

    // The end.

    /** Completed when the run, and all before it in its conversation, are over. */
    CompletableFuture<?> over() {
        return over;
    }

    /** Nobody needs to stop it any more. */
    void end() {
        ended.complete(null);
        if (around != null) {
            around.close();
        }
    }

    /** The loop gave an answer, if it is one; a tool's, where the model's last response asks for calls. */
    TaskEnd endBy(@Nullable String answer) {
        List<ToolSpecification> tools;
        FinishReason reason;
        synchronized (lock) {
            if (asksForCalls) {
                return TaskEnd.ANSWER;
            }
            tools = offered;
            reason = finishReason;
        }
        return FinalAnswer.end(answer, reason, tools, type);
    }

    TaskResult ended(@Nullable String answer, TaskEnd end) {
        return result(answer, end, null);
    }

    /** The loop threw. */
    TaskResult ended(Throwable thrown) {
        TaskEnd end;
        String partly;
        synchronized (lock) {
            end = stop;
            partly = text.isEmpty() ? null : text.toString();
        }
        if (end == null) {
            end = endBy(thrown);
        }
        return result(partly, end, end == TaskEnd.ERROR || end == TaskEnd.FILTERED ? thrown : null);
    }

    private TaskEnd endBy(Throwable thrown) {
        if (thrown instanceof CallLimitException limit) {
            return limit.end();
        }
        if (wasCancelled(thrown)) {
            return TaskEnd.CANCELLED;
        }
        return isCausedBy(ContentFilteredException.class, thrown) ? TaskEnd.FILTERED : TaskEnd.ERROR;
    }

    /** The loop has ended, but what it gave is not what was asked for. */
    TaskResult failed(@Nullable String answer, Throwable error) {
        return result(answer, TaskEnd.ERROR, error);
    }

    /** A cancellation may end the rounds before it stops the run. What a model cancels of its own is its failure. */
    private boolean wasCancelled(Throwable thrown) {
        return Thread.currentThread().isInterrupted()
                || isInterrupt(thrown)
                || (around != null && around.reason() != null);
    }

    static boolean isInterrupt(Throwable thrown) {
        return isCausedBy(InterruptedException.class, thrown);
    }

    private static boolean isCausedBy(Class<? extends Exception> type, Throwable thrown) {
        @Nullable Throwable cause = thrown;
        // Causes can go round in circles.
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++, cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private TaskResult result(@Nullable String answer, TaskEnd end, @Nullable Throwable error) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        synchronized (lock) {
            return new TaskResult(answer, end, error, rounds, requests, usage, elapsed, finishReason);
        }
    }
}
