package dev.interlock.execution;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches rounds that run brief calls on their owner. If a call turns out not to be brief, it dispatches the rest of
 * the round. It is a daemon platform thread, since spinning tools can occupy every carrier of virtual threads. It
 * sleeps while there is nothing to watch, so adding a run costs a map entry and no wake-up.
 *
 * <p>Invariant: the watch only makes rounds faster. If its thread cannot be started, a round goes on unwatched, one
 * call after another, and the next round tries again. Nothing that happens to one round ends the watch for the others.
 *
 * <p>Thread-safe.
 */
final class OwnerWatch {

    /**
     * A round that runs brief calls on its owner. The watch calls it back when it may want a rescuer.
     */
    interface Watched {

        /**
         * Hands the other calls to a rescuer if the call that the owner runs has taken longer than this. The watch
         * calls it.
         */
        void rescueIfRunningFor(long nanos);

        /** The number of the round. */
        long number();
    }

    static final OwnerWatch SHARED = new OwnerWatch(OwnerWatch::start);

    private static final Logger log = LoggerFactory.getLogger(OwnerWatch.class);
    private static final long TICK_NANOS = 1_000_000;
    private static final int IDLE_TICKS = 1_000;

    private final Set<Watched> runs = ConcurrentHashMap.newKeySet();
    private volatile boolean asleep = true;

    private final Function<Runnable, Thread> starter;

    /** Started when it is first needed; guarded by this. */
    private @Nullable Thread thread;

    /**
     * Makes a watch that runs no thread yet.
     *
     * @param starter starts a thread that does the task, and returns it
     */
    OwnerWatch(Function<Runnable, Thread> starter) {
        this.starter = starter;
    }

    private static Thread start(Runnable task) {
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("interlock-brief-watch")
                .inheritInheritableThreadLocals(false)
                .unstarted(task);
        thread.setContextClassLoader(null);
        thread.start();
        return thread;
    }

    void add(Watched run) {
        try {
            runs.add(run);
            if (asleep) {
                wake();
            }
        } catch (Throwable e) {
            quietly(() ->
                    log.warn("No thread could watch round {}, so its calls run one after another", run.number(), e));
        }
    }

    private void wake() {
        Thread started = started();
        asleep = false;
        LockSupport.unpark(started);
    }

    private synchronized Thread started() {
        Thread known = thread;
        if (known == null) {
            known = starter.apply(this::watch);
            thread = known;
        }
        return known;
    }

    void remove(Watched run) {
        runs.remove(run);
    }

    private static void rescue(Watched run) {
        try {
            run.rescueIfRunningFor(TICK_NANOS);
        } catch (Throwable e) {
            quietly(() -> log.warn(
                    "No thread could take over the rest of round {} from its owner, so its calls run one after"
                            + " another",
                    run.number(),
                    e));
        }
    }

    /** A logger may fail, such as for the lack of memory that it is to tell of. */
    private static void quietly(Runnable warning) {
        try {
            warning.run();
        } catch (Throwable e) {
            // The round goes on all the same, and so does the watch.
        }
    }

    private void watch() {
        int idle = 0;
        while (true) {
            LockSupport.parkNanos(this, TICK_NANOS);
            if (!runs.isEmpty()) {
                idle = 0;
                rescueAll();
            } else if (++idle > IDLE_TICKS) {
                idle = 0;
                asleep = true;
                // A thread that adds a round after this sees that the watch sleeps. The watch sees rounds added before.
                while (asleep && runs.isEmpty()) {
                    LockSupport.park(this);
                }
                asleep = false;
            }
        }
    }

    private void rescueAll() {
        try {
            runs.forEach(OwnerWatch::rescue);
        } catch (Throwable e) {
            // Such as lack of memory. The watch looks again in a moment.
        }
    }
}
