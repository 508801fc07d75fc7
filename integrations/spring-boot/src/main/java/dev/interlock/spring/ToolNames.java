package dev.interlock.spring;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * The names of tools as they were written. Spring Boot drops what it takes for punctuation from a key of a map, so that
 * {@code interlock.tools.read_file.timeout} would be about a tool {@code readfile}, of which there is none: names of tools
 * with underscores are usual. Brackets, {@code interlock.tools[read_file].timeout}, keep the name, but nobody thinks of
 * them. So the keys are looked up among the properties as they were written.
 */
final class ToolNames {

    private static final Pattern KEY = Pattern.compile("interlock\\.tools\\.([^.\\[]+)\\..*");
    private static final Pattern DROPPED = Pattern.compile("[^A-Za-z0-9-]");

    private final Map<String, Set<String>> written;

    private ToolNames(Map<String, Set<String>> written) {
        this.written = written;
    }

    static ToolNames in(ConfigurableEnvironment environment) {
        Map<String, Set<String>> written = new HashMap<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                for (String property : enumerable.getPropertyNames()) {
                    Matcher key = KEY.matcher(property);
                    if (key.matches()) {
                        String name = key.group(1);
                        written.computeIfAbsent(DROPPED.matcher(name).replaceAll(""), any -> new TreeSet<>())
                                .add(name);
                    }
                }
            }
        }
        return new ToolNames(written);
    }

    /**
     * The name that a key stands for.
     *
     * @throws IllegalArgumentException if it stands for several
     */
    String of(String key) {
        Set<String> names = written.getOrDefault(key, Set.of(key));
        if (names.size() > 1) {
            throw new IllegalArgumentException("interlock.tools: Spring Boot takes " + names
                    + " for one key; write them in brackets, as in interlock.tools[" + names.iterator().next() + "]");
        }
        return names.iterator().next();
    }
}
