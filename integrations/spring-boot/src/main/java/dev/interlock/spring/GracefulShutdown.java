package dev.interlock.spring;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Lets running rounds end when the application stops, and cancels those that do not end in time. It stops after the web
 * server has refused new requests and waited for old ones, and before the server closes their connections.
 *
 * <p>A context may stop and start again: the test framework pauses contexts, and checkpoints stop them. Such a stop
 * also lets rounds end, but cancels nothing, since a cancelled engine cannot start again.
 *
 * <p>It waits for rounds only. If a conversation is between two rounds, at the model, its next round is refused. The
 * web server has already waited for its requests, so this affects only conversations outside web requests.
 */
final class GracefulShutdown implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

    private static final Logger log = LoggerFactory.getLogger(GracefulShutdown.class);

    /** Lies between the phases of Spring Boot's web server, which refuses requests at -1024 and closes at -2048. */
    static final int PHASE = DEFAULT_PHASE - 1536;

    private final ApplicationContext context;
    private final ApplicationRounds rounds;
    private final RoundMonitor monitor;
    private final Runnable close;
    private final Duration patience;
    private final Duration rest;
    private final Duration longest;

    private volatile boolean running;
    private volatile boolean closing;

    /**
     * Creates the shutdown.
     *
     * @param rounds what it waits for
     * @param monitor tells the log which calls run
     * @param close cancels all running and future rounds; called when the context closes
     * @param patience how long rounds may still run
     * @param rest how long cancelled ones may take to end
     * @param longest how long Spring waits for both in all
     */
    GracefulShutdown(
            ApplicationContext context,
            ApplicationRounds rounds,
            RoundMonitor monitor,
            Runnable close,
            Duration patience,
            Duration rest,
            Duration longest) {
        this.context = context;
        this.rounds = rounds;
        this.monitor = monitor;
        this.close = close;
        this.patience = patience;
        this.rest = rest;
        this.longest = longest;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // contexts below this one tell their ends, too
    public void onApplicationEvent(ContextClosedEvent event) {
        if (event.getApplicationContext() == context) {
            closing = true;
        }
    }

    @Override
    public void start() {
        running = true;
        if (exceeds()) {
            log.warn(
                    "Spring waits {} ms for each phase of a shutdown, less than the {} ms for rounds to end"
                            + " and {} ms for"
                            + " cancelled rounds: set spring.lifecycle.timeout-per-shutdown-phase higher, or"
                            + " interlock.shutdown.timeout lower",
                    longest.toMillis(),
                    patience.toMillis(),
                    rest.toMillis());
        }
    }

    /** Whether Spring continues before rounds have had their time. */
    boolean exceeds() {
        return patience.compareTo(longest.minus(rest)) > 0;
    }

    /** Waits for the end, for code that stops this by hand. Spring passes a callback instead. */
    @Override
    public void stop() {
        try {
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running = false;
        }
    }

    /** Waits on a platform thread, since tools that only compute may keep all carriers of virtual threads. */
    @Override
    public void stop(Runnable stopped) {
        Thread.ofPlatform().daemon().name("interlock-shutdown").start(() -> {
            try {
                stop();
            } finally {
                stopped.run();
            }
        });
    }

    private void end() throws InterruptedException {
        int running = rounds.count();
        if (running > 0) {
            log.info("Waiting at most {} ms for the calls of {} rounds", patience.toMillis(), running);
        }
        boolean ended = rounds.awaitIdle(patience);
        if (!closing) {
            return;
        }
        if (!ended) {
            log.warn("Cancelling the calls of {} rounds that still run: {}", rounds.count(), monitor.inFlight());
        }
        close.run();
        // Wait even if all rounds had ended: one may have begun since, and closing cancels it.
        if (!rounds.awaitIdle(rest)) {
            log.warn("{} rounds have not ended after their cancellation", rounds.count());
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
