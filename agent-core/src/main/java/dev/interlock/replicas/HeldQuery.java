package dev.interlock.replicas;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which claims are held, as calls want to know that wait: however many ask, there is one question to the server at a
 * time, and an answer is good for some time. No thread of a call waits in a driver for it. Thread-safe.
 */
final class HeldQuery {

    /** How old an answer may be, counted from when the question was asked. */
    static final long FRESH_NANOS = 250_000_000;

    private final LimitServer server;
    private final LongSupplier clock;

    // Guarded by this.
    private @Nullable CompletableFuture<List<HeldClaim>> last;
    private long lastNanos;

    HeldQuery(LimitServer server, LongSupplier clock) {
        this.server = server;
        this.clock = clock;
    }

    /**
     * Joins a question that is on its way, however old: until it is answered another one would not be answered sooner.
     */
    CompletionStage<List<HeldClaim>> ask() {
        CompletableFuture<List<HeldClaim>> question;
        synchronized (this) {
            CompletableFuture<List<HeldClaim>> known = last;
            long now = clock.getAsLong();
            if (known != null && (!known.isDone() || now - lastNanos < FRESH_NANOS)) {
                return known.minimalCompletionStage();
            }
            question = new CompletableFuture<>();
            last = question;
            lastNanos = now;
        }
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name("interlock-replicas-held-" + server.name())
                    .start(() -> run(question));
        } catch (Throwable e) {
            // No thread can be had. The next one must not wait for this question.
            question.completeExceptionally(e);
        }
        return question.minimalCompletionStage();
    }

    private void run(CompletableFuture<List<HeldClaim>> question) {
        try {
            question.complete(List.copyOf(server.held()));
        } catch (Throwable e) {
            question.completeExceptionally(e);
        }
    }
}
