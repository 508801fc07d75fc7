package dev.interlock.learn;

import dev.interlock.effect.Resource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key of a recorded trace: {@code Class.attribute[index][index]}, {@code fs[folder/name]}. An index {@code *} is a
 * listing of all that lies there.
 */
final class TraceKey {

    private static final Pattern INDEX = Pattern.compile("\\[([^\\]]*)\\]");
    private static final Pattern PARTS = Pattern.compile("[./]");
    private static final Pattern SLASH = Pattern.compile("/");
    private static final String ALL = "*";

    private TraceKey() {}

    /**
     * Returns the resource that an observer would report. Each part of a path is a segment, so that a folder contains
     * its files: {@code fs/folder/name}, {@code Class/attribute/index/index}.
     */
    static Resource resource(String key) {
        StringBuilder path = new StringBuilder();
        int bracket = key.indexOf('[');
        PARTS.splitAsStream(bracket < 0 ? key : key.substring(0, bracket)).forEach(part -> add(path, part));
        Matcher index = INDEX.matcher(key);
        while (index.find()) {
            SLASH.splitAsStream(index.group(1))
                    .filter(part -> !part.equals(ALL))
                    .forEach(part -> add(path, part));
        }
        return Resource.of(path.toString());
    }

    /** Adds a segment. No segment leads upwards. */
    private static void add(StringBuilder path, String segment) {
        path.append('/').append(segment.equals("..") ? "%2E%2E" : segment);
    }
}
