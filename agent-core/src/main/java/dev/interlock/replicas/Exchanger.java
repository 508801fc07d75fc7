package dev.interlock.replicas;

import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives a {@link Session}: one daemon thread exchanges with the server whenever an exchange is due. All requests and
 * returns of calls during an exchange go into the next one. So there are never more exchanges than the server can
 * answer.
 *
 * <p>Invariant: calls wait for what this thread tells them, without a limit. So whatever fails, the thread goes on, and
 * if it cannot be started, the next call tries again.
 */
final class Exchanger implements Session.Consequence {

    private static final long CLOSE_MILLIS = 5_000;

    /** After a failure of this thread itself, before it looks again. */
    private static final long PAUSE_NANOS = 1_000_000;

    private final LimitServer server;
    private final Session session;
    private final BiConsumer<ReplicaRequest, Throwable> onLost;
    private final Reports reports;
    private final LongSupplier clock;
    private final Function<Runnable, Thread> starter;

    private volatile @Nullable Thread thread;
    private volatile Throwable failure = new CancellationException("no exchange has failed");
    private volatile boolean closed;

    /** Written by the thread that makes this, and then by the one that exchanges. */
    private @Nullable String listened;

    Exchanger(
            LimitServer server,
            Session session,
            BiConsumer<ReplicaRequest, Throwable> onLost,
            Reports reports,
            LongSupplier clock,
            Function<Runnable, Thread> starter) {
        this.server = server;
        this.session = session;
        this.onLost = onLost;
        this.reports = reports;
        this.clock = clock;
        this.starter = starter;
    }

    /** Starts a daemon thread that does a task. */
    static Thread start(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void tell(ReplicaRequest request) {
        onLost.accept(request, failure);
    }

    Throwable lastFailure() {
        return failure;
    }

    /** Wakes the thread, since an exchange may be due. Starts it on first use. */
    void wake() {
        Thread running = thread;
        if (running == null) {
            running = start();
        }
        LockSupport.unpark(running);
    }

    private synchronized Thread start() {
        Thread running = thread;
        if (running == null) {
            running = starter.apply(this::run);
            thread = running;
        }
        return running;
    }

    private void run() {
        while (!closed) {
            try {
                exchangeWhenDue();
            } catch (Throwable e) {
                // Such as a logger that fails, or lack of memory.
                failure = e;
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
        exchange(true);
        end();
    }

    private void exchangeWhenDue() {
        long nanos = session.dueIn(clock.getAsLong());
        if (nanos > 0) {
            park(nanos);
        } else {
            exchange(false);
        }
    }

    private void park(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, nanos);
        }
    }

    /** Has the server tell the session that it goes by. */
    void listen() {
        String id = session.id();
        if (!id.equals(listened)) {
            listened = id;
            server.whenGranted(id, () -> {
                session.wake();
                wake();
            });
        }
    }

    private void exchange(boolean ends) {
        long began = clock.getAsLong();
        Exchange exchange = session.next(ends, began);
        Session.Result result;
        try {
            listen();
            Reply reply = server.exchange(exchange);
            result = session.replied(reply, began, clock.getAsLong());
        } catch (Throwable e) {
            failed(exchange, e);
            return;
        }
        result.then().forEach(Runnable::run);
        if (result.lostNanos() >= 0) {
            reports.back(result.lostNanos());
        }
        report(result);
    }

    private void failed(Exchange exchange, Throwable error) {
        failure = error;
        Session.Result result = session.failed(exchange, this, clock.getAsLong());
        result.then().forEach(Runnable::run);
        if (result.lostNanos() >= 0 && !closed) {
            reports.lost(error);
        }
        report(result);
    }

    private void report(Session.Result result) {
        if (result.held() > 0 && !closed) {
            reports.leaseLost(result.held());
        }
    }

    /** Ends all exchanges, and tells calls that still wait. */
    private void end() {
        failed(
                session.next(true, clock.getAsLong()),
                new IllegalStateException("the limits of '" + server.name() + "' were closed"));
    }

    /** Ends the session. */
    void close() {
        closed = true;
        Thread running = thread;
        if (running == null) {
            end();
            return;
        }
        LockSupport.unpark(running);
        try {
            running.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
