package dev.interlock.execution;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Carries the owner's logging context (SLF4J's MDC) to the threads that run the calls. It needs no library but SLF4J.
 *
 * {@snippet :
 * executor.contextPropagator(MdcPropagator.create());
 * }
 *
 * <p>Each attempt of a call has exactly the entries that the owner has when the round begins. Its changes stay its own.
 * Afterwards the thread has its earlier entries again. Thread-safe.
 */
public final class MdcPropagator implements ContextPropagator {

    private static final MdcPropagator INSTANCE = new MdcPropagator();

    private MdcPropagator() {}

    /**
     * Creates a propagator of all entries.
     *
     * @return the propagator
     */
    public static MdcPropagator create() {
        return INSTANCE;
    }

    /** Captures even an empty context, since a pool's thread may hold old entries. */
    @Override
    public Captured capture() {
        return new Entries(MDC.getCopyOfContextMap());
    }

    private record Entries(@Nullable Map<String, String> entries) implements Captured {
        @Override
        public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
            Map<String, String> before = MDC.getCopyOfContextMap();
            set(entries);
            try {
                return body.call();
            } finally {
                set(before);
            }
        }

        private static void set(@Nullable Map<String, String> entries) {
            if (entries == null) {
                MDC.clear();
            } else {
                MDC.setContextMap(entries);
            }
        }
    }
}
