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
 * The keys that an argument stands for in a resource's path. Two arguments that mean the same thing to a tool have a
 * key in common. To merge two different things only costs time; to split one thing would lose an order dependency.
 */
final class ArgumentKeys {

    /** The key of a value that may name several things. */
    static final String WIDE = "";

    static final int MAX_ELEMENTS = 1_000;

    private static final List<String> ONLY_WIDE = List.of(WIDE);
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

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
            case STRING -> isUuid(text) ? either(text, text.toLowerCase(Locale.ROOT)) : List.of(text);
            case ENUM -> either(text, text.toUpperCase(Locale.ROOT));
            case INTEGER, NUMBER -> {
                String number = canonicalNumber(text);
                yield number == null ? ONLY_WIDE : ofCanonical(number, type);
            }
            case BOOLEAN -> {
                String truth = canonicalBoolean(text);
                yield truth == null ? ONLY_WIDE : List.of(truth);
            }
            case OTHER -> {
                String number = canonicalNumber(text);
                String truth = number == null ? canonicalBoolean(text) : null;
                yield number != null ? either(text, number) : truth != null ? either(text, truth) : List.of(text);
            }
        };
    }

    private static List<String> ofNumber(JsonNode value, ParameterType type) {
        if (type == ParameterType.BOOLEAN) {
            return ONLY_WIDE;
        }
        String text = value.asText();
        if (value.isIntegralNumber()) {
            return ofCanonical(text, type);
        }
        String canonical = canonical(value.isFloat() ? Double.parseDouble(text) : value.doubleValue());
        return isNumeric(type) ? List.of(canonical) : either(text, canonical);
    }

    /** A parameter of type NUMBER can be a double, and a double cannot tell large neighbouring numbers apart. */
    private static List<String> ofCanonical(String number, ParameterType type) {
        return type == ParameterType.NUMBER && number.length() > 15
                ? List.of(canonical(Double.parseDouble(number)))
                : List.of(number);
    }

    /** The tool may see the value as text or as a number, so both keys count. */
    private static List<String> either(String text, String canonical) {
        return canonical.equals(text) || canonical.equals(WIDE) ? List.of(canonical) : List.of(text, canonical);
    }

    /** A tool may read the text as a UUID, where letter case does not matter. */
    private static boolean isUuid(String text) {
        return text.length() == 36
                && text.charAt(8) == '-'
                && text.charAt(13) == '-'
                && text.charAt(18) == '-'
                && text.charAt(23) == '-';
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
