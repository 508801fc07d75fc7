package dev.interlock.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** The text for the model of a result that is not the tool's own, since an interceptor gave it. */
public final class ResultText {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ResultText() {}

    /**
     * Converts a result: text stays, anything else becomes JSON. Runs code of the result's class.
     *
     * @param value the result
     * @return the text; {@code null} as JSON for null, and what {@code toString} says of a value that Jackson cannot
     *     write
     */
    public static String of(@Nullable Object value) {
        if (value instanceof CharSequence || value instanceof JsonNode) {
            return value.toString();
        }
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            return String.valueOf(value);
        }
    }
}
