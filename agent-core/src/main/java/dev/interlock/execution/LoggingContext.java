package dev.interlock.execution;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** What the log of a thread says of the call whose body it runs; and said before, to be put back. Of one thread. */
final class LoggingContext {

    private static final String ROUND = "interlock.round";
    private static final String CALL = "interlock.call";

    private final @Nullable String outerRound = MDC.get(ROUND);
    private final @Nullable String outerCall = MDC.get(CALL);

    private LoggingContext() {}

    /** From now on the log of the current thread names a call. */
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
