package dev.interlock.effect.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON that, unlike Jackson's tree, knows its line numbers and keeps repeated keys. It allows comments ({@code //},
 * {@code /*}, {@code #}) and a comma behind the last element.
 */
sealed interface Json {

    JsonFactory LENIENT = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_YAML_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    /** The line on which the value begins, from 1. */
    int line();

    /** The value's kind in words. */
    String kind();

    /** An object: its members in the text's order, maybe several of one name. */
    record Members(int line, List<Member> members) implements Json {
        @Override
        public String kind() {
            return "an object";
        }
    }

    record Elements(int line, List<Json> elements) implements Json {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /**
     * A value without parts.
     *
     * @param value a String, a BigDecimal or a Boolean, null for null
     */
    record Value(int line, @Nullable Object value) implements Json {
        @Override
        public String kind() {
            return value instanceof String text ? "\"" + text + "\"" : String.valueOf(value);
        }
    }

    /**
     * A member of an object.
     *
     * @param line the line of the member's name
     */
    record Member(int line, String name, Json value) {}

    /**
     * Reads a text.
     *
     * @param utf8 the text; its first bytes tell UTF-16 and UTF-32
     * @throws JsonProcessingException if the text is not JSON; the exception knows the line
     * @throws IOException if the text's characters are malformed
     */
    static Json parse(byte[] utf8) throws IOException {
        try (JsonParser parser = LENIENT.createParser(utf8)) {
            if (parser.nextToken() == null) {
                return new Value(1, null);
            }
            Json json = value(parser);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "text follows the end of the object");
            }
            return json;
        }
    }

    private static Json value(JsonParser parser) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                List<Member> members = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    int lineOfName = parser.currentTokenLocation().getLineNr();
                    String name = parser.currentName();
                    parser.nextToken();
                    members.add(new Member(lineOfName, name, value(parser)));
                }
                yield new Members(line, members);
            }
            case START_ARRAY -> {
                List<Json> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(parser));
                }
                yield new Elements(line, elements);
            }
            case VALUE_STRING -> new Value(line, parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Value(line, parser.getDecimalValue());
            case VALUE_TRUE, VALUE_FALSE -> new Value(line, parser.getBooleanValue());
            default -> new Value(line, null);
        };
    }
}
