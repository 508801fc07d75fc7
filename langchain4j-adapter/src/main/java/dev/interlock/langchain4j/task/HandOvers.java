package dev.interlock.langchain4j.task;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** Hands work to the thread that executes a run, while that thread waits. Thread-safe. */
final class HandOvers {

    private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();

    /** Gives the executing thread something to do. The thread never does it if it no longer waits. */
    void add(Runnable part) {
        work.add(part);
    }

    /** Works on the executing thread until {@code end} completes. The work must not throw. */
    void workUntil(CompletableFuture<?> end) throws InterruptedException {
        var unused = end.whenComplete((value, thrown) -> work.add(() -> {}));
        while (!end.isDone()) {
            work.take().run();
        }
    }
}
