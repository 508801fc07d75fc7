package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.share.Claim;
import java.time.Duration;

/** The outcomes that the engine itself gives to calls, with their messages. */
public final class Outcomes {

    /** Why calls end, or do not start, after an interrupt of the owner. */
    public static final String INTERRUPTED = "the calling thread was interrupted";

    /** Why calls end, or do not start, after a failure that leaves the round. */
    public static final String FAILED = "the failure of another call ended the round";

    /** Why a round does not wait for a withdrawn call. */
    static final String WITHDRAWN = "the response does not hold it";

    /** Why a refused round does not wait for a call that had begun. */
    static final String REFUSED = "its round was refused";

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int MAX_CAUSE = 500;

    private Outcomes() {}

    /**
     * Returns the outcome of a call that did not start; or that was started before its round was resumed, and not
     * again.
     */
    public static Outcome notStarted(Call call, String why) {
        return new Outcome.Cancelled(
                call.inWords() + " was not started" + again(call) + ": " + why + effectOfBefore(call), isBefore(call));
    }

    /**
     * Returns what is to be said of a call that was started before its round was resumed, where it was not started
     * again.
     *
     * @return words that follow others; empty if it was not started, or only reads
     */
    public static String effectOfBefore(Call call) {
        return isBefore(call) ? "; it was started before, and may have taken effect" : "";
    }

    private static String again(Call call) {
        return isBefore(call) ? " again" : "";
    }

    /** Whatever it comes to: it changes things, and its tool may have been started at some time. */
    private static boolean mayHaveTakenEffect(Call call) {
        return !call.onlyReads() && (call.startedBefore || call.mayHaveStartedHere());
    }

    private static boolean isBefore(Call call) {
        return call.startedBefore && !call.onlyReads();
    }

    /** Returns the outcome of an interrupted call, or of one whose tool had not started. */
    public static Outcome interrupted(Call call, long now, String why) {
        if (!call.mayHaveStartedHere()) {
            return notStarted(call, why);
        }
        String message = call.inWords() + " was interrupted after " + millis(now - call.startNanos) + " ms: " + why;
        return mayHaveTakenEffect(call)
                ? new Outcome.Cancelled(message + "; it may have taken effect", true)
                : new Outcome.Cancelled(message, false);
    }

    /**
     * Returns why the calls after a failure do not start in a round that fails fast.
     *
     * @param call the call that failed
     * @return in words
     */
    public static String failedFast(Call call) {
        return "call " + (call.index + 1) + " (" + call.inWords() + ") did not succeed, and the round fails fast";
    }

    /**
     * Returns the outcome of a call that uses another call's missing result.
     *
     * @param producer the call whose result it uses
     * @param number the number by which the call refers to the producer
     */
    public static Outcome skipped(Call call, Call producer, int number) {
        Outcome outcome = producer.outcome;
        String came = outcome == null
                ? "has no result"
                : "did not succeed" + (producer.attempts > 1 ? " after " + producer.attempts + " attempts" : "") + ": "
                        + cut(producer.messageOf(outcome), MAX_CAUSE);
        if (outcome instanceof Outcome.Skipped) {
            // The other call's message has the reason. A row of such calls would repeat it again and again.
            came = "was skipped itself";
        }
        return new Outcome.Skipped(call.inWords() + " was not started" + again(call) + ": it uses the result of call "
                + number + " (" + producer.inWords() + "), which " + came + effectOfBefore(call));
    }

    /** Returns the outcome, for listeners only, of a call that has none when its round is suspended. */
    static Outcome suspended(Call call) {
        return new Outcome.Skipped(
                call.inWords() + " had not ended when its round was suspended: it " + call.suspendedAs);
    }

    /**
     * Returns the outcome of a call that would be pending in a round that cannot outlive its owner.
     *
     * @param cause why it would be pending
     */
    public static Outcome cannotBePending(Call call, PendingCause cause) {
        return new Outcome.Failed(
                new IllegalStateException(call.inWords() + " cannot be pending: its round is confined to"
                        + " the calling thread, perhaps because of its transaction, and cannot outlive it. It would"
                        + " wait for: "
                        + cause.reason()));
    }

    static Outcome attemptTimedOut(Call call, long limitNanos) {
        RetryPolicy retry = call.tool().policy().retry();
        return timedOut(call, retry == null ? "the attempt" : attempt(call, retry), limitNanos);
    }

    /**
     * Which attempt of a call that was tried again a limit of the call or the round met; the attempt's own limit says
     * so itself.
     */
    private static String attempted(Call call, String what) {
        RetryPolicy retry = call.tool().policy().retry();
        if (retry == null || call.attempts < 2 || what.equals(attempt(call, retry))) {
            return "";
        }
        return (call.inAttempt ? " during " : " after ") + attempt(call, retry);
    }

    private static String attempt(Call call, RetryPolicy retry) {
        return "attempt " + call.attempts + " of " + retry.maxAttempts();
    }

    /** Returns the outcome of a call that has exceeded a limit. {@code what} is the attempt, the call or the round. */
    static Outcome timedOut(Call call, String what, long limitNanos) {
        String message = call.inWords() + " timed out: " + what + " exceeded " + millis(limitNanos) + " ms"
                + attempted(call, what);
        boolean mayHaveTakenEffect = mayHaveTakenEffect(call);
        if (!call.mayHaveStartedHere()) {
            message += " before the tool could start" + again(call) + call.keptWaiting() + effectOfBefore(call);
        } else if (mayHaveTakenEffect) {
            message += "; it may still take effect";
        }
        return new Outcome.TimedOut(message, Duration.ofNanos(limitNanos), mayHaveTakenEffect);
    }

    static Outcome held(Call call, Call holder, long now) {
        long heldNanos = now - holder.endNanos;
        long waitedNanos = Math.min(heldNanos, now - call.admittedNanos);
        return new Outcome.Failed(new IllegalStateException(call.inWords() + " gave up after waiting "
                + millis(waitedNanos) + " ms for a resource held by call "
                + (holder.index + 1) + " (" + holder.inWords() + "), which was abandoned "
                + millis(heldNanos) + " ms ago and is still running" + effectOfBefore(call)));
    }

    static Outcome heldElsewhere(Call call, Claim suspect, long waitedNanos, long now) {
        Call holder = Call.claiming(suspect);
        String state = holder.isAbandoned()
                ? "was abandoned " + millis(now - holder.endNanos) + " ms ago and is still running"
                : "is still running";
        return new Outcome.Failed(new IllegalStateException(call.inWords() + " gave up after waiting "
                + millis(waitedNanos) + " ms for a resource held by call "
                + (holder.index + 1) + " of round " + holder.round() + " (" + holder.inWords() + "), which " + state
                + effectOfBefore(call)));
    }

    /** Cuts texts of models and tools, which can have any length. */
    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }

    private static long millis(long nanos) {
        return nanos / NANOS_PER_MILLI;
    }
}
