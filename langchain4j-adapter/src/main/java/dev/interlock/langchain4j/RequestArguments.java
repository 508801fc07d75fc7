package dev.interlock.langchain4j;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import dev.langchain4j.internal.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one request, read once. Effects, interceptors, references, hooks, events and the tool itself get
 * this one form, so that <em>what runs is what was checked</em>.
 *
 * <p>Text that every JSON parser reads as the same object stays as the model wrote it. For any other text LangChain4j's
 * reading counts, since its tools read that way: it drops text after the object, takes the last of several values with
 * one name, and repairs broken JSON. The tool then gets this reading as JSON text. So no arguments exist that a tool
 * can read and a guard cannot, or that the two read differently.
 *
 * <p>If LangChain4j reads no object from a text, the arguments are unreadable, and no tool runs with them, no matter
 * what its executor could do with the text. Two readings differ from LangChain4j's: a JSON {@code null} is an object
 * without properties, and values that JSON cannot hold (a not-a-number of a lenient codec) make the arguments
 * unreadable.
 *
 * <p>Immutable as long as no code changes the {@link JsonNode}.
 */
final class RequestArguments {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();
    private static final ObjectReader STRICT = JSON.readerFor(JsonNode.class);
    private static final ObjectReader EXACT =
            STRICT.with(new ExactNumbers()).with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** A quote at either end; a line break may follow the last one. */
    private static final Pattern OUTER_QUOTE = Pattern.compile("\\A\"|\"\\Z");

    private static final Pattern SUPERFLUOUS_COMMA = Pattern.compile(",(?=\\s*[}\\]])");

    /** A number that parsers read as infinite. */
    private static final String INFINITE = "1e999";

    private static final Type MAP = new ParameterizedType() {
        @Override
        public Type[] getActualTypeArguments() {
            return new Type[] {String.class, Object.class};
        }

        @Override
        public Type getRawType() {
            return Map.class;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return null;
        }
    };

    private final JsonNode json;
    private final @Nullable String text;
    private final @Nullable IllegalArgumentException problem;
    private final boolean failsInLangChain4j;

    private RequestArguments(
            JsonNode json,
            @Nullable String text,
            @Nullable IllegalArgumentException problem,
            boolean failsInLangChain4j) {
        this.json = json;
        this.text = text;
        this.problem = problem;
        this.failsInLangChain4j = failsInLangChain4j;
    }

    /**
     * Reads what a model wrote.
     *
     * @param written the arguments of the request
     * @param exact whether the tool may see more digits of a number than a double holds; then the digits are kept
     */
    static RequestArguments read(@Nullable String written, boolean exact) {
        if (written == null || written.trim().isEmpty()) {
            return empty(null);
        }
        try {
            JsonNode json = (exact ? EXACT : STRICT).readValue(written);
            if (json.isObject()) {
                return new RequestArguments(json, null, null, false);
            }
            if (json.isNull()) {
                return empty("{}");
            }
        } catch (JsonProcessingException e) {
            // LangChain4j may still read an object from it.
        }
        return readLeniently(written);
    }

    /** A new node each time, since an interceptor may change it. */
    private static RequestArguments empty(@Nullable String text) {
        return new RequestArguments(JsonNodeFactory.instance.objectNode(), text, null, false);
    }

    private static RequestArguments readLeniently(String written) {
        Map<String, Object> properties;
        try {
            properties = asLangChain4j(written);
        } catch (RuntimeException e) {
            return unreadable(e.getCause() instanceof JsonProcessingException cause ? cause : e, true);
        }
        if (properties == null) {
            return unreadable("its arguments are not a JSON object but null followed by text", null, false);
        }
        RequestArguments read;
        try {
            read = of(JSON.valueToTree(properties));
        } catch (IllegalArgumentException e) {
            return unwritable(e);
        }
        if (read.text == null || properties.equals(Json.<Map<String, Object>>fromJson(read.text, MAP))) {
            return read;
        }
        return unwritable(null);
    }

    /** Reads a text as LangChain4j's tools do; null for a JSON null. */
    private static @Nullable Map<String, Object> asLangChain4j(String written) {
        try {
            return Json.fromJson(written, MAP);
        } catch (RuntimeException e) {
            return Json.fromJson(mended(written), MAP);
        }
    }

    private static String mended(String written) {
        String unquoted = OUTER_QUOTE.matcher(written).replaceAll("").replace("\\\"", "\"");
        return SUPERFLUOUS_COMMA.matcher(unquoted).replaceAll("");
    }

    /** Returns the arguments of a call whose interceptor changed them, or whose references were replaced. */
    static RequestArguments of(JsonNode json) {
        if (!json.isObject()) {
            return unreadable("its arguments were changed to something other than a JSON object", null, false);
        }
        try {
            return new RequestArguments(json, text(json), null, false);
        } catch (IOException e) {
            return unwritable(e);
        }
    }

    /**
     * Returns unreadable arguments, because code changed them in place: interceptors saw other arguments than the tool
     * would get.
     */
    static RequestArguments changedInPlace() {
        return unreadable(
                "its arguments were changed in place: an interceptor must proceed with a new call instead",
                null,
                false);
    }

    private static RequestArguments unwritable(@Nullable Exception cause) {
        String why = cause == null ? "" : ": " + cause.getMessage();
        return unreadable("its arguments hold a value that cannot be written as JSON" + why, cause, false);
    }

    private static RequestArguments unreadable(Exception cause, boolean failsInLangChain4j) {
        String why = cause instanceof JsonProcessingException syntax ? syntax.getOriginalMessage() : cause.getMessage();
        return unreadable("its arguments are not a JSON object: " + why, cause, failsInLangChain4j);
    }

    private static RequestArguments unreadable(String why, @Nullable Exception cause, boolean failsInLangChain4j) {
        return new RequestArguments(
                MissingNode.getInstance(), null, new IllegalArgumentException(why, cause), failsInLangChain4j);
    }

    private static String text(JsonNode json) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = new OnlyNumbers(JSON.createGenerator(text))) {
            JSON.writeTree(generator, json);
        }
        return text.toString();
    }

    /** The arguments as an object; a missing node if they cannot be read. */
    JsonNode json() {
        return json;
    }

    /** The text for the tool; null if the tool gets what the model wrote. */
    @Nullable
    String text() {
        return text;
    }

    /** Why the arguments cannot be read, as the end of a sentence about a tool; null if they can. */
    @Nullable
    IllegalArgumentException problem() {
        return problem;
    }

    /** Whether LangChain4j's own executor would throw before it runs the tool with what the model wrote. */
    boolean failInLangChain4j() {
        return failsInLangChain4j;
    }

    /** Reads numbers as doubles, as LangChain4j does, unless a double is not exact. */
    private static final class ExactNumbers extends JsonNodeFactory {
        private static final long serialVersionUID = 1L;

        @Override
        public ValueNode numberNode(BigDecimal number) {
            double rounded = number.doubleValue();
            return !Double.isInfinite(rounded) && BigDecimal.valueOf(rounded).compareTo(number) == 0
                    ? numberNode(rounded)
                    : super.numberNode(number);
        }
    }

    /** Writes an infinite double so that it is read as infinite again, and refuses a double that is not a number. */
    private static final class OnlyNumbers extends JsonGeneratorDelegate {

        OnlyNumbers(JsonGenerator generator) {
            super(generator, false);
        }

        @Override
        public void writeNumber(double number) throws IOException {
            if (Double.isNaN(number)) {
                throw new IOException("JSON cannot represent NaN");
            }
            if (Double.isInfinite(number)) {
                writeNumber(number > 0 ? INFINITE : "-" + INFINITE);
            } else {
                super.writeNumber(number);
            }
        }

        @Override
        public void writeNumber(float number) throws IOException {
            if (Float.isFinite(number)) {
                super.writeNumber(number);
            } else {
                writeNumber((double) number);
            }
        }
    }
}
