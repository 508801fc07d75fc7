package dev.interlock.execution;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives calls their threads: one each, virtual by default, named after round, place and tool. */
final class CallStarter {

    private static final Logger log = LoggerFactory.getLogger(CallStarter.class);
    private static final long JOIN_MILLIS = 1_000;

    private final Round round;
    private final Consumer<CallTask> body;
    private final @Nullable ThreadFactory factory;
    private final @Nullable Executor carrier;

    CallStarter(Round round, Consumer<CallTask> body) {
        this.round = round;
        this.body = body;
        this.factory = round.settings.threadFactory();
        this.carrier = round.settings.carrier();
    }

    /** Throws whatever a thread factory throws, or an error if there are no threads to be had. */
    void start(CallTask task) {
        if (carrier != null && !task.ownThread) {
            try {
                carrier.execute(() -> runOnCarrier(task));
                return;
            } catch (RejectedExecutionException e) {
                log.warn(
                        "The executor rejected {}, which gets a thread of its own: {}",
                        task.toolInQuotes(),
                        e.getMessage());
            }
        }
        Thread thread = factory == null || carrier != null
                ? Thread.ofVirtual().inheritInheritableThreadLocals(false).unstarted(() -> body.accept(task))
                : factory.newThread(() -> body.accept(task));
        if (thread == null) {
            throw new IllegalStateException("the thread factory gave no thread for " + task.toolInQuotes());
        }
        thread.setName(name(round, task));
        task.launched = thread;
        thread.start();
    }

    /** A pool's thread goes on after the call: it gets its name back, and no interrupt that was meant for the call. */
    private void runOnCarrier(CallTask task) {
        Thread thread = Thread.currentThread();
        String name = thread.getName();
        thread.setName(name(round, task));
        try {
            body.accept(task);
        } finally {
            thread.setName(name);
            if (task.interruptedByRound) {
                Thread.interrupted();
            }
        }
    }

    static String name(Round round, CallTask task) {
        return "interlock-" + round.number() + "-" + (task.index + 1) + "-"
                + task.binding().name();
    }

    /**
     * Waits for a thread that has nothing left to do but end.
     *
     * @return false if it has not ended: it never got a processor, since tools spin on all of them
     */
    boolean join(Thread thread) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    thread.join(JOIN_MILLIS);
                    return !thread.isAlive();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                round.noteInterrupt();
            }
        }
    }
}
