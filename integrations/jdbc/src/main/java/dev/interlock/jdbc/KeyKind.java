package dev.interlock.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes values of a key's column as text for a resource.
 *
 * <p>Invariant: two values that the database treats as the same key have the same text, or one of them has no text.
 */
enum KeyKind {
    /** Integers and decimals. Only whole numbers have a text, since the database may round others. */
    NUMBER {
        @Override
        @Nullable
        String text(Object value) {
            if (value instanceof String text) {
                return WHOLE.matcher(text).matches() ? new BigInteger(text).toString() : null;
            }
            if (value instanceof BigDecimal decimal) {
                boolean whole = decimal.signum() == 0
                        || (Math.abs(decimal.scale()) < 1_000
                                && decimal.stripTrailingZeros().scale() <= 0);
                return whole ? decimal.toBigInteger().toString() : null;
            }
            if (value instanceof Double || value instanceof Float) {
                double number = ((Number) value).doubleValue();
                return number == Math.rint(number) && Math.abs(number) < EXACT ? Long.toString((long) number) : null;
            }
            boolean integer = value instanceof Long
                    || value instanceof Integer
                    || value instanceof Short
                    || value instanceof Byte
                    || value instanceof BigInteger;
            return integer ? value.toString() : null;
        }
    },
    /** Text that the database compares character by character; trailing spaces may be lost. */
    TEXT {
        @Override
        @Nullable
        String text(Object value) {
            return value instanceof String text && !text.isEmpty() && !text.endsWith(" ") ? text : null;
        }
    },
    /** UUIDs, in any letter case. */
    UNIQUE_ID {
        @Override
        @Nullable
        String text(Object value) {
            if (value instanceof UUID uuid) {
                return uuid.toString();
            }
            return value instanceof String text && ID.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : null;
        }
    };

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,38}");
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
    private static final double EXACT = 0x1p53;

    /** Returns the text; null if the row is uncertain. */
    abstract @Nullable String text(Object value);
}
