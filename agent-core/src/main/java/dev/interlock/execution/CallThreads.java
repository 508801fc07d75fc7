package dev.interlock.execution;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives calls their threads: one each, virtual by default, named after round, place and tool. */
final class CallThreads {

    private static final Logger log = LoggerFactory.getLogger(CallThreads.class);
    private static final int SPINS = 200;
    private static final long JOIN_MILLIS = 100;
    private static final long JOIN_NANOS = 1_000_000_000;

    private final RoundFrame frame;
    private final BiPredicate<DrivenCall, Thread> mayLaunch;
    private final Function<DrivenCall, Runnable> runs;
    private final @Nullable ThreadFactory factory;
    private final @Nullable Executor callExecutor;

    /**
     * Creates the starter of a round's threads.
     *
     * @param mayLaunch records the thread that is about to be started, unless the call has been settled
     * @param runs makes what runs a call on its thread, the current one, if that is still wanted. The thread gets it as
     *     it is: one frame less for the tool's author to read, and for a waiting thread to keep
     */
    CallThreads(RoundFrame frame, BiPredicate<DrivenCall, Thread> mayLaunch, Function<DrivenCall, Runnable> runs) {
        this.frame = frame;
        this.mayLaunch = mayLaunch;
        this.runs = runs;
        this.factory = frame.settings().threadFactory();
        this.callExecutor = frame.callExecutor();
    }

    /** Starts a call's thread. Throws what a thread factory throws, or an error if no thread is available. */
    void start(DrivenCall call) {
        if (callExecutor != null && !call.isWithoutExecutor()) {
            try {
                Handover handover = new Handover(Thread.currentThread());
                callExecutor.execute(() -> runOnExecutor(call, handover));
                handover.over = true;
                return;
            } catch (RejectedExecutionException e) {
                log.warn(
                        "The executor rejected {}, which gets a thread of its own: {}", call.inWords(), e.getMessage());
            }
        }
        Thread thread = factory == null || callExecutor != null ? newThread(call) : factory.newThread(runs.apply(call));
        if (thread == null) {
            throw new IllegalStateException("the thread factory gave no thread for " + call.inWords());
        }
        thread.setName(name(call));
        if (mayLaunch.test(call, thread)) {
            launch(call, thread);
        }
    }

    /** Makes a thread that inherits nothing from its starter but finds classes as the caller does. */
    private Thread newThread(DrivenCall call) {
        Thread thread = Thread.ofVirtual().inheritInheritableThreadLocals(false).unstarted(runs.apply(call));
        thread.setContextClassLoader(frame.classLoader());
        return thread;
    }

    private static void launch(DrivenCall call, Thread thread) {
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                call.startedThread(null);
            }
        }
    }

    /**
     * Runs a call on the user's executor. A pool's thread lives on after the call, so it gets its name back, and no
     * interrupt meant for the call.
     */
    private void runOnExecutor(DrivenCall call, Handover handover) {
        Thread thread = Thread.currentThread();
        if (!handover.over && thread.equals(handover.giver)) {
            // This executor runs tasks on the submitting thread, which has other things to do.
            call.startWithoutExecutor();
            start(call);
            return;
        }
        String name = thread.getName();
        thread.setName(name(call));
        try {
            runs.apply(call).run();
        } finally {
            thread.setName(name);
            call.thread().clearOwnInterrupt();
        }
    }

    /** A call being given to the user's executor. */
    private static final class Handover {
        private final Thread giver;

        /** Written and read by the submitting thread; what another thread reads does not count. */
        private volatile boolean over;

        Handover(Thread giver) {
            this.giver = giver;
        }
    }

    private static String name(DrivenCall call) {
        return "interlock-" + call.round() + "-" + (call.index() + 1) + "-"
                + call.tool().name();
    }

    /** Marks an abandoned call once, in the thread's name and in the log. */
    void markAbandoned(DrivenCall call) {
        Thread thread = call.thread().thread();
        if (thread == null) {
            return;
        }
        thread.setName(name(call) + " (abandoned)");
        log.warn(
                "Abandoned {} (call {} of round {}, thread '{}'): it still runs {} ms after its interrupt",
                call.inWords(),
                call.index() + 1,
                call.round(),
                thread.getName(),
                frame.settings().limits().graceNanos() / 1_000_000);
    }

    /** The owner calls this when all calls have their outcomes, so their threads have almost nothing left to do. */
    void joinAll(DrivenCall[] calls) {
        long deadline = System.nanoTime() + JOIN_NANOS;
        boolean again = true;
        while (again) {
            again = false;
            for (DrivenCall call : calls) {
                Thread thread = call.startedThread();
                if (thread == null || call.isAbandoned() || hasEnded(thread)) {
                    continue;
                }
                // A thread that is just ending may have launched another: look again.
                again = true;
                if (System.nanoTime() - deadline > 0) {
                    log.warn(
                            "Thread '{}' of round {} has not ended yet: its call is done, but all processors are"
                                    + " busy",
                            thread.getName(),
                            frame.number());
                    return;
                }
                join(thread);
            }
        }
    }

    private static boolean hasEnded(Thread thread) {
        return thread.getState() == Thread.State.TERMINATED;
    }

    /** Spins first: an ending thread needs less time to end than the owner to wake up. */
    private void join(Thread thread) {
        for (int i = 0; i < SPINS; i++) {
            if (hasEnded(thread)) {
                return;
            }
            Thread.onSpinWait();
        }
        if (thread.getState() == Thread.State.NEW) {
            // The launching thread is about to start it.
            return;
        }
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            frame.owner().recordInterrupt();
        }
    }
}
