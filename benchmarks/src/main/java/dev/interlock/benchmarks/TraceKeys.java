package dev.interlock.benchmarks;

import dev.interlock.effect.Resource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resources of the keys in recorded traces, in two forms. {@link #resource} is exact: a listing, {@code X[*]} or {@code fs[dir/*]}, overlaps the entries there;
 * the entry of a folder does not overlap those within the folder. So the path of an entry is: {@code fs}, the whole
 * folder as one segment, the name. {@link #observed} is what an observer would say, with each part of a path a segment of its
 * own, so that a folder contains what is in it: {@code fs/docs/a.txt}, {@code Class/attribute/index}.
 */
final class TraceKeys {

    private static final Pattern INDEX = Pattern.compile("\\[([^\\]]*)\\]");
    private static final String FILE = "fs[";
    private static final String ALL = "*";

    private TraceKeys() {}

    static Resource resource(String key) {
        StringBuilder path = new StringBuilder();
        if (key.startsWith(FILE) && key.endsWith("]")) {
            String entry = key.substring(FILE.length(), key.length() - 1);
            int slash = entry.lastIndexOf('/');
            add(path, "fs");
            add(path, entry.substring(0, Math.max(0, slash)));
            addUnlessAll(path, entry.substring(slash + 1));
        } else {
            int bracket = key.indexOf('[');
            add(path, bracket < 0 ? key : key.substring(0, bracket));
            Matcher index = INDEX.matcher(key);
            while (index.find()) {
                addUnlessAll(path, index.group(1));
            }
        }
        return Resource.of(path.toString());
    }

    /** What an observer would say; it contains whatever the exact resources overlap with. */
    static Resource observed(String key) {
        StringBuilder path = new StringBuilder();
        int bracket = key.indexOf('[');
        String head = bracket < 0 ? key : key.substring(0, bracket);
        for (String name : head.split("\\.", -1)) {
            path.append('/').append(plain(name));
        }
        Matcher index = INDEX.matcher(key);
        while (index.find()) {
            for (String segment : index.group(1).split("/", -1)) {
                if (!segment.equals(ALL)) {
                    path.append('/').append(plain(segment));
                }
            }
        }
        return Resource.of(path.toString());
    }

    /** No segment leads upwards. */
    private static String plain(String segment) {
        return segment.equals("..") ? "%2E%2E" : segment;
    }

    private static void addUnlessAll(StringBuilder path, String segment) {
        if (!segment.equals(ALL)) {
            add(path, segment);
        }
    }

    /** In front of each segment a mark, so that none is empty or a dot; slashes in it are escaped. */
    private static void add(StringBuilder path, String segment) {
        path.append("/=").append(segment.replace("%", "%25").replace("/", "%2F"));
    }
}
