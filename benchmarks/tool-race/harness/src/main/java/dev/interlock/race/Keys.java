package dev.interlock.race;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The paths of the keys in recorded traces. A listing, {@code X[*]} or {@code fs[dir/*]}, overlaps the entries there; the entry
 * of a folder does not overlap those within the folder. So the path of a file is: {@code fs}, the folder as one segment,
 * the name.
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

    /** In front of each segment a mark, so that none is empty or a dot; slashes in it are escaped. */
    private static void add(StringBuilder path, String segment) {
        path.append("/=").append(segment.replace("%", "%25").replace("/", "%2F"));
    }
}
