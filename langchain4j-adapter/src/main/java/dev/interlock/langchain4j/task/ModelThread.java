package dev.interlock.langchain4j.task;

import dev.interlock.langchain4j.loop.LoopCancelled;
import dev.interlock.langchain4j.loop.LoopExit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a model on a thread of its own, for tasks that may have to end while the model hangs: not every client reacts to
 * an interrupt.
 */
final class ModelThread {

    private static final Logger log = LoggerFactory.getLogger(ModelThread.class);

    private static final Duration GRACE = Duration.ofMillis(250);

    private ModelThread() {}

    /** Asks the model, and waits until it has answered or the run must end. */
    static <T> T ask(TaskRun run, Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread thread = start(run, () -> answer.complete(question.get()), answer::completeExceptionally);
        try {
            CompletableFuture.anyOf(answer, run.stopped()).get();
            if (!answer.isDone()) {
                throw run.stoppedException();
            }
            return answer.get();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LoopCancelled.byInterrupt();
        } finally {
            if (!answer.isDone()) {
                end(run, thread);
            }
        }
    }

    /**
     * Starts a thread for the model that the task need not wait for. The thread belongs to the run, so a model that
     * executes tasks itself is recognised.
     *
     * @param failed gets the exception of the model, or of a context propagator, on that thread
     */
    static Thread start(TaskRun run, Runnable question, Consumer<Throwable> failed) {
        return start("interlock-task-" + run.number() + "-model", () -> {
            try {
                run.context().call(() -> run.within(Executors.callable(question)));
            } catch (Throwable e) {
                failed.accept(e);
            }
        });
    }

    /** Starts a virtual thread that inherits no thread-locals, but finds classes where the current one does. */
    static Thread start(String name, Runnable body) {
        Thread thread = Thread.ofVirtual()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.start();
        return thread;
    }

    static RuntimeException unwrapped(ExecutionException thrown) {
        Throwable cause = thrown.getCause();
        return new LoopExit(cause == null ? thrown : cause).unwrap();
    }

    private static void end(TaskRun run, Thread thread) {
        thread.interrupt();
        boolean flag = Thread.interrupted();
        try {
            if (!thread.join(GRACE)) {
                log.warn("Task {} goes on without its model, which has ignored an interrupt", run.number());
            }
        } catch (InterruptedException e) {
            flag = true;
        } finally {
            if (flag) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
