package dev.interlock.jdbc.journal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rounds that executors of a journal run. Thread-safe.
 *
 * <p>Invariant: a look at the unfinished rounds skips each round that ran at any moment between its beginning and its
 * end, also one that ended meanwhile. What the look has read of such a round may be from before its end, or from before
 * a resume of it, so its calls would run twice.
 */
final class RoundsAtWork {

    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Set<Look> looks = ConcurrentHashMap.newKeySet();

    /** A look at the unfinished rounds, which lasts until it is closed. */
    final class Look implements AutoCloseable {
        private final Set<String> met = ConcurrentHashMap.newKeySet();

        private Look() {}

        /** Whether a round has run since the look began. */
        boolean hasMet(String round) {
            return met.contains(round);
        }

        @Override
        public void close() {
            looks.remove(this);
        }
    }

    /** A round begins; false if it runs already. */
    boolean begin(String round) {
        boolean begins = running.add(round);
        looks.forEach(look -> look.met.add(round));
        return begins;
    }

    /** A round has ended, and the entry that says so is on its way to the writer: before any look that begins later. */
    void end(String round) {
        running.remove(round);
    }

    /** Begins a look. Its work must go to the writer afterwards. */
    Look look() {
        Look look = new Look();
        // In this order: a round that begins now finds the look, or the look finds the round.
        looks.add(look);
        look.met.addAll(running);
        return look;
    }
}
