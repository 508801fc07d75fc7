package dev.interlock.temporal;

import dev.interlock.execution.Cancellation;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityWorkerShutdownException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the server that a worker still has a call, while its tool runs, and takes back whether the call is still wanted: if
 * not, the tool is interrupted. Also keeps the limit of the call.
 *
 * <p>On threads of its own: a tool may block, or occupy all carriers of virtual threads. The SDK sends only some of these
 * signs, and gives up a call itself when none has reached the server in time.
 */
final class SignsOfLife implements AutoCloseable {

    private static final long MOST_MILLIS = 1000;

    private static final String LIMIT = "the limit of the call has passed";

    private static final Logger log = LoggerFactory.getLogger(SignsOfLife.class);

    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final ActivityExecutionContext context;
    private final Cancellation cancellation;
    private final Future<?> signs;
    private final @Nullable Future<?> limit;

    private SignsOfLife(
            ActivityExecutionContext context, Cancellation cancellation, long heartbeatMillis, long leftMillis) {
        this.context = context;
        this.cancellation = cancellation;
        long every = Math.clamp(heartbeatMillis / 4, 1, MOST_MILLIS);
        this.signs = TIMER.scheduleWithFixedDelay(this::give, 0, every, TimeUnit.MILLISECONDS);
        this.limit = leftMillis > 0 ? TIMER.schedule(this::pass, leftMillis, TimeUnit.MILLISECONDS) : null;
    }

    /**
     * Begins.
     *
     * @param cancellation what the tool runs within
     * @param leftMillis how long the call may still take; 0 for no limit
     */
    static SignsOfLife begin(
            ActivityExecutionContext context, Cancellation cancellation, long heartbeatMillis, long leftMillis) {
        return new SignsOfLife(context, cancellation, heartbeatMillis, leftMillis);
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(4, task -> {
            Thread thread = new Thread(task, "interlock-signs-of-life");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(30, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    private void give() {
        try {
            context.heartbeat(null);
        } catch (ActivityWorkerShutdownException e) {
            // The tool may end; the worker waits for it, or interrupts it.
        } catch (ActivityCompletionException e) {
            cancellation.cancel("its round was ended");
        } catch (RuntimeException e) {
            log.warn("A sign of life could not be given", e);
        }
    }

    private void pass() {
        cancellation.cancel(LIMIT);
    }

    /** Whether the limit of the call has passed, and ended it. */
    boolean limitPassed() {
        return LIMIT.equals(cancellation.reason());
    }

    @Override
    public void close() {
        signs.cancel(false);
        if (limit != null) {
            limit.cancel(false);
        }
    }
}
