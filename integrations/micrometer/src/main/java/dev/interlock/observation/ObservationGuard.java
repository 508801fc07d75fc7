package dev.interlock.observation;

import dev.interlock.event.BodyListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between the engine and handlers, filters and conventions of a registry, which are foreign code: what they throw is
 * logged, with its stack for the first time, and the current thread has in scope what it had before.
 */
final class ObservationGuard {

    private static final Logger log = LoggerFactory.getLogger(ObservationGuard.class);

    private final ObservationRegistry registry;
    private final AtomicBoolean told = new AtomicBoolean();

    ObservationGuard(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** Does something with an observation. */
    void run(Runnable what) {
        try {
            what.run();
        } catch (Throwable e) {
            log(e);
        }
    }

    /** Has an observation in scope on the current thread until this is told that it ended; null if that cannot be. */
    BodyListener.@Nullable Running open(Observation observation, BooleanSupplier stopped) {
        Observation.Scope before = registry.getCurrentObservationScope();
        try {
            Observation.Scope scope = observation.openScope();
            return () -> close(scope, before, stopped.getAsBoolean());
        } catch (Throwable e) {
            log(e);
            restore(before);
            return null;
        }
    }

    /** An observation that was stopped meanwhile has forgotten what its scopes were to close: all is reset instead. */
    @SuppressWarnings("ReferenceEquality") // scopes are themselves
    private void close(Observation.Scope scope, Observation.@Nullable Scope before, boolean stopped) {
        if (stopped) {
            restore(before);
            return;
        }
        run(scope::close);
        if (registry.getCurrentObservationScope() != before) {
            restore(before);
        }
    }

    /** By what Micrometer has for those who carry scopes to other threads, and keeps from others by calling it deprecated. */
    @SuppressWarnings({"ReferenceEquality", "deprecation"}) // scopes are themselves
    private void restore(Observation.@Nullable Scope before) {
        Observation.Scope current = registry.getCurrentObservationScope();
        if (current != null && current != before) {
            run(current::reset);
        }
        if (before != null) {
            run(before::makeCurrent);
        }
        registry.setCurrentObservationScope(before);
    }

    private void log(Throwable failure) {
        if (told.compareAndSet(false, true)) {
            log.warn("An observation failed; the next failures are logged at DEBUG", failure);
        } else {
            log.debug("An observation failed", failure);
        }
    }
}
