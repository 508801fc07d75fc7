package dev.interlock.support;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** Types of the JDK whose values no code can change, and enums. Calls may share such values. */
public final class ImmutableTypes {

    private static final Set<Class<?>> SIMPLE = Set.of(
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

    private ImmutableTypes() {}

    /**
     * Whether this class knows a type as immutable.
     *
     * @param type the class of a value, or the declared type of one
     * @return false also for types that it does not know, such as records
     */
    public static boolean contain(Class<?> type) {
        return type.isPrimitive()
                || isEnum(type)
                || SIMPLE.contains(type)
                || (type.getName().startsWith("java.time.") && !type.isInterface());
    }

    /** The class of a constant with a body is none of {@link Class#isEnum}, but its superclass is. */
    private static boolean isEnum(Class<?> type) {
        return type.isEnum()
                || (type.getSuperclass() != null && type.getSuperclass().isEnum());
    }
}
