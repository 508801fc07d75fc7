package dev.interlock.schedule;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The limits of a round by the instant at which they pass. Guarded as the machine is. */
final class Timers {

    /** What passes. */
    enum Limit {
        /** The limit of one attempt. */
        ATTEMPT,
        /** The limit of a call with its waits. */
        CALL,
        /** The limit of the round. */
        ROUND,
        /** What an interrupted call has to end. */
        GRACE,
        /** What calls wait for a resource that an abandoned call of their round holds. */
        HELD,
        /** What a call waits for a resource that a call of another round holds. */
        HELD_ELSEWHERE,
        /** What calls before the one that failed the round get before they are interrupted, if they only read. */
        EARLIER_CALLS,
        /** What writes get before a failed round interrupts them. */
        FAILED_ROUND,
        /** What a user's executor has to begin a call. */
        UNBEGUN
    }

    /**
     * A limit.
     *
     * @param at when it passes
     * @param limit what passes
     * @param call the call that it is of; null for the round's
     * @param attempt the attempt during which it was set
     */
    record Timer(long at, Limit limit, @Nullable Call call, int attempt) {}

    private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> Long.signum(a.at - b.at));
    private long parkedUntil;
    private boolean missed;

    void schedule(long now, long delay, Limit limit, @Nullable Call call) {
        if (delay == Limits.NO_LIMIT) {
            return;
        }
        long at = now + Math.min(delay, Limits.FURTHEST);
        timers.add(new Timer(at, limit, call, call == null ? 0 : call.attempts));
        missed |= at - parkedUntil < 0;
    }

    /** Takes the next limit that has passed, or null if there is none. */
    @Nullable
    Timer poll(long now) {
        Timer next = timers.peek();
        return next != null && next.at - now <= 0 ? timers.poll() : null;
    }

    boolean isEmpty() {
        return timers.isEmpty();
    }

    /** When the next limit passes, as nanoseconds from now; {@link Limits#NO_LIMIT} for never. */
    long next(long now) {
        Timer next = timers.peek();
        return next == null ? Limits.NO_LIMIT : next.at - now;
    }

    /** The owner parks until the next limit. */
    void park(long now) {
        missed = false;
        Timer next = timers.peek();
        parkedUntil = next == null ? now + Limits.FURTHEST : next.at;
    }

    /** Whether a limit was set, since this was asked last, that passes before the owner's park ends. */
    boolean takeMissed() {
        boolean result = missed;
        missed = false;
        return result;
    }
}
