package dev.interlock.benchmarks.faults;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Executors that a user might pass: a small pool, the calling thread itself, or one that sometimes rejects a task.
 * Thread-safe.
 */
final class CallExecutors {

    private final ExecutorService pool;
    private final Set<Thread> poolThreads = ConcurrentHashMap.newKeySet();
    private final AtomicLong given = new AtomicLong();

    CallExecutors(int threads) {
        this.pool = Executors.newFixedThreadPool(threads, body -> {
            Thread thread = Thread.ofPlatform().daemon().unstarted(body);
            poolThreads.add(thread);
            return thread;
        });
    }

    Executor next() {
        return switch ((int) (given.getAndIncrement() % 4)) {
            case 0, 1 -> pool;
            case 2 -> Runnable::run;
            default ->
                body -> {
                    if (given.getAndIncrement() % 3 == 0) {
                        throw new RejectedExecutionException("not now");
                    }
                    pool.execute(body);
                };
        };
    }

    /** Whether the body ran on a thread that the engine made for it. */
    boolean hadOwnThread(BodyRun run) {
        return !run.onCaller() && !poolThreads.contains(run.thread);
    }

    void shutDown() {
        pool.shutdownNow();
    }
}
