package dev.interlock.langchain4j;

import dev.interlock.event.RoundReport;
import dev.interlock.execution.Cancellation;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
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

    private static final AtomicLong NUMBERS = new AtomicLong();

    private static final ThreadLocal<@Nullable TaskRun> CURRENT = new ThreadLocal<>();

    private final long number = NUMBERS.incrementAndGet();
    private final TaskSettings settings;
    private final String task;
    private final @Nullable AnswerType<?> type;

    /** Whether it may be stopped other than by an interrupt: then it does not wait for the model on its own thread. */
    private final boolean stoppable;

    private final CapturedThread context;

    private final long startNanos = System.nanoTime();
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();

    /** Of the cancellations of the user's that the thread which asked for the run runs within; null if there are none. */
    private final Cancellation.@Nullable Watch around;

    private final Object lock = new Object();

    // Guarded by lock.
    private final List<RoundReport> rounds = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private TokenUsage usage = new TokenUsage();
    private int requests;
    private int roundsAsked;
    private @Nullable TaskEnd stop;
    private @Nullable String why;
    private @Nullable TaskStream stream;

    TaskRun(TaskSettings settings, String task, @Nullable AnswerType<?> type, boolean isAsync) {
        this.settings = settings;
        this.task = task;
        this.type = type;
        this.context = CapturedThread.capture(settings.propagators());
        this.around = Cancellation.watch(why -> stop(TaskEnd.CANCELLED, why));
        this.stoppable = isAsync || settings.timeout() != null || around != null;
    }

    long number() {
        return number;
    }

    String task() {
        return task;
    }

    boolean isStoppable() {
        return stoppable;
    }

    /** Of the thread that asked for the run. */
    CapturedThread context() {
        return context;
    }

    static @Nullable TaskRun current() {
        return CURRENT.get();
    }

    /** Runs something on the current thread as part of a run; null for what is part of none. */
    static <T extends @Nullable Object> T within(@Nullable TaskRun run, Callable<T> body) throws Exception {
        TaskRun outer = CURRENT.get();
        set(run);
        try {
            return body.call();
        } finally {
            set(outer);
        }
    }

    static void within(TaskRun run, Runnable body) {
        TaskRun outer = CURRENT.get();
        set(run);
        try {
            body.run();
        } finally {
            set(outer);
        }
    }

    private static void set(@Nullable TaskRun run) {
        if (run == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(run);
        }
    }

    /** Runs the model loop on the current thread; stopping the run cancels its rounds. */
    <T extends @Nullable Object> T call(Callable<T> loop) throws Exception {
        return cancellation.call(() -> within(this, loop));
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
    boolean received(ChatResponse response) {
        synchronized (lock) {
            usage = TokenUsage.sum(usage, response.tokenUsage());
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
        }
        cancellation.cancel(reason);
        stopped.complete(null);
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

    // The end.

    /** Nobody needs to stop it any more. */
    void over() {
        if (around != null) {
            around.close();
        }
    }

    TaskResult answered(@Nullable String answer) {
        return result(answer, TaskEnd.ANSWER, null);
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
            end = wasCancelled(thrown) ? TaskEnd.CANCELLED : TaskEnd.ERROR;
        }
        return result(partly, end, end == TaskEnd.ERROR ? thrown : null);
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
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }

    private TaskResult result(@Nullable String answer, TaskEnd end, @Nullable Throwable error) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        synchronized (lock) {
            return new TaskResult(answer, end, error, rounds, requests, usage, elapsed);
        }
    }
}
