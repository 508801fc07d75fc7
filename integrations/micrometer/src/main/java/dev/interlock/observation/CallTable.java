package dev.interlock.observation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds one value for each call of a round, by the call's place. A thread stores it when the round plans the call; all
 * threads that read it get later events. Thread-safe.
 */
final class CallTable<T> {

    /** Writes hold the monitor. */
    private volatile @Nullable Object[] all;

    /** Creates a table for at least that many calls. */
    CallTable(int calls) {
        this.all = new Object[calls];
    }

    synchronized void put(int index, T value) {
        if (index >= all.length) {
            // The calls of a streamed response come one at a time.
            all = Arrays.copyOf(all, 2 * index + 4);
        }
        all[index] = value;
    }

    @SuppressWarnings("unchecked") // only such are put there
    @Nullable
    T get(int index) {
        @Nullable Object[] known = all;
        return index < known.length ? (T) known[index] : null;
    }

    /** The number of places; some may be empty. */
    int places() {
        return all.length;
    }
}
