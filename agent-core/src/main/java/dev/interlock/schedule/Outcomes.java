package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.share.Claim;
import java.time.Duration;

/** The outcomes that the engine itself gives, in words. */
public final class Outcomes {

    /** Why calls end, or do not start, after the thread that called in was interrupted. */
    public static final String INTERRUPTED = "the calling thread was interrupted";

    /** Why calls end, or do not start, after a failure that leaves the round. */
    public static final String FAILED = "the failure of another call ended the round";

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int MAX_CAUSE = 500;

    private Outcomes() {}

    /**
     * The outcome of a call that was not started.
     *
     * @param call the call
     * @param why in words
     * @return the outcome
     */
    public static Outcome notStarted(Call call, String why) {
        return new Outcome.Cancelled(call.inWords() + " was not started: " + why, false);
    }

    /**
     * The outcome of a call that was interrupted, or, if its tool had not been started, was not started.
     *
     * @param call the call
     * @param now when
     * @param why in words
     * @return the outcome
     */
    public static Outcome interrupted(Call call, long now, String why) {
        if (!call.mayHaveBegun()) {
            return notStarted(call, why);
        }
        String message = call.inWords() + " was interrupted after " + millis(now - call.startNanos) + " ms: " + why;
        return call.onlyReads()
                ? new Outcome.Cancelled(message, false)
                : new Outcome.Cancelled(message + "; it may have taken effect", true);
    }

    /**
     * Why the calls after a failure do not start in a round that fails fast.
     *
     * @param call the call that failed
     * @return in words
     */
    public static String failedFast(Call call) {
        return "call " + (call.index + 1) + " (" + call.inWords() + ") did not succeed, and the round fails fast";
    }

    /**
     * The outcome of a call that uses the result of one that has none.
     *
     * @param call the call
     * @param producer the call whose result it uses
     * @param number how it counts that
     * @return the outcome
     */
    public static Outcome skipped(Call call, Call producer, int number) {
        Outcome outcome = producer.outcome;
        String came = outcome == null ? "has no result" : "did not succeed: " + cut(outcome.message(), MAX_CAUSE);
        if (outcome instanceof Outcome.Skipped) {
            // Its own message has the reason; in a row of such calls it would be repeated again and again.
            came = "was skipped itself";
        }
        return new Outcome.Skipped(call.inWords() + " was not started: it uses the result of call " + number + " ("
                + producer.inWords() + "), which " + came);
    }

    static Outcome attemptTimedOut(Call call, long limitNanos) {
        RetryPolicy retry = call.tool().policy().retry();
        return timedOut(
                call,
                retry == null ? "the attempt" : "attempt " + call.attempts + " of " + retry.maxAttempts(),
                limitNanos);
    }

    /** {@code what} is the attempt, the call or the round. */
    static Outcome timedOut(Call call, String what, long limitNanos) {
        String message = call.inWords() + " timed out: " + what + " exceeded " + millis(limitNanos) + " ms";
        boolean mayHaveTakenEffect = call.mayHaveBegun() && !call.onlyReads();
        if (!call.mayHaveBegun()) {
            message += " before the tool could start" + call.keptWaiting();
        } else if (mayHaveTakenEffect) {
            message += "; it may still take effect";
        }
        return new Outcome.TimedOut(message, Duration.ofNanos(limitNanos), mayHaveTakenEffect);
    }

    static Outcome held(Call call, Call holder, long now) {
        long heldNanos = now - holder.endNanos;
        long waitedNanos = Math.min(heldNanos, now - call.admittedNanos);
        return new Outcome.Failed(new IllegalStateException(call.inWords() + " waited " + millis(waitedNanos)
                + " ms for a resource that call " + (holder.index + 1) + " (" + holder.inWords()
                + ") holds: that was abandoned " + millis(heldNanos) + " ms ago and still runs"));
    }

    static Outcome heldElsewhere(Call call, Claim suspect, long waitedNanos, long now) {
        Call holder = Call.claiming(suspect);
        String state = holder.isAbandoned()
                ? "was abandoned " + millis(now - holder.endNanos) + " ms ago and still runs"
                : "still runs";
        return new Outcome.Failed(new IllegalStateException(call.inWords() + " waited " + millis(waitedNanos)
                + " ms for a resource that call " + (holder.index + 1) + " of round " + holder.round() + " ("
                + holder.inWords() + ") holds: that " + state));
    }

    /** For texts of models and tools, which can be of any length. */
    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }

    private static long millis(long nanos) {
        return nanos / NANOS_PER_MILLI;
    }
}
