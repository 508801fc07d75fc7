package dev.interlock.jdbc.journal;

import dev.interlock.durable.journal.JournalException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Work for the journal's thread, for which other threads may wait. */
abstract class Work {

    private final CompletableFuture<Boolean> done = new CompletableFuture<>();

    final void succeeded() {
        done.complete(true);
    }

    final void failed(String why, @Nullable Throwable cause) {
        done.completeExceptionally(new JournalException(why, cause));
    }

    /** Waits for the work. An interrupted thread goes on waiting, and has its interrupt flag set afterwards. */
    final void await(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        boolean flagged = false;
        try {
            while (true) {
                try {
                    done.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                    return;
                } catch (InterruptedException e) {
                    flagged = true;
                }
            }
        } catch (TimeoutException e) {
            throw new JournalException(
                    "the database of the journal did not answer within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new JournalException(String.valueOf(cause.getMessage()), cause);
        } finally {
            if (flagged) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
