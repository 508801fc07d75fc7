package dev.interlock.spring;

import dev.interlock.execution.Concurrency;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.converter.GenericConverter;

/** Reads {@code interlock.max-concurrency}: a number, which YAML gives as one, or a word. */
@ConfigurationPropertiesBinding
final class ConcurrencyConverter implements GenericConverter {

    @Override
    public Set<ConvertiblePair> getConvertibleTypes() {
        return Set.of(
                new ConvertiblePair(String.class, Concurrency.class),
                new ConvertiblePair(Number.class, Concurrency.class));
    }

    @Override
    public @Nullable Object convert(@Nullable Object source, TypeDescriptor from, TypeDescriptor to) {
        return source == null ? null : concurrency(source.toString());
    }

    private static Concurrency concurrency(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "unlimited" -> Concurrency.unlimited();
            case "io" -> Concurrency.forIo();
            case "cpu" -> Concurrency.forCpu();
            default -> number(text);
        };
    }

    private static Concurrency number(String text) {
        int limit;
        try {
            limit = Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a number, 'unlimited', 'io' or 'cpu', was '" + text + "'", e);
        }
        return Concurrency.of(limit);
    }
}
