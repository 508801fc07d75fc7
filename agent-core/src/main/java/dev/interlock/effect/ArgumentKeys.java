package dev.interlock.effect;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an argument stands for in a resource's path.
 *
 * <p>Invariant: a tool reads an argument as text, as a number, as a truth value, as a name from a list, or as a UUID.
 * {@link ParameterType#STRING} allows text and UUIDs, {@link ParameterType#ENUM} text and names,
 * {@link ParameterType#OTHER} everything, and each other type what it is called. If two arguments are equal in a
 * reading that both their types allow, they have a key in common. To merge two different things only costs time; to
 * split one thing would lose an order dependency.
 *
 * <p>LangChain4j makes the constant {@code OPEN} of the argument {@code open} if the parameter is an enum, and another
 * tool may take {@code OPEN} as text. So an argument of type {@code ENUM} is also the text in upper case. Elements of
 * arrays and members of objects have no type, and JSON parsers take constants for them as they are written.
 *
 * <p>Names, truth values and UUIDs have lower-case keys. So most texts have one key if their type is not {@code ENUM}.
 */
final class ArgumentKeys {

    /** The key of a value that may name several things. */
    static final String WIDE = "";

    static final int MAX_ELEMENTS = 1_000;

    private static final List<String> ONLY_WIDE = List.of(WIDE);
    /** Possessive, so that the time grows with the length of the text only. */
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?+(?:[0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)(?:[eE][+-]?+[0-9]++)?");

    /** To spell out a number of more bits would take long. Jackson reads no number of more than 1,000 digits. */
    private static final int MAX_BITS = 1 << 15;

    /** From this number on, one double stands for several whole numbers. */
    private static final double TWO_POW_53 = 0x1p53;

    private ArgumentKeys() {}

    /** Returns at least one key. */
    static List<String> of(@Nullable JsonNode value, ParameterType type) {
        if (value == null) {
            return ONLY_WIDE;
        }
        return value.isArray() ? ofElements(value, type) : ofScalar(value, type);
    }

    private static List<String> ofElements(JsonNode array, ParameterType type) {
        if (array.isEmpty() || array.size() > MAX_ELEMENTS) {
            return ONLY_WIDE;
        }
        Set<String> keys = new LinkedHashSet<>();
        for (JsonNode element : array) {
            keys.addAll(ofScalar(element, type));
        }
        return List.copyOf(keys);
    }

    private static List<String> ofScalar(JsonNode value, ParameterType type) {
        return switch (value.getNodeType()) {
            case STRING -> ofText(value.textValue(), type);
            case NUMBER -> ofNumber(value, type);
            case BOOLEAN -> isNumeric(type) ? ONLY_WIDE : List.of(value.asText());
            case ARRAY, BINARY, MISSING, NULL, OBJECT, POJO -> ONLY_WIDE;
        };
    }

    private static List<String> ofText(String text, ParameterType type) {
        return switch (type) {
            case STRING -> distinct(text, null, text, UuidText.spellings(text));
            case ENUM -> distinct(text, null, name(text), List.of(constant(text)));
            case INTEGER, NUMBER -> {
                String number = canonicalNumber(text);
                yield number == null ? ONLY_WIDE : ofCanonical(number, type);
            }
            case BOOLEAN -> {
                String truth = canonicalBoolean(text);
                yield truth == null ? ONLY_WIDE : List.of(truth);
            }
            // A truth value is a name, too.
            case OTHER -> distinct(text, canonicalNumber(text), name(text), UuidText.spellings(text));
        };
    }

    private static List<String> ofNumber(JsonNode value, ParameterType type) {
        if (type == ParameterType.BOOLEAN) {
            return ONLY_WIDE;
        }
        if (value.isBigInteger() && value.bigIntegerValue().bitLength() > MAX_BITS) {
            return ONLY_WIDE;
        }
        String text = value.asText();
        if (value.isIntegralNumber()) {
            return ofCanonical(text, type);
        }
        String canonical = canonical(value.isFloat() ? Double.parseDouble(text) : value.doubleValue());
        return isNumeric(type)
                ? List.of(canonical)
                : distinct(text, canonical, type == ParameterType.STRING ? text : name(text), List.of());
    }

    /** A parameter of type NUMBER can be a double, and a double cannot tell large neighbouring numbers apart. */
    private static List<String> ofCanonical(String number, ParameterType type) {
        return type == ParameterType.NUMBER && number.length() > 15
                ? List.of(canonical(Double.parseDouble(number)))
                : List.of(number);
    }

    /** The tool may read the value in each of these ways, so all keys count. */
    private static List<String> distinct(String text, @Nullable String number, String name, List<String> more) {
        if (WIDE.equals(number)) {
            return ONLY_WIDE;
        }
        boolean plain = more.isEmpty() && name.equals(text);
        if (plain && (number == null || number.equals(text))) {
            return List.of(text);
        }
        Set<String> keys = new LinkedHashSet<>();
        keys.add(text);
        if (number != null) {
            keys.add(number);
        }
        keys.add(name);
        keys.addAll(more);
        return List.copyOf(keys);
    }

    /** Returns one text for all spellings of a name for which letter case and blanks around it do not matter. */
    private static String name(String text) {
        String name = text.strip();
        return name.isEmpty() ? text : isLowerCaseAscii(name) ? name : Spelling.fold(name);
    }

    /** Returns the name of the constant that LangChain4j looks for if there is none that is spelled as the text is. */
    private static String constant(String text) {
        String name = text.strip();
        return name.isEmpty() ? text : name.toUpperCase(Locale.ROOT);
    }

    private static boolean isLowerCaseAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > '~' || (c >= 'A' && c <= 'Z')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumeric(ParameterType type) {
        return type == ParameterType.INTEGER || type == ParameterType.NUMBER;
    }

    private static @Nullable String canonicalBoolean(String text) {
        String word = text.length() > 32 ? text : text.strip().toLowerCase(Locale.ROOT);
        return word.equals("true") || word.equals("false") ? word : null;
    }

    /**
     * Returns the canonical spelling of a decimal number, {@link #WIDE} for a number too large to be certain of, or
     * null for any other text. Whole numbers stay exact; others are as precise as the double that a JSON parser makes
     * of them.
     */
    private static @Nullable String canonicalNumber(String text) {
        if (isPlainWhole(text)) {
            return text;
        }
        if (text.isEmpty() || Character.isLetter(text.charAt(0))) {
            return null;
        }
        String number = text.trim();
        if (!DECIMAL.matcher(number).matches()) {
            return null;
        }
        for (int i = 0; i < number.length(); i++) {
            if (".eE".indexOf(number.charAt(i)) >= 0) {
                return canonical(Double.parseDouble(number));
            }
        }
        return canonicalWhole(number);
    }

    private static boolean isPlainWhole(String text) {
        if (text.isEmpty() || (text.charAt(0) == '0' && text.length() > 1)) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static String canonicalWhole(String number) {
        int start = number.charAt(0) == '+' || number.charAt(0) == '-' ? 1 : 0;
        while (start < number.length() - 1 && number.charAt(start) == '0') {
            start++;
        }
        String digits = number.substring(start);
        return number.charAt(0) == '-' && !digits.equals("0") ? "-" + digits : digits;
    }

    private static String canonical(double number) {
        if (!(Math.abs(number) < TWO_POW_53)) {
            return WIDE;
        }
        long whole = (long) number;
        return whole == number
                ? Long.toString(whole)
                : BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
