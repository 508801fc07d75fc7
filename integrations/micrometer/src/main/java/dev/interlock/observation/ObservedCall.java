package dev.interlock.observation;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.event.BodyListener;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.event.Wait;
import io.micrometer.observation.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one call, from the start of its first attempt to its end. Its waits and retries are events. A call
 * that never starts has an observation of zero length at its end. Events come one after another. Only if a handler
 * hangs, and the call is therefore abandoned, does the end come during another event, so a guard protects the end.
 */
final class ObservedCall {

    private static final String WAITED = "interlock.waited";
    private static final String RETRYING = "interlock.retrying";
    private static final String COALESCED = "interlock.coalesced";

    private final Observation observation;
    private final ToolCallContext context;
    private final ObservationGuard guard;
    private final Consumer<Observation> starter;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();

    // The delivering threads access it one after another.
    private @Nullable Wait wait;
    private Instant since = Instant.EPOCH;
    private List<Observation.Event> before = List.of();

    /**
     * Creates an observation that has not begun.
     *
     * @param starter starts the observation as a child of its round
     */
    ObservedCall(
            Observation observation, ToolCallContext context, ObservationGuard guard, Consumer<Observation> starter) {
        this.observation = observation;
        this.context = context;
        this.guard = guard;
        this.starter = starter;
    }

    void on(CallEvent event) {
        endWait(event.at());
        switch (event) {
            case RoundEvent.CallWaiting waiting -> {
                wait = waiting.waitsFor();
                since = waiting.at();
            }
            case RoundEvent.CallStarted start -> start();
            case RoundEvent.CallRetrying retrying -> retrying(retrying);
            case RoundEvent.CallCoalesced coalesced ->
                note(Observation.Event.of(COALESCED, "takes the outcome of call " + (coalesced.with() + 1)));
            case RoundEvent.CallEnded ended -> end(ended.result(), ended.end());
            case CallEvent other -> {}
        }
    }

    /** Puts the call in scope on the current thread until the result's {@code bodyEnded}. */
    BodyListener.@Nullable Running open() {
        return started.get() && !stopped.get() ? guard.open(observation, stopped::get) : null;
    }

    private void endWait(Instant at) {
        Wait over = wait;
        if (over != null) {
            wait = null;
            note(Observation.Event.of(WAITED, "waited " + millis(Duration.between(since, at)) + " for " + over.text()));
        }
    }

    private void retrying(RoundEvent.CallRetrying event) {
        note(Observation.Event.of(
                RETRYING,
                "attempt " + event.attempt() + " failed ("
                        + DefaultToolCallConvention.errorType(event.outcome(), CallEnd.FAILED)
                        + "), the next attempt starts in "
                        + millis(event.delay())));
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }

    private void note(Observation.Event event) {
        if (started.get()) {
            guard.run(() -> observation.event(event));
        } else {
            before = before.isEmpty() ? new ArrayList<>(2) : before;
            before.add(event);
        }
    }

    private void start() {
        if (started.compareAndSet(false, true)) {
            starter.accept(observation);
            before.forEach(this::note);
            before = List.of();
        }
    }

    /** Ends the observation once, on the first end. */
    void end(CallResult result, CallEnd how) {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        start();
        context.ended(result, how);
        if (!result.isSuccess() && how != CallEnd.SUSPENDED) {
            Throwable error = error(result, how);
            guard.run(() -> observation.error(error));
        }
        guard.run(observation::stop);
    }

    private Throwable error(CallResult result, CallEnd how) {
        String message = context.content().error(result);
        if (message == null) {
            return new ToolCallError(DefaultToolCallConvention.errorType(result.outcome(), how));
        }
        return result.outcome() instanceof Outcome.Failed failed ? failed.error() : new ToolCallError(message);
    }
}
