package dev.interlock.langchain4j;

import dev.interlock.execution.Cancellation;
import dev.interlock.execution.CapturedContext;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the responses of one invocation share that gives a future or a publisher. Its rounds are executed on virtual threads:
 * the thread that called the service has gone on, and the model's must not wait. Thread-safe.
 */
final class AsyncInvocation {

    private final Cancellation cancellation = new Cancellation();
    private final CapturedContext context;
    private final @Nullable Turnstile turnstile;
    private final @Nullable ClassLoader classes = Thread.currentThread().getContextClassLoader();

    /** Begins an invocation, on the thread that called the AI service, whose context is captured. */
    AsyncInvocation(Supplier<CapturedContext> capture, @Nullable Turnstile turnstile) {
        AtomicReference<@Nullable CapturedContext> captured = new AtomicReference<>();
        cancellation.run(() -> captured.set(capture.get()));
        this.context = Objects.requireNonNull(captured.get());
        this.turnstile = turnstile;
    }

    /** For its rounds, which are cancelled with it. */
    CapturedContext context() {
        return context;
    }

    /** Has hooks and handlers pass one at a time; null if they may overlap. */
    @Nullable
    Turnstile turnstile() {
        return turnstile;
    }

    /** No further call starts, those that run are interrupted. Does not wait. */
    void cancel(String why) {
        cancellation.cancel(why);
    }

    /** Why its user cancelled it, by its future or its stream; null if that was not done. */
    @Nullable
    String cancelledByUser() {
        return cancellation.reason();
    }

    /** Why it was cancelled, by its user or around it; null if it was not. */
    @Nullable
    String cancelled() {
        return context.cancelled();
    }

    /** Runs each task on a virtual thread that inherits no thread-locals, but finds classes where the caller did. */
    Executor threads() {
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
