package dev.interlock.langchain4j.task;

import dev.interlock.execution.Cancellation;
import dev.interlock.execution.Interruptible;
import dev.interlock.langchain4j.TaskEnd;
import dev.interlock.langchain4j.loop.LoopCancelled;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ends a run before its answer, and stops everything that still works for the run. Thread-safe. */
final class TaskStop {

    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();

    /** Watches the user's cancellations around the thread that asked for the run; null if there are none. */
    private final Cancellation.@Nullable Watch around;

    private final Object lock = new Object();

    // Guarded by lock.
    private @Nullable TaskEnd end;
    private @Nullable String why;
    private @Nullable Consumer<Throwable> stream;
    private @Nullable Interruptible asking;

    TaskStop() {
        this.around = Cancellation.watch(reason -> stop(TaskEnd.CANCELLED, reason));
    }

    /** Whether a cancellation of the user's surrounds the run. */
    boolean isWatching() {
        return around != null;
    }

    /** Whether a cancellation of the user's around the run has been cancelled. */
    boolean isCancelledAround() {
        return around != null && around.reason() != null;
    }

    void stopWatching() {
        if (around != null) {
            around.close();
        }
    }

    /** Runs the model loop. A stop of the run cancels the loop's rounds. */
    <T extends @Nullable Object> T call(Callable<T> loop) throws Exception {
        return cancellation.call(loop);
    }

    /** Ends the run early. Does not wait for that; does nothing if the run is ending already. */
    void stop(TaskEnd by, String reason) {
        synchronized (lock) {
            if (end != null) {
                return;
            }
            end = by;
            why = reason;
            if (asking != null) {
                asking.interrupt();
            }
        }
        cancellation.cancel(reason);
        stopped.complete(null);
    }

    /** Records that the run ends by itself, with nothing in progress. */
    void endBy(TaskEnd by, String reason) {
        synchronized (lock) {
            if (end == null) {
                end = by;
                why = reason;
            }
        }
    }

    /** How the run must end; null if it was not stopped. */
    @Nullable
    TaskEnd end() {
        synchronized (lock) {
            return end;
        }
    }

    boolean isStopped() {
        return end() != null;
    }

    /** A future that completes when the run must end early. */
    CompletableFuture<@Nullable Void> stopped() {
        return stopped;
    }

    CancellationException exception() {
        String reason;
        synchronized (lock) {
            reason = why;
        }
        return LoopCancelled.because(reason == null ? "the task was stopped" : reason);
    }

    /** Throws if the run was stopped. */
    void check() {
        if (isStopped()) {
            throw exception();
        }
    }

    /** Waits for something, or throws if the run is stopped before. */
    void await(CompletableFuture<?> turn) {
        try {
            CompletableFuture.anyOf(turn, stopped).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LoopCancelled.byInterrupt();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
        check();
    }

    /** Asks the model on the current thread. A stop of the run interrupts the thread, but leaves no interrupt flag. */
    <T> T interruptibly(Supplier<T> question) {
        try (Interruptible begun = Interruptible.begin()) {
            synchronized (lock) {
                check();
                asking = begun;
            }
            try {
                return question.get();
            } finally {
                synchronized (lock) {
                    asking = null;
                }
            }
        }
    }

    /**
     * Registers the stream of the current response, in place of the earlier one.
     *
     * @param endStream ends the stream with an error
     */
    void streams(Consumer<Throwable> endStream) {
        synchronized (lock) {
            stream = endStream;
        }
        if (stopped.isDone()) {
            endStream.accept(exception());
        }
    }

    /** Ends the stream of a stopped run, unless the stream is ending itself. */
    void endStream() {
        Consumer<Throwable> last;
        synchronized (lock) {
            last = stream;
        }
        if (last != null) {
            last.accept(exception());
        }
    }
}
