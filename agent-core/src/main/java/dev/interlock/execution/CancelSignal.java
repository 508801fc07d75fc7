package dev.interlock.execution;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Whether something was cancelled, why, and whom that concerns. Thread-safe; once cancelled it stays so. */
final class CancelSignal {

    /** Whom it concerns. */
    interface Target {

        /** Ends what it does, without waiting for that. May be called more than once; the first reason counts. */
        void cancel(String why);
    }

    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();

    /** Told before the rounds: work beside them. */
    private final Set<Target> watches = ConcurrentHashMap.newKeySet();

    private final Set<Target> rounds = ConcurrentHashMap.newKeySet();

    void cancel(String why) {
        String known = reason.compareAndExchange(null, why);
        String told = known == null ? why : known;
        // Also if it was cancelled before: whoever did may not have come so far yet.
        watches.forEach(watch -> watch.cancel(told));
        rounds.forEach(round -> round.cancel(told));
    }

    /** Why it was cancelled, or null if it was not. */
    @Nullable
    String reason() {
        return reason.get();
    }

    /** The round is added before the reason is read, and the reason is set before the rounds are: neither misses the other. */
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

    /** To be followed by a look at the reason. */
    void watch(Target watch) {
        watches.add(watch);
    }

    void unwatch(Target watch) {
        watches.remove(watch);
    }
}
