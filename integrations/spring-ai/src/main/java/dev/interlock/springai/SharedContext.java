package dev.interlock.springai;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether one call can change a value of the {@code ToolContext}, which all calls of a response share, so that
 * another call sees it. Neither a tool's name nor its schema reveals that.
 */
final class SharedContext {

    private static final Set<Class<?>> IMMUTABLE = Set.of(
            String.class,
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            BigInteger.class,
            UUID.class,
            URI.class,
            Locale.class);

    private SharedContext() {}

    /**
     * Whether a call may change one of the values.
     *
     * @param values the context's values
     * @return false if no call can change any of them
     */
    static boolean mayChange(Collection<? extends @Nullable Object> values) {
        return values.stream().anyMatch(value -> value != null && !isImmutable(value));
    }

    private static boolean isImmutable(Object value) {
        return value instanceof Enum<?>
                || IMMUTABLE.contains(value.getClass())
                || value.getClass().getName().startsWith("java.time.");
    }
}
