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
 * Says whether the values of a {@code ToolContext}, which all calls of a response get, can be changed by one call so that
 * another sees it. Of that neither a tool's name nor its schema says anything.
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
     * Whether one of the values may be changed.
     *
     * @param values those of the context
     * @return false if nobody can change any
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
