package dev.interlock.execution;

import dev.interlock.call.Outcome;
import java.time.Duration;

/** The outcomes that the engine itself gives, in words. */
final class Messages {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private Messages() {}

    static Outcome notStarted(CallTask task, String why) {
        return new Outcome.Cancelled(task.toolInQuotes() + " was not started: " + why, false);
    }

    static Outcome interrupted(CallTask task, long now, String why) {
        String message = task.toolInQuotes() + " was interrupted after " + (now - task.startNanos) / NANOS_PER_MILLI
                + " ms: " + why;
        return task.onlyReads()
                ? new Outcome.Cancelled(message, false)
                : new Outcome.Cancelled(message + "; it may have taken effect", true);
    }

    /** {@code what} is the attempt, the call or the round. */
    static Outcome timedOut(CallTask task, String what, long limitNanos) {
        String message =
                task.toolInQuotes() + " timed out: " + what + " exceeded " + limitNanos / NANOS_PER_MILLI + " ms";
        boolean mayHaveTakenEffect = task.attempts > 0 && !task.onlyReads();
        if (task.attempts == 0) {
            message += " before the tool could start";
        } else if (mayHaveTakenEffect) {
            message += "; it may still take effect";
        }
        return new Outcome.TimedOut(message, Duration.ofNanos(limitNanos), mayHaveTakenEffect);
    }

    static Outcome held(CallTask task, CallTask holder, long heldNanos) {
        long millis = heldNanos / NANOS_PER_MILLI;
        return new Outcome.Failed(new IllegalStateException(task.toolInQuotes() + " waited " + millis
                + " ms for a resource that call " + (holder.index + 1) + " (" + holder.toolInQuotes()
                + ") holds: that was abandoned " + millis + " ms ago and still runs"));
    }
}
