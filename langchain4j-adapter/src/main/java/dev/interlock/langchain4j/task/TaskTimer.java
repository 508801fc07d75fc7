package dev.interlock.langchain4j.task;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Says when the time of a task is up. Tests have a timer of their own instead of the clock. Thread-safe. */
@FunctionalInterface
public interface TaskTimer {

    /** The clock, with one thread for all tasks. */
    TaskTimer CLOCK = clock();

    /**
     * Sets an alarm.
     *
     * @param delay when it rings, from now on
     * @param alarm what it does; brief
     * @return cancels the alarm
     */
    Future<?> after(Duration delay, Runnable alarm);

    /** A platform thread, since spinning tools can occupy every carrier. Its work is brief. */
    private static TaskTimer clock() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(null, task, "interlock-task-timer", 0, false);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return (delay, alarm) -> timer.schedule(alarm, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
    }
}
