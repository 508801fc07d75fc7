package dev.interlock.langchain4j;

import dev.interlock.execution.Cancellation;
import dev.interlock.execution.CapturedContext;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what the responses of one asynchronous invocation share. Its rounds run on virtual threads, since the caller's
 * thread has gone on and the model's must not wait. Thread-safe.
 */
final class AsyncInvocation {

    private static final Logger log = LoggerFactory.getLogger(AsyncInvocation.class);

    private final Cancellation cancellation = new Cancellation();
    private final CapturedContext context;
    private final @Nullable Turnstile turnstile;
    private final Executor threads;

    /** Begins an invocation on the caller's thread, and captures its context. */
    AsyncInvocation(Supplier<CapturedContext> capture, @Nullable Turnstile turnstile) {
        this(capture, turnstile, virtualThreads(Thread.currentThread().getContextClassLoader()));
    }

    /**
     * Begins an invocation.
     *
     * @param threads runs each task on a thread that may block
     */
    AsyncInvocation(Supplier<CapturedContext> capture, @Nullable Turnstile turnstile, Executor threads) {
        AtomicReference<@Nullable CapturedContext> captured = new AtomicReference<>();
        cancellation.run(() -> captured.set(capture.get()));
        this.context = Objects.requireNonNull(captured.get());
        this.turnstile = turnstile;
        this.threads = threads;
    }

    /** The context for its rounds, which are cancelled with it. */
    CapturedContext context() {
        return context;
    }

    /** The turnstile that lets hooks and handlers pass one at a time; null if they may overlap. */
    @Nullable
    Turnstile turnstile() {
        return turnstile;
    }

    /** Cancels the invocation: no further call starts, and running calls are interrupted. Does not wait. */
    void cancel(String why) {
        cancellation.cancel(why);
    }

    /** Why the user cancelled the invocation through its future or stream; null if the user did not. */
    @Nullable
    String cancelledByUser() {
        return cancellation.reason();
    }

    /** Why it was cancelled, by the user or by a cancellation around it; null if it was not. */
    @Nullable
    String cancelled() {
        return context.cancelled();
    }

    /** Runs each task on a virtual thread that inherits no thread-locals, but finds classes where the caller did. */
    Executor threads() {
        return threads;
    }

    /**
     * Runs something that must happen. It may block, so it gets a thread of its own, or this one if no thread is
     * available. Tools never run this way.
     */
    void mustDo(Runnable task) {
        Once once = new Once(task);
        try {
            threads.execute(once);
        } catch (Throwable e) {
            log.warn(
                    "No thread could be started to end an invocation, so thread {} ends it and may" + " block",
                    Thread.currentThread(),
                    e);
            once.run();
        }
    }

    /** An executor may throw although it has taken the task. */
    private record Once(Runnable task, AtomicBoolean begun) implements Runnable {
        Once(Runnable task) {
            this(task, new AtomicBoolean());
        }

        @Override
        public void run() {
            if (!begun.getAndSet(true)) {
                task.run();
            }
        }
    }

    private static Executor virtualThreads(@Nullable ClassLoader classes) {
        return body -> {
            Thread thread = Thread.ofVirtual()
                    .name("interlock-async-round")
                    .inheritInheritableThreadLocals(false)
                    .unstarted(body);
            thread.setContextClassLoader(classes);
            thread.start();
        };
    }
}
