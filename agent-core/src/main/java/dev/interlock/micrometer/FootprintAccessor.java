package dev.interlock.micrometer;

import dev.interlock.recording.CurrentThread;
import dev.interlock.recording.Recording;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Hands the running call over to threads that Micrometer's context propagation carries context to, so that what they tell
 * of by {@link dev.interlock.footprint.Footprint} belongs to it. Registers itself; users need not name it.
 *
 * <p>The engine binds a call to its thread inside of all that propagators do: they take no call away, and give none another.
 */
public final class FootprintAccessor implements ThreadLocalAccessor<Object> {

    /** The key by which it is registered. */
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
