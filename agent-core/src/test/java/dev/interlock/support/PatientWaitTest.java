package dev.interlock.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PatientWaitTest {

    @AfterEach
    void clearFlag() {
        var unused = Thread.interrupted();
    }

    @Test
    void an_interrupted_wait_begins_again_and_leaves_the_flag() {
        AtomicInteger waits = new AtomicInteger();
        PatientWait.on(() -> {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            if (waits.incrementAndGet() < 3) {
                throw new InterruptedException();
            }
        });
        assertThat(waits).hasValue(3);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void without_an_interrupt_the_flag_stays_clear() {
        PatientWait.on(() -> {});
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void a_thread_is_joined_though_the_flag_is_set_before() {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().daemon().start(() -> PatientWait.on(end::await));
        Thread.currentThread().interrupt();
        PatientWait.on(() -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                end.countDown();
                throw e;
            }
        });
        assertThat(thread.isAlive()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void what_a_wait_throws_passes_and_the_flag_stays_set() {
        AtomicInteger waits = new AtomicInteger();
        assertThatIllegalStateException()
                .isThrownBy(() -> PatientWait.on(() -> {
                    if (waits.getAndIncrement() == 0) {
                        throw new InterruptedException();
                    }
                    throw new IllegalStateException("closed");
                }))
                .withMessage("closed");
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }
}
