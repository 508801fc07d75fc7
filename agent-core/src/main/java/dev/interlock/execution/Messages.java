package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import java.time.Duration;

/** The outcomes that the engine itself gives, in words. */
final class Messages {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int MAX_CAUSE = 500;

    private Messages() {}

    static Outcome notStarted(CallTask task, String why) {
        return new Outcome.Cancelled(task.toolInQuotes() + " was not started: " + why, false);
    }

    static Outcome interrupted(CallTask task, long now, String why) {
        if (!task.mayHaveBegun()) {
            return notStarted(task, why);
        }
        String message =
                task.toolInQuotes() + " was interrupted after " + millis(now - task.startNanos) + " ms: " + why;
        return task.onlyReads()
                ? new Outcome.Cancelled(message, false)
                : new Outcome.Cancelled(message + "; it may have taken effect", true);
    }

    static String failedFast(CallTask task) {
        return "call " + (task.index + 1) + " (" + task.toolInQuotes() + ") did not succeed, and the round fails fast";
    }

    /** {@code number} is how the call counts the other. */
    static Outcome skipped(CallTask task, CallTask producer, int number) {
        Outcome outcome = producer.outcome;
        String came = outcome == null ? "has no result" : "did not succeed: " + cut(outcome.message(), MAX_CAUSE);
        if (outcome instanceof Outcome.Skipped) {
            // Its own message has the reason; in a chain of such calls it would be repeated again and again.
            came = "was skipped itself";
        }
        return new Outcome.Skipped(task.toolInQuotes() + " was not started: it uses the result of call " + number + " ("
                + producer.toolInQuotes() + "), which " + came);
    }

    static Outcome attemptTimedOut(CallTask task, long limitNanos) {
        RetryPolicy retry = task.binding().policy().retry();
        return timedOut(
                task,
                retry == null ? "the attempt" : "attempt " + task.attempts + " of " + retry.maxAttempts(),
                limitNanos);
    }

    /** {@code what} is the attempt, the call or the round. */
    static Outcome timedOut(CallTask task, String what, long limitNanos) {
        String message = task.toolInQuotes() + " timed out: " + what + " exceeded " + millis(limitNanos) + " ms";
        boolean mayHaveTakenEffect = task.mayHaveBegun() && !task.onlyReads();
        if (!task.mayHaveBegun()) {
            message += " before the tool could start";
        } else if (mayHaveTakenEffect) {
            message += "; it may still take effect";
        }
        return new Outcome.TimedOut(message, Duration.ofNanos(limitNanos), mayHaveTakenEffect);
    }

    static Outcome held(CallTask task, CallTask holder, long now) {
        long heldNanos = now - holder.endNanos;
        long waitedNanos = Math.min(heldNanos, now - task.admittedNanos);
        return new Outcome.Failed(new IllegalStateException(task.toolInQuotes() + " waited " + millis(waitedNanos)
                + " ms for a resource that call " + (holder.index + 1) + " (" + holder.toolInQuotes()
                + ") holds: that was abandoned " + millis(heldNanos) + " ms ago and still runs"));
    }

    static Outcome heldElsewhere(CallTask task, CallTask holder, long round, long waitedNanos, long heldNanos) {
        String state = holder.phase == CallTask.Phase.ABANDONED
                ? "was abandoned " + millis(heldNanos) + " ms ago and still runs"
                : "still runs";
        return new Outcome.Failed(new IllegalStateException(task.toolInQuotes() + " waited " + millis(waitedNanos)
                + " ms for a resource that call " + (holder.index + 1) + " of round " + round + " ("
                + holder.toolInQuotes() + ") holds: that " + state));
    }

    /** For texts of models and tools, which can be of any length. */
    static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }

    private static long millis(long nanos) {
        return nanos / NANOS_PER_MILLI;
    }
}
