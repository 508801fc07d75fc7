package dev.interlock.micrometer;

import dev.interlock.execution.ContextPropagator;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Carries what is registered with Micrometer's context propagation to the threads of calls: the current observation and
 * its trace, the logging MDC, a security context, and whatever else has a {@code ThreadLocalAccessor}.
 *
 * {@snippet :
 * executor.contextPropagator(MicrometerContextPropagator.create());
 * }
 *
 * <p>Needs {@code io.micrometer:context-propagation}, an optional dependency. Captured is what the calling thread has when
 * a round begins; each attempt of a call has it, and afterwards its thread has what it had before. Thread-safe.
 */
public final class MicrometerContextPropagator implements ContextPropagator {

    private final ContextSnapshotFactory snapshots;

    private MicrometerContextPropagator(ContextSnapshotFactory snapshots) {
        this.snapshots = snapshots;
    }

    /**
     * Carries what is registered with the global {@code ContextRegistry}. What the calling thread does not have, a call
     * does not have either, even where the thread of a pool had something left over.
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
     * Carries what a factory captures, for a registry of one's own or for a choice among the keys.
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
