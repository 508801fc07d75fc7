package dev.interlock.langchain4j;

import java.util.concurrent.CompletableFuture;

/** The result of a run; to cancel it is to cancel the run. */
final class TaskFuture<T> extends CompletableFuture<T> {

    private final TaskRun run;

    TaskFuture(TaskRun run) {
        this.run = run;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            run.stop(TaskEnd.CANCELLED, "the task was cancelled");
        }
        return cancelled;
    }
}
