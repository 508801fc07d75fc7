package dev.interlock.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;

/**
 * A call's result as references see it: JSON if the result is JSON or can be written as JSON, and text otherwise.
 * Thread-safe.
 */
public final class ReferredResult {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Numbers keep the digits that the tool wrote. */
    private static final ObjectMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final JsonNode json;

    /** The tool's text, if the JSON was parsed from text. */
    private final @Nullable String source;

    private volatile @Nullable JsonNode exact;

    private ReferredResult(JsonNode json, @Nullable String source) {
        this.json = json;
        this.source = source;
    }

    /** Runs code of the value's class. */
    public static ReferredResult of(@Nullable Object value) {
        if (value == null) {
            return new ReferredResult(NullNode.instance, null);
        }
        if (value instanceof JsonNode node) {
            return new ReferredResult(node, null);
        }
        if (value instanceof CharSequence text) {
            return ofText(text.toString());
        }
        try {
            return new ReferredResult(JSON.valueToTree(value), null);
        } catch (IllegalArgumentException | StackOverflowError e) {
            return new ReferredResult(TextNode.valueOf(String.valueOf(value)), null);
        }
    }

    private static ReferredResult ofText(String text) {
        JsonNode parsed = parse(JSON, text);
        return parsed == null
                ? new ReferredResult(TextNode.valueOf(text), null)
                : new ReferredResult(parsed, parsed.isTextual() ? null : text);
    }

    private static @Nullable JsonNode parse(ObjectMapper mapper, String text) {
        int first = 0;
        while (first < text.length() && Character.isWhitespace(text.charAt(first))) {
            first++;
        }
        if (first == text.length() || "{[\"-0123456789tfn".indexOf(text.charAt(first)) < 0) {
            return null;
        }
        try {
            return mapper.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    JsonNode json() {
        return json;
    }

    /** Returns a part of the result as text: a text as it is, anything else as the tool wrote it. */
    String text(Reference reference, JsonNode part) {
        if (part.isTextual()) {
            return part.textValue();
        }
        if (source == null) {
            return part.toString();
        }
        if (reference.path().isEmpty()) {
            return source;
        }
        if (!part.isContainerNode() && !part.isFloatingPointNumber()) {
            return part.toString();
        }
        JsonNode exactPart = reference.find(exact(source));
        return (exactPart == null ? part : exactPart).toString();
    }

    private JsonNode exact(String text) {
        JsonNode known = exact;
        if (known == null) {
            JsonNode parsed = parse(EXACT, text);
            known = parsed == null ? json : parsed;
            exact = known;
        }
        return known;
    }
}
