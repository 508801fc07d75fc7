package dev.interlock.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.Outcome;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How long what a call tells the model may be, and what becomes of something longer.
 *
 * <p>It holds for all that a call can come to: for what the tool returned or an interceptor gave in its place, for the
 * message of a failure, whoever wrote it (the tool, an error handler, the library: timeouts, refused calls, skipped ones),
 * and for the answer to a call of an unknown tool.
 *
 * <p>What is counted, always in bytes:
 *
 * <ul>
 *   <li>text in UTF-8, where half a surrogate pair is one byte;
 *   <li>JSON as its shortest text, a JSON string as the text that it holds;
 *   <li>a content that is not text, such as an image, by what is sent of it: its Base64 text (where there are only the
 *       bytes, what that would be) and its URL;
 *   <li>several contents of one result together, in their order, each as at least one byte.
 * </ul>
 *
 * <p>Other values that a tool of {@link ToolCallExecutor} returns are not counted, since only the caller knows what text
 * it makes of them. Nor are ids, names of tools, attributes, and the notices that this limit leads to: at most 100 bytes a
 * notice, and at most ten notices a result.
 *
 * @param maxBytes the most bytes, at least 1
 * @param whenLonger what becomes of more
 */
public record ResultLimit(int maxBytes, WhenLonger whenLonger) {

    /** What becomes of a result that is too long. */
    public enum WhenLonger {
        /**
         * It is cut, never within a character, and a notice at its end says so. A content that is not text is not cut but
         * left out, and a text in its place says what and how large it was; so is a text for which no byte is left.
         */
        CUT,
        /**
         * The call fails, with a message that says how long the result was. A call that has failed anyway gets such a
         * message in place of its own.
         */
        FAIL
    }

    /** Rejects limits below 1. */
    public ResultLimit {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be >= 1, was " + maxBytes);
        }
    }

    @Nullable
    Object apply(@Nullable Object value) {
        return value instanceof CharSequence || value instanceof JsonNode ? applyToText(value) : value;
    }

    private Object applyToText(Object value) {
        String text = value instanceof JsonNode node && !node.isTextual()
                ? node.toString()
                : value instanceof JsonNode node ? node.textValue() : value.toString();
        String cut = cut(text);
        return cut == null ? value : cut;
    }

    /** The outcome with a message that is not too long; what failed with a longer one is the cause of another failure. */
    Outcome apply(Outcome outcome) {
        String limited = cutMessage(outcome);
        return limited == null
                ? outcome
                : switch (outcome) {
                    case Outcome.Succeeded succeeded -> succeeded;
                    case Outcome.Failed failed -> new Outcome.Failed(new LongFailure(limited, failed.error()));
                    case Outcome.TimedOut timedOut ->
                        new Outcome.TimedOut(limited, timedOut.limit(), timedOut.mayHaveTakenEffect());
                    case Outcome.Cancelled cancelled -> new Outcome.Cancelled(limited, cancelled.mayHaveTakenEffect());
                    case Outcome.Skipped skipped -> new Outcome.Skipped(limited);
                };
    }

    /** Null if nothing is too long; what this limit itself says never is. */
    private @Nullable String cutMessage(Outcome outcome) {
        boolean exempt =
                outcome.isSuccess() || (outcome instanceof Outcome.Failed failed && failed.error() instanceof TooLong);
        return exempt ? null : cutMessage(outcome.message());
    }

    /**
     * What an outcome tells the model.
     *
     * @param outcome of a call that did not succeed
     * @return its message, as far as it fits
     */
    public String message(Outcome outcome) {
        String limited = cutMessage(outcome);
        return limited == null ? outcome.message() : limited;
    }

    /**
     * Applies the limit to a text.
     *
     * @param text a result
     * @return as much of it as fits, and a notice; null if it is not too long
     * @throws IllegalStateException if it is too long and the call is to fail
     */
    public @Nullable String cut(String text) {
        return cut(text, "result");
    }

    /**
     * Applies the limit to a message that says why a call did not succeed.
     *
     * @param message a message, or the text of an error
     * @return what there is to be in its place; null if it is not too long
     */
    public @Nullable String cutMessage(String message) {
        try {
            return cut(message, "error's text");
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    private @Nullable String cut(String text, String what) {
        if (text.length() <= maxBytes / 3) {
            return null;
        }
        long bytes = bytes(text);
        if (bytes <= maxBytes) {
            return null;
        }
        if (whenLonger == WhenLonger.FAIL) {
            throw tooLong(what, bytes);
        }
        return first(maxBytes, text, bytes);
    }

    /**
     * What a call fails with whose result is too long.
     *
     * @param what the subject of the message
     * @param bytes how long it is
     * @return the exception, to be thrown
     */
    public IllegalStateException tooLong(String what, long bytes) {
        return new TooLong(
                "the " + what + " of " + bytes + " bytes is longer than the limit of " + maxBytes + " bytes");
    }

    /**
     * How long a text is.
     *
     * @param text any text
     * @return its bytes in UTF-8
     */
    public static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * The beginning of a text, and a notice.
     *
     * @param room how much of it is to be left, at least 1 and less than {@code bytes}
     * @param text any text
     * @param bytes how long it is
     * @return at most {@code room} bytes of it, never half a character, and the notice
     */
    public static String first(int room, String text, long bytes) {
        return text.substring(0, charsThatFit(room, text)) + "\n[cut: the first " + room + " of " + bytes + " bytes]";
    }

    /** Never cuts a character in two. */
    private static int charsThatFit(int room, String text) {
        CharsetEncoder encoder = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        CharBuffer chars = CharBuffer.wrap(text);
        encoder.encode(chars, ByteBuffer.allocate(room), true);
        return chars.position();
    }

    /** A result was too long. */
    private static final class TooLong extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        TooLong(String message) {
            super(message);
        }
    }

    /** A failure whose message was too long. */
    private static final class LongFailure extends Exception {
        private static final long serialVersionUID = 1L;

        LongFailure(String message, Throwable cause) {
            super(message, cause, false, false);
        }
    }
}
