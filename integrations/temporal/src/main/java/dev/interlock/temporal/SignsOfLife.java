package dev.interlock.temporal;

import dev.interlock.execution.Cancellation;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionClient;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.client.ActivityWorkerShutdownException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the server that a worker still runs a call, and learns whether the call is still wanted; if not, it interrupts
 * the tool. It also applies the call's limit.
 *
 * <p>It uses threads of its own, because a tool may block or occupy all carriers of virtual threads. The SDK sends only
 * some of these signs, and gives up a call itself if none has reached the server in time.
 */
final class SignsOfLife implements AutoCloseable {

    private static final long MOST_MILLIS = 1000;

    private static final String LIMIT = "the limit of the call has passed";

    private static final String ENDED = "its round was ended";

    private static final Logger log = LoggerFactory.getLogger(SignsOfLife.class);

    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final ActivityExecutionContext context;
    private final ActivityCompletionClient server;
    private final byte[] token;
    private final Cancellation cancellation;
    private final Future<?> signs;
    private final @Nullable Future<?> limit;

    /** Set by the activity's thread. A sign that is under way may then fail. */
    private volatile boolean closed;

    private SignsOfLife(
            ActivityExecutionContext context, Cancellation cancellation, long heartbeatMillis, long leftMillis) {
        this.context = context;
        this.server = ReplySender.server(context);
        this.token = context.getTaskToken();
        this.cancellation = cancellation;
        long every = Math.clamp(heartbeatMillis / 4, 1, MOST_MILLIS);
        this.signs = TIMER.scheduleWithFixedDelay(this::give, 0, every, TimeUnit.MILLISECONDS);
        this.limit = leftMillis > 0 ? TIMER.schedule(this::pass, leftMillis, TimeUnit.MILLISECONDS) : null;
    }

    /**
     * Begins to send signs.
     *
     * @param cancellation the cancellation around the tool
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
        } catch (ActivityWorkerShutdownException | RejectedExecutionException e) {
            // The latter comes if the stop comes meanwhile.
            giveOfStoppingWorker();
        } catch (ActivityCompletionException e) {
            cancellation.cancel(ENDED);
        } catch (RuntimeException e) {
            warn(e);
        }
    }

    private void giveOfStoppingWorker() {
        try {
            server.heartbeat(token, null);
        } catch (ActivityCompletionException e) {
            // What the server has answered is the cause.
            if (e instanceof ActivityNotExistsException || e.getCause() instanceof ActivityCompletionException) {
                cancellation.cancel(ENDED);
            } else {
                warn(e);
            }
        } catch (RuntimeException e) {
            warn(e);
        }
    }

    private void warn(RuntimeException e) {
        if (!closed) {
            log.warn("A worker could not send a sign of life to the server", e);
        }
    }

    private void pass() {
        cancellation.cancel(LIMIT);
    }

    /** Whether the call's limit has passed and ended the call. */
    boolean limitPassed() {
        return LIMIT.equals(cancellation.reason());
    }

    @Override
    public void close() {
        closed = true;
        signs.cancel(false);
        if (limit != null) {
            limit.cancel(false);
        }
    }
}
