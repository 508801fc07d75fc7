package dev.interlock.execution;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Names a call in its thread's logging context while the call's body runs, and restores the earlier entries. Confined
 * to one thread.
 */
final class LoggingContext {

    private static final String ROUND = "interlock.round";
    private static final String CALL = "interlock.call";

    private final @Nullable String outerRound = MDC.get(ROUND);
    private final @Nullable String outerCall = MDC.get(CALL);

    private LoggingContext() {}

    /** Names a call in the current thread's logging context. */
    static LoggingContext enter(DrivenCall call) {
        LoggingContext outer = new LoggingContext();
        MDC.put(ROUND, String.valueOf(call.round()));
        MDC.put(CALL, String.valueOf(call.index() + 1));
        return outer;
    }

    void restore() {
        restore(ROUND, outerRound);
        restore(CALL, outerCall);
    }

    private static void restore(String key, @Nullable String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
