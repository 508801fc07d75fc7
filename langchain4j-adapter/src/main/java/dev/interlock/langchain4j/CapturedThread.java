package dev.interlock.langchain4j;

import dev.interlock.execution.ContextPropagator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The context of a thread, to be had on another one that works for it. */
final class CapturedThread {

    private final List<ContextPropagator.Captured> parts = new ArrayList<>();

    private CapturedThread() {}

    static CapturedThread capture(List<ContextPropagator> propagators) {
        CapturedThread captured = new CapturedThread();
        for (ContextPropagator propagator : propagators) {
            ContextPropagator.Captured part = propagator.capture();
            if (part != null) {
                captured.parts.add(part);
            }
        }
        return captured;
    }

    <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
        Callable<T> wrapped = body;
        for (ContextPropagator.Captured part : parts) {
            Callable<T> inner = wrapped;
            wrapped = () -> part.call(inner);
        }
        return wrapped.call();
    }
}
