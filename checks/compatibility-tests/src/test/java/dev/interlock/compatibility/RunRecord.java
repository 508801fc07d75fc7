package dev.interlock.compatibility;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What one run of LangChain4j's tests came to: counts, kept in a file from the run's JVM to the guard's. */
record RunRecord(Map<String, Integer> counts) {

    /** Followed by the name of a test class: how many of its tests ran. */
    static final String RUN = "run.";

    /** Followed by a test: it was skipped, aborted, or its container failed. */
    static final String NOT_RUN = "notRun.";

    /** Followed by the class of a tool service: how many AI service contexts got one. */
    static final String CONTEXT = "context.";

    /** Followed by the name of a test class: how many of its tests built an AI service. */
    static final String SERVED = "served.";

    /** Followed by the name of an event: how many the listener saw. */
    static final String EVENT = "event.";

    private static final Map<String, Integer> COUNTED = new ConcurrentHashMap<>();

    /** How often a key that begins with the prefix was counted in this JVM. */
    static int total(String prefix) {
        return new RunRecord(COUNTED)
                .of(prefix).values().stream().mapToInt(Integer::intValue).sum();
    }

    static void count(String key) {
        COUNTED.merge(key, 1, Integer::sum);
    }

    /** Writes what was counted in this JVM, if this JVM is one that runs LangChain4j's tests. */
    static void store() {
        String file = System.getProperty("interlock.compat.record");
        if (file == null) {
            return;
        }
        Properties properties = new Properties();
        COUNTED.forEach((key, count) -> properties.setProperty(key, count.toString()));
        try (Writer writer = Files.newBufferedWriter(Path.of(file))) {
            properties.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RunRecord load(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, Integer> counts = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> counts.put(key, Integer.valueOf(properties.getProperty(key))));
        return new RunRecord(counts);
    }

    /** The counts whose keys begin with the prefix, under the rest of their keys. */
    Map<String, Integer> of(String prefix) {
        Map<String, Integer> counted = new TreeMap<>();
        counts.forEach((key, count) -> {
            if (key.startsWith(prefix)) {
                counted.put(key.substring(prefix.length()), count);
            }
        });
        return counted;
    }
}
