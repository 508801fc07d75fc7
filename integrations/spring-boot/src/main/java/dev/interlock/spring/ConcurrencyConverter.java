package dev.interlock.spring;

import dev.interlock.execution.Concurrency;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.core.convert.converter.Converter;

/** Reads {@code interlock.max-concurrency}: a number, or a word. */
@ConfigurationPropertiesBinding
final class ConcurrencyConverter implements Converter<String, Concurrency> {

    @Override
    public Concurrency convert(String text) {
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
