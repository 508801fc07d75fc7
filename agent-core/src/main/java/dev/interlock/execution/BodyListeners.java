package dev.interlock.execution;

import dev.interlock.event.BodyListener;
import dev.interlock.event.RoundListener;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the listeners that surround calls' bodies, the first one outermost. Their exceptions change nothing. Immutable.
 */
final class BodyListeners {

    private static final Logger log = LoggerFactory.getLogger(BodyListeners.class);

    private final List<BodyListener> listeners;

    private BodyListeners(List<BodyListener> listeners) {
        this.listeners = listeners;
    }

    /** Picks these listeners from those of an executor; null if there are none. */
    static @Nullable BodyListeners among(List<RoundListener> all) {
        List<BodyListener> found = all.stream()
                .filter(BodyListener.class::isInstance)
                .map(BodyListener.class::cast)
                .toList();
        return found.isEmpty() ? null : new BodyListeners(found);
    }

    /** Runs a body on the current thread, with all these listeners around it. */
    @Nullable
    Object around(DrivenCall call, Callable<@Nullable Object> body) throws Exception {
        BodyListener.@Nullable Running[] running = new BodyListener.@Nullable Running[listeners.size()];
        for (int i = 0; i < running.length; i++) {
            running[i] = start(listeners.get(i), call);
        }
        try {
            return body.call();
        } finally {
            for (int i = running.length - 1; i >= 0; i--) {
                end(running[i], call);
            }
        }
    }

    private static BodyListener.@Nullable Running start(BodyListener listener, DrivenCall call) {
        try {
            return listener.bodyStarts(call.round(), call.index());
        } catch (Throwable e) {
            log.warn("A listener failed before the body of {}", call.inWords(), e);
            return null;
        }
    }

    private static void end(BodyListener.@Nullable Running running, DrivenCall call) {
        if (running != null) {
            try {
                running.bodyEnded();
            } catch (Throwable e) {
                log.warn("A listener failed after the body of {}", call.inWords(), e);
            }
        }
    }
}
