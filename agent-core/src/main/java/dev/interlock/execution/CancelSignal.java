package dev.interlock.execution;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A cancel: whether it happened, why, and what it concerns. Thread-safe; once cancelled it stays cancelled. */
final class CancelSignal {

    /** Something that a cancel ends. */
    interface Target {

        /** Ends the work without waiting for that. Callers may call this repeatedly; the first reason counts. */
        void cancel(String why);
    }

    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();

    /** Work outside rounds; a cancel ends it before the rounds. */
    private final Set<Target> watches = ConcurrentHashMap.newKeySet();

    private final Set<Target> rounds = ConcurrentHashMap.newKeySet();

    void cancel(String why) {
        String known = reason.compareAndExchange(null, why);
        String told = known == null ? why : known;
        // Also after an earlier cancel: the cancelling thread may not have come this far yet.
        watches.forEach(watch -> watch.cancel(told));
        rounds.forEach(round -> round.cancel(told));
    }

    /** Why it was cancelled, or null if it was not. */
    @Nullable
    String reason() {
        return reason.get();
    }

    /**
     * This adds the round before it reads the reason, and a cancel sets the reason before it reads the rounds, so
     * neither misses the other.
     */
    void add(Target round) {
        rounds.add(round);
        String why = reason.get();
        if (why != null) {
            round.cancel(why);
        }
    }

    void remove(Target round) {
        rounds.remove(round);
    }

    /** Adds a watch. Read the reason afterwards. */
    void watch(Target watch) {
        watches.add(watch);
    }

    void unwatch(Target watch) {
        watches.remove(watch);
    }
}
