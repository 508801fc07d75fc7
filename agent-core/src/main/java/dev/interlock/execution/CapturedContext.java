package dev.interlock.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * For integrations: the context of a thread as an executor's propagators captured it, see
 * {@link ToolCallExecutor#captureContext()}. Thread-safe if the propagators' captures are, as they must be.
 */
public final class CapturedContext {

    private static final CapturedContext NOTHING = new CapturedContext(List.of());

    private final List<ContextPropagator.Captured> parts;

    private CapturedContext(List<ContextPropagator.Captured> parts) {
        this.parts = parts;
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
        return parts.isEmpty() ? NOTHING : new CapturedContext(parts);
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Runs a body within the context; the propagator added last is the outermost. */
    @Nullable
    Object call(Callable<@Nullable Object> body) throws Exception {
        Callable<@Nullable Object> wrapped = body;
        for (ContextPropagator.Captured part : parts) {
            Callable<@Nullable Object> inner = wrapped;
            wrapped = () -> part.call(inner);
        }
        return wrapped.call();
    }
}
