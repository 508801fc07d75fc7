package dev.interlock.execution;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches rounds that run brief calls on their owner. If a call turns out not to be brief, it dispatches the rest of
 * the round. It is a daemon platform thread, since spinning tools can occupy every carrier of virtual threads. It
 * sleeps while there is nothing to watch, so adding a run costs a map entry and no wake-up.
 */
final class OwnerWatch {

    /** A round that runs brief calls on its owner. */
    interface Watched {

        /**
         * Hands the other calls to a rescuer if the call that the owner runs has taken longer than this. The watch
         * calls it.
         */
        void rescueIfRunningFor(long nanos);

        /** The number of the round. */
        long number();
    }

    static final OwnerWatch SHARED = new OwnerWatch();

    private static final Logger log = LoggerFactory.getLogger(OwnerWatch.class);
    private static final long TICK_NANOS = 1_000_000;
    private static final int IDLE_TICKS = 1_000;

    private final Set<Watched> runs = ConcurrentHashMap.newKeySet();
    private volatile boolean asleep = true;

    private OwnerWatch() {}

    /** Started on first use. */
    private static final class Started {
        private static final Thread THREAD = start();

        private static Thread start() {
            Thread thread = Thread.ofPlatform()
                    .daemon()
                    .name("interlock-brief-watch")
                    .inheritInheritableThreadLocals(false)
                    .unstarted(SHARED::watch);
            thread.setContextClassLoader(null);
            thread.start();
            return thread;
        }
    }

    void add(Watched run) {
        runs.add(run);
        if (asleep) {
            Thread thread = Started.THREAD;
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    void remove(Watched run) {
        runs.remove(run);
    }

    private static void rescue(Watched run) {
        try {
            run.rescueIfRunningFor(TICK_NANOS);
        } catch (Throwable e) {
            log.warn(
                    "No thread could take over the rest of round {} from its owner, so its calls run one after"
                            + " another",
                    run.number(),
                    e);
        }
    }

    private void watch() {
        int idle = 0;
        while (true) {
            LockSupport.parkNanos(this, TICK_NANOS);
            if (!runs.isEmpty()) {
                idle = 0;
                runs.forEach(OwnerWatch::rescue);
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
}
