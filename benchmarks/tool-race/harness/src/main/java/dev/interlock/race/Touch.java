package dev.interlock.race;

/**
 * What a call reads or writes.
 *
 * @param path the segments, each after a slash; covers everything below it
 * @param write whether the call writes it
 */
public record Touch(String path, boolean write) {

    /** Whether one path is the other, or above it. */
    static boolean overlap(String a, String b) {
        String shorter = a.length() <= b.length() ? a : b;
        String longer = a.length() <= b.length() ? b : a;
        return longer.startsWith(shorter)
                && (longer.length() == shorter.length() || longer.charAt(shorter.length()) == '/');
    }

    boolean conflictsWith(Touch other) {
        return (write || other.write) && overlap(path, other.path);
    }
}
