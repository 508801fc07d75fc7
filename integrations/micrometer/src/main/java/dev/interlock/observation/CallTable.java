package dev.interlock.observation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Something of each call of a round, by its place. It is put there when the call is planned, which the threads that ask for
 * it later were told after. Thread-safe.
 */
final class CallTable<T> {

    /** Written with the monitor held. */
    private volatile @Nullable Object[] all;

    /** For that many calls, or more. */
    CallTable(int calls) {
        this.all = new Object[calls];
    }

    synchronized void put(int index, T value) {
        if (index >= all.length) {
            // Of a streamed response they come one at a time.
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

    /** How many places there are; not all of them are taken. */
    int places() {
        return all.length;
    }
}
