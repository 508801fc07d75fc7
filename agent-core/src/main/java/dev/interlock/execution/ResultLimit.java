package dev.interlock.execution;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How long the result of a call may be, and what becomes of a longer one. Results that are text or JSON are measured,
 * others are not.
 *
 * @param maxBytes the most bytes of its text in UTF-8, at least 1
 * @param whenLonger what becomes of a longer one
 */
public record ResultLimit(int maxBytes, WhenLonger whenLonger) {

    /** What becomes of a result that is too long. */
    public enum WhenLonger {
        /** It is cut, and a notice at its end says so. */
        CUT,
        /** The call fails. */
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
     * Applies the limit to a text.
     *
     * @param text a result
     * @return as much of it as fits, and a notice; null if it is not too long
     * @throws IllegalStateException if it is too long and the call is to fail
     */
    public @Nullable String cut(String text) {
        if (text.length() <= maxBytes / 3) {
            return null;
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes <= maxBytes) {
            return null;
        }
        if (whenLonger == WhenLonger.FAIL) {
            throw new IllegalStateException(
                    "the result of " + bytes + " bytes is longer than the limit of " + maxBytes + " bytes");
        }
        return text.substring(0, charsThatFit(text)) + "\n[cut: the first " + maxBytes + " of " + bytes + " bytes]";
    }

    /** Never cuts a character in two. */
    private int charsThatFit(String text) {
        CharsetEncoder encoder = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        CharBuffer chars = CharBuffer.wrap(text);
        encoder.encode(chars, ByteBuffer.allocate(maxBytes), true);
        return chars.position();
    }
}
