package dev.interlock.race;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts keys of recorded traces to paths. A listing, {@code X[*]} or {@code fs[dir/*]}, overlaps its entries, but a
 * folder's own entry does not overlap the entries inside. So the path of a file is {@code fs}, the folder as one
 * segment, and the name.
 */
final class Keys {

    private static final Pattern INDEX = Pattern.compile("\\[([^\\]]*)\\]");
    private static final String FILE = "fs[";
    private static final String ALL = "*";

    private Keys() {}

    static String path(String key) {
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
        return path.toString();
    }

    private static void addUnlessAll(StringBuilder path, String segment) {
        if (!segment.equals(ALL)) {
            add(path, segment);
        }
    }

    /** Adds a segment with a mark in front, so that it is never empty or a dot, and escapes its slashes. */
    private static void add(StringBuilder path, String segment) {
        path.append("/=").append(segment.replace("%", "%25").replace("/", "%2F"));
    }
}
