package dev.interlock.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** "No lock visible" is worth something only if one would be. */
@Timeout(60)
class ContentionTest {

    private static final class Guarded {
        private int entries;

        synchronized void enter() {
            entries++;
        }
    }

    @Test
    void thread_that_waits_for_a_monitor_is_seen() throws Exception {
        Guarded guarded = new Guarded();
        Contention contention = Contention.of(() -> {
            Thread waiting = Thread.ofPlatform().unstarted(guarded::enter);
            synchronized (guarded) {
                waiting.start();
                awaitState(waiting, Thread.State.BLOCKED);
            }
            waiting.join();
        });
        assertThat(contention.text(1_000))
                .contains("monitor of ContentionTest$Guarded in ContentionTest$Guarded.enter 1.00 (");
        assertThat(guarded.entries).isOne();
    }

    @Test
    void thread_that_waits_for_a_lock_is_seen_and_one_that_is_idle_is_not() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        Contention contention = Contention.of(() -> {
            Thread idle = Thread.ofPlatform().start(() -> LockSupport.park("work"));
            Thread waiting = Thread.ofPlatform().unstarted(() -> {
                lock.lock();
                try {
                    awaitState(idle, Thread.State.WAITING);
                } finally {
                    lock.unlock();
                }
            });
            lock.lock();
            try {
                waiting.start();
                awaitState(waiting, Thread.State.WAITING);
            } finally {
                lock.unlock();
            }
            waiting.join();
            LockSupport.unpark(idle);
            idle.join();
        });
        assertThat(contention.text(1_000))
                .contains("lock ReentrantLock$NonfairSync")
                .doesNotContain("String");
    }

    private static void awaitState(Thread thread, Thread.State state) {
        while (thread.getState() != state) {
            Thread.onSpinWait();
        }
    }
}
