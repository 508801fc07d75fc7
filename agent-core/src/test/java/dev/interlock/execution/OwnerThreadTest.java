package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnerThreadTest {

    @AfterEach
    void clearFlag() {
        Thread.interrupted();
    }

    private static OwnerThread here() {
        OwnerThread owner = new OwnerThread();
        owner.own(null);
        owner.beginCalls();
        return owner;
    }

    @Test
    void interrupt_by_a_round_within_does_not_stop_the_round() {
        OwnerThread outer = here();
        OwnerThread inner = new OwnerThread();
        inner.own(outer.level());
        inner.beginCalls();
        inner.cancel("enough");
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(outer.isToStop()).isFalse();
        inner.endCalls();
        Thread.currentThread().interrupt();
        assertThat(outer.isToStop()).isTrue();
    }

    @Test
    void thread_that_cannot_be_interrupted_does_not_keep_the_cancel_from_the_round() throws Exception {
        OwnerThread owner = new OwnerThread();
        CompletableFuture<OwnerThread> begun = new CompletableFuture<>();
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread stubborn =
                new Thread(() -> {
                    owner.own(null);
                    owner.beginCalls();
                    begun.complete(owner);
                    cancelled.join();
                    owner.endCalls();
                    owner.restoreFlag();
                    flag.complete(Thread.currentThread().isInterrupted());
                }) {
                    @Override
                    public void interrupt() {
                        throw new IllegalStateException("no");
                    }
                };
        stubborn.setDaemon(true);
        stubborn.start();
        begun.get(20, TimeUnit.SECONDS).cancel("enough");
        assertThat(owner.cancelled()).isEqualTo("enough");
        cancelled.complete(null);
        assertThat(flag.get(20, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void thread_that_does_not_become_the_owner_after_all_gets_its_flag_back() {
        OwnerThread owner = new OwnerThread();
        owner.shareFlag(null);
        Thread.currentThread().interrupt();
        owner.takeFlag();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        owner.unshareFlag();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(owner.interrupted()).isFalse();
    }
}
