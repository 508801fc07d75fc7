package dev.interlock.execution;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at rounds that run brief calls on their owner, and has the rest of a round dispatched where a call turns out not
 * to be brief. A daemon platform thread, since tools that spin can occupy every carrier of virtual threads; it sleeps
 * while there is nothing to watch, so that adding a run costs a map entry and no wake-up.
 */
final class BriefWatch {

    static final BriefWatch SHARED = new BriefWatch();

    private static final Logger log = LoggerFactory.getLogger(BriefWatch.class);
    private static final long TICK_NANOS = 1_000_000;
    private static final int IDLE_TICKS = 1_000;

    private final Set<InlineRun> runs = ConcurrentHashMap.newKeySet();
    private volatile boolean asleep = true;

    // Started on first use; guarded by this.
    private @Nullable Thread thread;

    private BriefWatch() {}

    void add(InlineRun run) {
        runs.add(run);
        if (asleep) {
            wake();
        }
    }

    void remove(InlineRun run) {
        runs.remove(run);
    }

    private synchronized void wake() {
        if (thread == null) {
            thread = Thread.ofPlatform()
                    .daemon()
                    .name("interlock-brief-watch")
                    .inheritInheritableThreadLocals(false)
                    .unstarted(this::watch);
            thread.setContextClassLoader(null);
            thread.start();
        }
        asleep = false;
        LockSupport.unpark(thread);
    }

    private static void rescue(InlineRun run) {
        try {
            run.rescueIfRunningFor(TICK_NANOS);
        } catch (Throwable e) {
            log.warn(
                    "Could not rescue round {}, its calls run one after another",
                    run.round().number(),
                    e);
        }
    }

    private void watch() {
        int idle = 0;
        while (true) {
            LockSupport.parkNanos(this, TICK_NANOS);
            if (!runs.isEmpty()) {
                idle = 0;
                runs.forEach(BriefWatch::rescue);
            } else if (++idle > IDLE_TICKS) {
                idle = 0;
                asleep = true;
                // Whoever adds a round from here on sees that this sleeps; whoever added one before is seen here.
                while (asleep && runs.isEmpty()) {
                    LockSupport.park(this);
                }
                asleep = false;
            }
        }
    }
}
