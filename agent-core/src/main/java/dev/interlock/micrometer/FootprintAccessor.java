package dev.interlock.micrometer;

import dev.interlock.recording.CurrentThread;
import dev.interlock.recording.Recording;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Hands the running call to the threads that Micrometer's context propagation carries context to. What these threads
 * report by {@link dev.interlock.footprint.Footprint} then belongs to the call. The accessor registers itself; users
 * need not name it.
 *
 * <p>The engine binds a call to its thread inside all propagators, so they can neither remove nor replace it.
 */
public final class FootprintAccessor implements ThreadLocalAccessor<Object> {

    /** The accessor's key in the registry. */
    public static final String KEY = "dev.interlock.footprint";

    /** For the service loader. */
    public FootprintAccessor() {}

    @Override
    public Object key() {
        return KEY;
    }

    @Override
    public @Nullable Object getValue() {
        return CurrentThread.recording();
    }

    @Override
    public void setValue(Object value) {
        CurrentThread.record((Recording) value);
    }

    @Override
    public void setValue() {
        CurrentThread.record(null);
    }
}
