package dev.interlock.temporal;

import dev.interlock.call.Outcome;
import dev.interlock.execution.CallRefusedException;
import java.time.Duration;

/** The outcomes that a workflow itself gives to calls, in the engine's words. */
final class Words {

    private static final int MAX_CAUSE = 500;

    private Words() {}

    static Outcome notStarted(String tool, String why) {
        return new Outcome.Cancelled("tool '" + tool + "' was not started: " + why, false);
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

    /** A worker could not say what came of it, as where a result cannot be written. */
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
