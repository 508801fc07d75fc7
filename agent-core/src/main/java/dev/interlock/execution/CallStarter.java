package dev.interlock.execution;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives calls their threads: one each, virtual by default, named after round, place and tool. */
final class CallStarter {

    private static final Logger log = LoggerFactory.getLogger(CallStarter.class);
    private static final int SPINS = 200;
    private static final long JOIN_MILLIS = 100;
    private static final long JOIN_NANOS = 1_000_000_000;

    private final Round round;
    private final Consumer<CallTask> body;
    private final BiPredicate<CallTask, Thread> mayLaunch;
    private final @Nullable ThreadFactory factory;
    private final @Nullable Executor callExecutor;

    /**
     * Makes a starter.
     *
     * @param body runs a call on the current thread
     * @param mayLaunch notes the thread that is about to be started, unless the call has been settled
     */
    CallStarter(Round round, Consumer<CallTask> body, BiPredicate<CallTask, Thread> mayLaunch) {
        this.round = round;
        this.body = body;
        this.mayLaunch = mayLaunch;
        this.factory = round.settings.threadFactory();
        this.callExecutor = round.callExecutor();
    }

    /** Throws whatever a thread factory throws, or an error if there are no threads to be had. */
    void start(CallTask task) {
        if (callExecutor != null && !task.ownThread) {
            try {
                Handover handover = new Handover(Thread.currentThread());
                callExecutor.execute(() -> runOnExecutor(task, handover));
                handover.over = true;
                return;
            } catch (RejectedExecutionException e) {
                log.warn(
                        "The executor rejected {}, which gets a thread of its own: {}",
                        task.toolInQuotes(),
                        e.getMessage());
            }
        }
        Thread thread =
                factory == null || callExecutor != null ? newThread(task) : factory.newThread(() -> body.accept(task));
        if (thread == null) {
            throw new IllegalStateException("the thread factory gave no thread for " + task.toolInQuotes());
        }
        thread.setName(name(round, task));
        if (mayLaunch.test(task, thread)) {
            launch(task, thread);
        }
    }

    /** It inherits nothing from the thread that happens to start it; classes it finds where the caller does. */
    private Thread newThread(CallTask task) {
        Thread thread = Thread.ofVirtual().inheritInheritableThreadLocals(false).unstarted(() -> body.accept(task));
        thread.setContextClassLoader(round.classLoader());
        return thread;
    }

    private static void launch(CallTask task, Thread thread) {
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                task.launched = null;
            }
        }
    }

    /** A pool's thread goes on after the call: it gets its name back, and no interrupt that was meant for the call. */
    private void runOnExecutor(CallTask task, Handover handover) {
        Thread thread = Thread.currentThread();
        if (!handover.over && thread.equals(handover.giver)) {
            // An executor that runs what it is given on the thread that gives it, which has other things to do.
            task.ownThread = true;
            start(task);
            return;
        }
        String name = thread.getName();
        thread.setName(name(round, task));
        try {
            body.accept(task);
        } finally {
            thread.setName(name);
            task.running.clearOwnInterrupt();
        }
    }

    /** A call being given to the user's executor. */
    private static final class Handover {
        private final Thread giver;

        /** Written by the giver, and read there; what another thread reads does not count. */
        private volatile boolean over;

        Handover(Thread giver) {
            this.giver = giver;
        }
    }

    static String name(Round round, CallTask task) {
        return "interlock-" + round.number() + "-" + (task.index + 1) + "-"
                + task.binding().name();
    }

    /** Tells it once, on the thread's name and in the log. */
    void markAbandoned(CallTask task) {
        Thread thread = task.running.thread();
        if (thread == null) {
            return;
        }
        thread.setName(name(round, task) + " (abandoned)");
        log.warn(
                "Abandoned {} (call {} of round {}, thread '{}'): it still runs {} ms after its interrupt",
                task.toolInQuotes(),
                task.index + 1,
                round.number(),
                thread.getName(),
                round.settings.grace() / 1_000_000);
    }

    /** Called by the owner when all calls have their outcomes: their threads have next to nothing left to do. */
    void joinAll(List<CallTask> tasks, int first) {
        long deadline = System.nanoTime() + JOIN_NANOS;
        boolean again = true;
        while (again) {
            again = false;
            for (int i = first; i < tasks.size(); i++) {
                CallTask task = tasks.get(i);
                Thread thread = task.launched;
                if (thread == null || task.phase == CallTask.Phase.ABANDONED || hasEnded(thread)) {
                    continue;
                }
                // A thread that is just ending may have launched another: look again.
                again = true;
                if (System.nanoTime() - deadline > 0) {
                    log.warn("Thread '{}' of round {} gets no processor to end on", thread.getName(), round.number());
                    return;
                }
                join(thread);
            }
        }
    }

    private static boolean hasEnded(Thread thread) {
        return thread.getState() == Thread.State.TERMINATED;
    }

    /** A thread that is ending needs less time to do so than the owner to be woken. */
    private void join(Thread thread) {
        for (int i = 0; i < SPINS; i++) {
            if (hasEnded(thread)) {
                return;
            }
            Thread.onSpinWait();
        }
        if (thread.getState() == Thread.State.NEW) {
            // Whoever launches it is about to start it.
            return;
        }
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            round.noteInterrupt();
        }
    }
}
