package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A thread that calls in, so that a test can interrupt it, or look at what it left running. */
final class Caller {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Thread thread;

    // Written by the thread, read after it has ended.
    private @Nullable Object returned;
    private @Nullable Throwable thrown;
    private boolean interruptFlag;

    private Caller(Callable<?> body) {
        this.thread = Thread.ofPlatform().daemon().name("caller").unstarted(() -> run(body));
    }

    static Caller of(Callable<?> body) {
        Caller caller = new Caller(body);
        caller.thread.start();
        return caller;
    }

    private void run(Callable<?> body) {
        try {
            returned = body.call();
        } catch (Throwable e) {
            thrown = e;
        }
        interruptFlag = Thread.currentThread().isInterrupted();
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Waits until the call has returned or thrown. */
    Caller join() throws InterruptedException {
        assertThat(thread.join(LIMIT)).as("the call has come back").isTrue();
        return this;
    }

    @Nullable
    Object returned() {
        return returned;
    }

    @Nullable
    Throwable thrown() {
        return thrown;
    }

    /** Whether the interrupt flag was set when the call came back. */
    boolean interruptFlag() {
        return interruptFlag;
    }
}
