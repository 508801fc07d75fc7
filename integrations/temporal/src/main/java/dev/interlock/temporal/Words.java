package dev.interlock.temporal;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.execution.CallRefusedException;
import java.time.Duration;

/** The outcomes that a workflow itself gives to calls, in the engine's words. */
final class Words {

    private static final int MAX_CAUSE = 500;

    /** What takes the place of a result where {@link #leftOut} is too long. */
    static final String LEFT_OUT = "The call succeeded; its result was left out";

    private static final String BEFORE = "; it was started before, and may have taken effect";

    private Words() {}

    static Outcome notStarted(String tool, String why) {
        return notStarted(tool, why, false);
    }

    static Outcome notStarted(String tool, String why, boolean again) {
        return new Outcome.Cancelled(
                "tool '" + tool + "' was not started" + (again ? " again" : "") + ": " + why, false);
    }

    static Outcome interrupted(String tool, String why, boolean changes) {
        return new Outcome.Cancelled(
                "tool '" + tool + "' was interrupted: " + why + (changes ? "; it may have taken effect" : ""), changes);
    }

    static Outcome givenUp(String tool, String why, boolean changes) {
        return new Outcome.Cancelled(
                "tool '" + tool + "' is not waited for any more: " + why
                        + (changes ? "; it may have taken effect" : ""),
                changes);
    }

    static Outcome refused(String tool, String reason) {
        return new Outcome.Failed(new CallRefusedException("tool '" + tool + "' was not approved: " + reason));
    }

    static Outcome tooMany(String tool, int call, int maxCalls) {
        return failed("tool '" + tool + "' was not run: call " + (call + 1) + " exceeds the limit of " + maxCalls
                + " calls in one batch");
    }

    static Outcome tooLong(String tool, long bytes) {
        return failed("tool '" + tool + "' was not started: its arguments and the results that it uses take " + bytes
                + " bytes, which exceeds the limit of " + PayloadLimit.MOST_BYTES + " bytes");
    }

    /** Calls whose reports, however brief, do not fit into one payload. */
    static String roundTooLong(int calls, long bytes) {
        return "the round of " + calls + " calls was not run: its calls and their briefest results take " + bytes
                + " bytes, which exceeds the limit of " + PayloadLimit.MOST_BYTES
                + " bytes; send fewer or shorter calls";
    }

    /** What takes the place of a result that is left out. */
    static String leftOut(long bytes) {
        return "The call succeeded. Its result of " + bytes
                + " bytes was left out: with those of its round it exceeds the limit of " + PayloadLimit.MOST_BYTES
                + " bytes";
    }

    /** A call would wait for a decision, but what must be kept of it until then is too long. */
    static Outcome cannotWait(String tool, PendingKind kind, long bytes) {
        return failed("tool '" + tool + "' cannot wait for "
                + (kind == PendingKind.APPROVAL ? "its approval" : "a decision")
                + ": its arguments and what is kept with them take " + bytes + " bytes, which exceeds the limit of "
                + PayloadLimit.MOST_BYTES + " bytes"
                + (kind == PendingKind.APPROVAL ? "" : "; what it has begun may still take effect"));
    }

    /** A worker could not tell how the call ended, such as when its result cannot be written. */
    static Outcome noReply(String tool, String why, boolean changes) {
        return failed("what tool '" + tool + "' came to is not known: " + why
                + (changes ? "; it may have taken effect" : ""));
    }

    static Outcome failed(String message) {
        return new Outcome.Failed(new CallRefusedException(message));
    }

    /** Returns the outcome of a call that has exceeded a limit. {@code what} is the attempt, the call or the round. */
    static Outcome timedOut(String tool, String what, long limitMillis, boolean begun, boolean changes) {
        String message = "tool '" + tool + "' timed out: " + what + " exceeded " + limitMillis + " ms";
        if (!begun) {
            message += " before the tool could start";
        } else if (changes) {
            message += "; it may still take effect";
        }
        return new Outcome.TimedOut(message, Duration.ofMillis(limitMillis), begun && changes);
    }

    /** Returns the outcome of an attempt that did not begin, with what an earlier attempt may have done. */
    static Outcome begunBefore(Outcome outcome) {
        if (outcome.message().endsWith(BEFORE)) {
            // The worker has said so.
            return outcome;
        }
        String message = outcome.message() + BEFORE;
        return switch (outcome) {
            case Outcome.Succeeded succeeded -> succeeded;
            case Outcome.Failed failed -> failed(message);
            case Outcome.TimedOut late -> new Outcome.TimedOut(message, late.limit(), true);
            case Outcome.Cancelled cancelled -> new Outcome.Cancelled(message, true);
            case Outcome.Skipped skipped -> new Outcome.Cancelled(message, true);
        };
    }

    static Outcome lost(String tool, long heartbeatMillis, boolean changes) {
        return new Outcome.TimedOut(
                "tool '" + tool + "' was lost: its worker gave no sign of life for " + heartbeatMillis + " ms"
                        + (changes ? "; it may have taken effect" : ""),
                Duration.ofMillis(heartbeatMillis),
                changes);
    }

    static Outcome held(String tool, int holder, String toolOfHolder) {
        return failed("tool '" + tool + "' was not started: call " + (holder + 1) + " (tool '" + toolOfHolder
                + "') was abandoned, still runs, and holds what it needs");
    }

    static Outcome skipped(String tool, int producer, String toolOfProducer, Outcome outcome) {
        String came = outcome instanceof Outcome.Skipped
                ? "was skipped itself"
                : "did not succeed: " + cut(outcome.message());
        return new Outcome.Skipped("tool '" + tool + "' was not started: it uses the result of call " + (producer + 1)
                + " (tool '" + toolOfProducer + "'), which " + came);
    }

    private static String cut(String text) {
        return text.length() <= MAX_CAUSE ? text : text.substring(0, MAX_CAUSE) + "...";
    }
}
