package dev.interlock.spring;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Lets rounds that are on their way end when the application stops, and cancels those that do not. It stops after the web
 * server has refused new requests and waited for old ones, and before it closes their connections.
 *
 * <p>A context that only stops, to be started again (the test framework pauses contexts, a checkpoint is made), lets rounds
 * end too, but cancels nothing: what is cancelled cannot be started again.
 *
 * <p>It waits for rounds. Of a conversation whose model is asking between two rounds it knows nothing: its next round is
 * refused. Web requests are waited for before, so this is of conversations outside of them.
 */
final class GracefulShutdown implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

    private static final Logger log = LoggerFactory.getLogger(GracefulShutdown.class);

    /** Between those of Spring Boot's web server: it refuses requests at -1024, and closes at -2048. */
    static final int PHASE = DEFAULT_PHASE - 1536;

    private final ApplicationContext context;
    private final RoundMonitor monitor;
    private final Runnable close;
    private final Duration patience;
    private final Duration rest;
    private final Duration longest;

    private volatile boolean running;
    private volatile boolean closing;

    /**
     * Makes it.
     *
     * @param close cancels all rounds, and those to come; called when the context closes
     * @param patience how long rounds may go on
     * @param rest how long cancelled ones may take to end
     * @param longest how long Spring waits for both
     */
    GracefulShutdown(
            ApplicationContext context,
            RoundMonitor monitor,
            Runnable close,
            Duration patience,
            Duration rest,
            Duration longest) {
        this.context = context;
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
                    "Spring waits {} ms for each phase of a shutdown, which is less than {} ms for rounds to end and {} ms for"
                            + " cancelled ones: set spring.lifecycle.timeout-per-shutdown-phase higher, or"
                            + " interlock.shutdown.timeout lower",
                    longest.toMillis(),
                    patience.toMillis(),
                    rest.toMillis());
        }
    }

    /** Whether Spring goes on before rounds have had their time. */
    boolean exceeds() {
        return patience.plus(rest).compareTo(longest) > 0;
    }

    /** Waits for the end, so it is for those who stop this by hand; Spring gives a callback. */
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

    @Override
    public void stop(Runnable stopped) {
        Thread.ofVirtual().name("interlock-shutdown").start(() -> {
            try {
                stop();
            } finally {
                stopped.run();
            }
        });
    }

    private void end() throws InterruptedException {
        int rounds = monitor.roundsInFlight();
        if (rounds > 0) {
            log.info("Waiting at most {} ms for the calls of {} rounds", patience.toMillis(), rounds);
        }
        boolean ended = monitor.awaitIdle(patience);
        if (!closing) {
            return;
        }
        if (!ended) {
            log.warn("Cancelling the calls of {} rounds that go on: {}", monitor.roundsInFlight(), monitor.inFlight());
        }
        close.run();
        // Also where all had ended: one may have begun since, and closing cancels it.
        if (!monitor.awaitIdle(rest)) {
            log.warn("{} rounds have not ended", monitor.roundsInFlight());
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
