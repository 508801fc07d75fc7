package dev.interlock.langchain4j.task;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** Work for the thread that executes a run, while that thread waits, since the work must happen on it. Thread-safe. */
final class HandOvers {

    private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();

    /** Has the thread that executes the run do something; it never does if it does not wait any more. */
    void add(Runnable part) {
        work.add(part);
    }

    /** On that thread: does what comes, until something is done. What it does must not throw. */
    void workUntil(CompletableFuture<?> end) throws InterruptedException {
        var unused = end.whenComplete((value, thrown) -> work.add(() -> {}));
        while (!end.isDone()) {
            work.take().run();
        }
    }
}
