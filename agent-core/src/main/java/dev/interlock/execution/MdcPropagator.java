package dev.interlock.execution;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Carries the logging context (SLF4J's MDC) of the thread that called in to the threads that run the calls, with no other
 * library than the SLF4J that is there.
 *
 * {@snippet :
 * executor.contextPropagator(MdcPropagator.create());
 * }
 *
 * <p>Each attempt of a call has all entries that the calling thread has when the round begins, and no others; what it
 * changes is its own. Afterwards its thread has what it had before. Thread-safe.
 */
public final class MdcPropagator implements ContextPropagator {

    private static final MdcPropagator INSTANCE = new MdcPropagator();

    private MdcPropagator() {}

    /**
     * Carries all entries.
     *
     * @return the propagator
     */
    public static MdcPropagator create() {
        return INSTANCE;
    }

    /** Also where there are no entries: the thread of a pool may have some left over. */
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
