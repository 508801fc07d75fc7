package dev.interlock.durable.journal;

import dev.interlock.support.PatientWait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs a file some time after a write; without writes, it waits.
 *
 * <p>No wake-up is lost. A writer sets the flag before it checks whether the thread waits, and the thread announces
 * that it waits before it checks the flag.
 */
final class SyncThread {

    private static final Logger log = LoggerFactory.getLogger(SyncThread.class);

    private final Path path;
    private final long intervalNanos;
    private final Runnable sync;
    private final Thread thread;

    private volatile boolean dirty;
    private volatile boolean waits;
    private volatile boolean stopped;

    SyncThread(Path path, Duration interval, Runnable sync) {
        this.path = path;
        this.intervalNanos = interval.toNanos();
        this.sync = sync;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("interlock-journal-sync")
                .inheritInheritableThreadLocals(false)
                .start(this::run);
    }

    /** Tells the thread that something was written. */
    void wake() {
        if (!dirty) {
            dirty = true;
        }
        if (waits) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!stopped) {
            waits = true;
            while (!dirty && !stopped) {
                LockSupport.park(this);
            }
            waits = false;
            long end = System.nanoTime() + intervalNanos;
            for (long left = intervalNanos; left > 0 && !stopped; left = end - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
            dirty = false;
            syncOnce();
        }
    }

    private void syncOnce() {
        try {
            sync.run();
        } catch (JournalException e) {
            log.warn("Journal {} could not be synced: calls will not start", path, e);
        }
    }

    /** Stops the thread; the caller must sync the rest. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        PatientWait.on(thread::join);
    }
}
