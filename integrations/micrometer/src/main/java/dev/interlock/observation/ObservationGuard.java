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
 * Stands between the engine and a registry's handlers, filters and conventions, which are foreign code. It logs what
 * they throw, with the stack trace the first time, and restores what the current thread had in scope before.
 */
final class ObservationGuard {

    private static final Logger log = LoggerFactory.getLogger(ObservationGuard.class);

    private final ObservationRegistry registry;
    private final AtomicBoolean told = new AtomicBoolean();

    ObservationGuard(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** Runs code on an observation. */
    void run(Runnable what) {
        try {
            what.run();
        } catch (Throwable e) {
            log(e);
        }
    }

    /**
     * Puts an observation in scope on the current thread, until the result's {@code bodyEnded}; returns null if that
     * fails.
     */
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

    /** A stopped observation no longer knows what its scopes had to restore, so this resets the scope instead. */
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

    /**
     * Uses a method that Micrometer provides for carrying scopes between threads and marks as deprecated for all
     * others.
     */
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
            log.warn(
                    "An observation's handler, filter or convention failed; further failures are logged at DEBUG",
                    failure);
        } else {
            log.debug("An observation's handler, filter or convention failed", failure);
        }
    }
}
