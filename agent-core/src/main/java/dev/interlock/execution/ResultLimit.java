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
 * The longest result of a call for the model, and what happens to a longer one.
 *
 * <p>The limit holds for every outcome: for what the tool returned or an interceptor gave in its place, for the message
 * of a failure by the tool, an error handler or the library (such as a timeout, a refused or a skipped call), and for
 * the answer to a call of an unknown tool.
 *
 * <p>The limit counts bytes:
 *
 * <ul>
 *   <li>text in UTF-8, where half a surrogate pair is one byte;
 *   <li>JSON as its shortest text, a JSON string as the text that it holds;
 *   <li>a content other than text, such as an image, as what goes to the model: its Base64 text (computed, if only the
 *       bytes exist) and its URL;
 *   <li>several contents of one result together, in order, each as at least one byte.
 * </ul>
 *
 * <p>Other values that a tool of {@link ToolCallExecutor} returns do not count, since only the caller knows what text
 * it makes of them. Neither do ids, tool names, attributes, and this limit's own notices: at most ten for each result,
 * each of at most 100 bytes.
 *
 * @param maxBytes the most bytes, at least 1
 * @param whenLonger what happens to a longer result
 */
public record ResultLimit(int maxBytes, WhenLonger whenLonger) {

    /** What happens to a result that is too long. */
    public enum WhenLonger {
        /**
         * The library cuts it, never inside a character, and a notice at its end says so. It leaves out a content other
         * than text, or a text for which no byte is left; a text in its place says what and how large it was.
         */
        CUT,
        /**
         * The call fails with a message that says how long the result was. A call that failed anyway gets such a
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

    /**
     * Returns the outcome with a message within the limit. A failure with a longer message becomes the cause of another
     * failure.
     */
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

    /**
     * Returns the text to use in place of a message that is too long; null if it is not. This limit's own texts never
     * are.
     */
    private @Nullable String cutMessage(Outcome outcome) {
        return isExempt(outcome) ? null : cutMessage(outcome.message());
    }

    private static boolean isExempt(Outcome outcome) {
        return outcome.isSuccess() || (outcome instanceof Outcome.Failed failed && failed.error() instanceof TooLong);
    }

    /**
     * Returns the text of an outcome for the model.
     *
     * @param outcome the outcome of a call that did not succeed
     * @param attempts how often the library started the tool's body
     * @return the {@linkplain Outcome#message(int) message}, cut to the limit
     */
    public String message(Outcome outcome, int attempts) {
        String whole = outcome.message(attempts);
        String limited = isExempt(outcome) ? null : cutMessage(whole);
        return limited == null ? whole : limited;
    }

    /**
     * Applies the limit to a text.
     *
     * @param text a result's text
     * @return as much of the text as fits, with a notice; null if it is not too long
     * @throws IllegalStateException if the text is too long and the call must fail
     */
    public @Nullable String cut(String text) {
        return cut(text, "result");
    }

    /**
     * Applies the limit to the message of a call that did not succeed.
     *
     * @param message a message, or the text of an error
     * @return the text to use in its place; null if the message is not too long
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
     * Creates the failure of a call whose result is too long.
     *
     * @param what the subject of the message
     * @param bytes its length in bytes
     * @return the exception to throw
     */
    public IllegalStateException tooLong(String what, long bytes) {
        return new TooLong(
                "the " + what + " of " + bytes + " bytes is longer than the limit of " + maxBytes + " bytes");
    }

    /**
     * Returns the length of a text.
     *
     * @param text any text
     * @return its bytes in UTF-8
     */
    public static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Returns the beginning of a text with a notice.
     *
     * @param room how many bytes to keep, at least 1 and less than {@code bytes}
     * @param text any text
     * @param bytes its length in bytes
     * @return at most {@code room} bytes of the text, never half a character, and the notice
     */
    public static String first(int room, String text, long bytes) {
        return text.substring(0, charsThatFit(room, text)) + "\n[cut: the first " + room + " of " + bytes + " bytes]";
    }

    /** How many chars fit into {@code room} bytes, without cutting a character in two. */
    private static int charsThatFit(int room, String text) {
        CharsetEncoder encoder = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        CharBuffer chars = CharBuffer.wrap(text);
        encoder.encode(chars, ByteBuffer.allocate(room), true);
        return chars.position();
    }

    /** Thrown if a result was too long. */
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
