package dev.interlock.execution;

import dev.interlock.recording.CurrentThread;
import dev.interlock.recording.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * For integrations: a thread's context for another thread that works for it. It holds what propagators captured, the
 * cancellations around the thread, and the footprint that the thread adds to. {@link Rounds#captureContext()} returns
 * the one for an executor's calls. Thread-safe, as the propagators' captures must be.
 */
public final class CapturedContext {

    private static final CapturedContext NOTHING = new CapturedContext(List.of(), null, null);

    private final List<ContextPropagator.Captured> parts;
    private final Within.@Nullable Cancellations cancellations;
    private final @Nullable Recording recording;

    private CapturedContext(
            List<ContextPropagator.Captured> parts,
            Within.@Nullable Cancellations cancellations,
            @Nullable Recording recording) {
        this.parts = parts;
        this.cancellations = cancellations;
        this.recording = recording;
    }

    /**
     * Captures the context of the current thread.
     *
     * @param propagators the propagators that capture it
     * @return the context
     */
    public static CapturedContext capture(List<ContextPropagator> propagators) {
        List<ContextPropagator.Captured> parts = List.of();
        for (ContextPropagator propagator : propagators) {
            ContextPropagator.Captured part = propagator.capture();
            if (part != null) {
                parts = parts.isEmpty() ? new ArrayList<>(propagators.size()) : parts;
                parts.add(part);
            }
        }
        Within.Cancellations cancellations = Within.current().cancellations();
        Recording recording = CurrentThread.recording();
        return parts.isEmpty() && cancellations == null && recording == null
                ? NOTHING
                : new CapturedContext(parts, cancellations, recording);
    }

    /** The recording that receives what the thread touches, or null. */
    @Nullable
    Recording recording() {
        return recording;
    }

    /**
     * Returns why the work in this context was cancelled.
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

    /** Whether calls' bodies need nothing of this context: they have recordings of their own. */
    boolean isEmpty() {
        return parts.isEmpty() && cancellations == null;
    }

    /**
     * Runs something on the current thread inside the context. The propagator added last is the outermost.
     *
     * @param <T> the type of the result
     * @param body what to run
     * @return what it returns
     * @throws Exception what {@code body} or a propagator throws
     */
    public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
        Callable<T> wrapped = body;
        for (ContextPropagator.Captured part : parts) {
            Callable<T> inner = wrapped;
            wrapped = () -> part.call(inner);
        }
        if (cancellations == null && recording == null) {
            return wrapped.call();
        }
        Within within = Within.current();
        within = cancellations == null ? within : within.withCancellations(cancellations);
        within = recording == null ? within : within.with(recording);
        Within outer = within.enter();
        try {
            return wrapped.call();
        } finally {
            outer.restore();
        }
    }
}
