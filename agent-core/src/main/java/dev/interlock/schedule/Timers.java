package dev.interlock.schedule;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The limits of a round by the instant at which they pass. Guarded like the machine. */
final class Timers {

    /** What limits a round. */
    enum RoundLimit {
        /** The limit of the round. */
        ROUND,
        /** How long reading calls may go on that come before the call whose failure ends the round. */
        EARLIER_CALLS,
        /** How long writing calls may go on before a failed round interrupts them. */
        FAILED_ROUND
    }

    /** What limits a call. */
    enum CallLimit {
        /** The limit of one attempt. */
        ATTEMPT,
        /** The limit of a call with its waits. */
        CALL,
        /** How long an interrupted call may take to end. */
        GRACE,
        /** How long calls wait for a resource of an abandoned call of their round. */
        HELD,
        /** How long a call waits for a resource of another round's call. */
        HELD_ELSEWHERE,
        /** How long the user's executor may take to begin a call. */
        UNBEGUN
    }

    /** A limit, with the instant at which it passes. */
    sealed interface Timer {
        long at();
    }

    /** A limit of the round. */
    record RoundTimer(long at, RoundLimit limit) implements Timer {}

    /**
     * A limit of a call.
     *
     * @param at when it passes
     * @param limit what passes
     * @param call the call that it limits
     * @param attempt the attempt during which it was set
     */
    record CallTimer(long at, CallLimit limit, Call call, int attempt) implements Timer {}

    private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> Long.signum(a.at() - b.at()));
    private long parkedUntil;
    private boolean missed;

    void schedule(long now, long delay, RoundLimit limit) {
        if (delay != Limits.NO_LIMIT) {
            add(new RoundTimer(after(now, delay), limit));
        }
    }

    void schedule(long now, long delay, CallLimit limit, Call call) {
        if (delay != Limits.NO_LIMIT) {
            add(new CallTimer(after(now, delay), limit, call, call.attempts));
        }
    }

    private static long after(long now, long delay) {
        return now + Math.min(delay, Limits.FURTHEST);
    }

    private void add(Timer timer) {
        timers.add(timer);
        missed |= timer.at() - parkedUntil < 0;
    }

    /** Takes the next limit that has passed, or null if there is none. */
    @Nullable
    Timer poll(long now) {
        Timer next = timers.peek();
        return next != null && next.at() - now <= 0 ? timers.poll() : null;
    }

    boolean isEmpty() {
        return timers.isEmpty();
    }

    /** When the next limit passes, as nanoseconds from now; {@link Limits#NO_LIMIT} for never. */
    long next(long now) {
        Timer next = timers.peek();
        return next == null ? Limits.NO_LIMIT : next.at() - now;
    }

    /** Records that the owner parks until the next limit. */
    void park(long now) {
        missed = false;
        Timer next = timers.peek();
        parkedUntil = next == null ? now + Limits.FURTHEST : next.at();
    }

    /** Whether a limit set since the last call of this method passes before the owner's park ends. */
    boolean takeMissed() {
        boolean result = missed;
        missed = false;
        return result;
    }
}
