package dev.interlock.execution;

import dev.interlock.recording.CurrentThread;
import dev.interlock.recording.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * For integrations: the context of a thread as an executor's propagators captured it, see
 * {@link Rounds#captureContext()}. Thread-safe if the propagators' captures are, as they must be.
 */
public final class CapturedContext {

    private static final CapturedContext NOTHING = new CapturedContext(List.of(), null, null);

    private final List<ContextPropagator.Captured> parts;
    private final Within.@Nullable Scope cancellations;
    private final @Nullable Recording recording;

    private CapturedContext(
            List<ContextPropagator.Captured> parts,
            Within.@Nullable Scope cancellations,
            @Nullable Recording recording) {
        this.parts = parts;
        this.cancellations = cancellations;
        this.recording = recording;
    }

    static CapturedContext capture(List<ContextPropagator> propagators) {
        List<ContextPropagator.Captured> parts = List.of();
        for (ContextPropagator propagator : propagators) {
            ContextPropagator.Captured part = propagator.capture();
            if (part != null) {
                parts = parts.isEmpty() ? new ArrayList<>(propagators.size()) : parts;
                parts.add(part);
            }
        }
        Within.Scope cancellations = Within.current().scope();
        Recording recording = CurrentThread.recording();
        return parts.isEmpty() && cancellations == null && recording == null
                ? NOTHING
                : new CapturedContext(parts, cancellations, recording);
    }

    /** What is told of what the thread touches, or null. */
    @Nullable
    Recording recording() {
        return recording;
    }

    /**
     * Why what runs in this context was cancelled.
     *
     * @return the reason, or null if it was not
     */
    public @Nullable String cancelled() {
        return cancellations == null ? null : cancellations.reason();
    }

    void cancellable(CancelSignal.Target round) {
        if (cancellations != null) {
            cancellations.add(round);
        }
    }

    void notCancellable(CancelSignal.Target round) {
        if (cancellations != null) {
            cancellations.remove(round);
        }
    }

    boolean isEmpty() {
        return parts.isEmpty() && cancellations == null;
    }

    /** Runs a body within the context; the propagator added last is the outermost. */
    @Nullable
    Object call(Callable<@Nullable Object> body) throws Exception {
        Callable<@Nullable Object> wrapped = body;
        for (ContextPropagator.Captured part : parts) {
            Callable<@Nullable Object> inner = wrapped;
            wrapped = () -> part.call(inner);
        }
        if (cancellations == null) {
            return wrapped.call();
        }
        Within outer = Within.current().withScope(cancellations).enter();
        try {
            return wrapped.call();
        } finally {
            outer.restore();
        }
    }
}
