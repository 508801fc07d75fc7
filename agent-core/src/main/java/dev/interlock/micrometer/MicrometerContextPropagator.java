package dev.interlock.micrometer;

import dev.interlock.execution.ContextPropagator;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Carries the values registered with Micrometer's context propagation to the threads of calls: the current observation
 * and its trace, the logging MDC, a security context, and everything else with a {@code ThreadLocalAccessor}.
 *
 * {@snippet :
 * executor.contextPropagator(MicrometerContextPropagator.create());
 * }
 *
 * <p>Needs {@code io.micrometer:context-propagation}, an optional dependency. It captures the owner's values when a
 * round begins. Each attempt of a call has them; afterwards the thread has its earlier values again. Thread-safe.
 */
public final class MicrometerContextPropagator implements ContextPropagator {

    private final ContextSnapshotFactory snapshots;

    private MicrometerContextPropagator(ContextSnapshotFactory snapshots) {
        this.snapshots = snapshots;
    }

    /**
     * Creates a propagator for the values registered with the global {@code ContextRegistry}. If the owner has no
     * value, a call has none either, even if a pool's thread still holds an old one.
     *
     * @return the propagator
     * @throws IllegalStateException if the library is not on the class path
     */
    public static MicrometerContextPropagator create() {
        try {
            return using(ContextSnapshotFactory.builder().clearMissing(true).build());
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "MicrometerContextPropagator needs io.micrometer:context-propagation, which is not on the class path",
                    e);
        }
    }

    /**
     * Creates a propagator for the values that a factory captures, for another registry or for a choice of keys.
     *
     * @param snapshots the factory
     * @return the propagator
     */
    public static MicrometerContextPropagator using(ContextSnapshotFactory snapshots) {
        return new MicrometerContextPropagator(Objects.requireNonNull(snapshots, "snapshots"));
    }

    @Override
    public Captured capture() {
        return new Snapshot(snapshots.captureAll());
    }

    private record Snapshot(ContextSnapshot snapshot) implements Captured {
        @Override
        @SuppressWarnings("try") // closed, not used
        public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
            try (ContextSnapshot.Scope scope = snapshot.setThreadLocals()) {
                return body.call();
            }
        }
    }
}
