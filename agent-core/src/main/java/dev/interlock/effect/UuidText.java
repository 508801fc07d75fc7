package dev.interlock.effect;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Reads texts as UUIDs. Java takes groups with too few digits ({@code 1-2-3-4-5}); Python and PostgreSQL take 32 digits
 * with hyphens anywhere or none, and in braces. Python also drops {@code urn:} and {@code uuid:}, and braces of any
 * number. None regards letter case.
 */
final class UuidText {

    private static final int DIGITS = 32;
    private static final int SHORTEST = 9;
    private static final int LONGEST_OF_JAVA = 36;
    private static final int LONGEST = 80;

    private UuidText() {}

    /** Returns the usual spelling of each UUID that the text may stand for; none if it is no UUID. */
    static List<String> spellings(String text) {
        if (text.length() < SHORTEST || text.length() > LONGEST) {
            return List.of();
        }
        String bare = bare(text.strip());
        int hyphens = 0;
        for (int i = 0; i < bare.length(); i++) {
            if (bare.charAt(i) == '-') {
                hyphens++;
            } else if (Character.digit(bare.charAt(i), 16) < 0) {
                return List.of();
            }
        }
        Set<String> spellings = new LinkedHashSet<>();
        if (bare.length() - hyphens == DIGITS) {
            spellings.add(grouped(bare));
        }
        if (hyphens == 4 && bare.length() <= LONGEST_OF_JAVA) {
            addOfGroups(bare, spellings);
        }
        return List.copyOf(spellings);
    }

    private static String bare(String text) {
        String name = text.toLowerCase(Locale.ROOT).replace("urn:", "").replace("uuid:", "");
        int start = 0;
        int end = name.length();
        while (start < end && isBrace(name.charAt(start))) {
            start++;
        }
        while (start < end && isBrace(name.charAt(end - 1))) {
            end--;
        }
        return name.substring(start, end);
    }

    private static boolean isBrace(char c) {
        return c == '{' || c == '}';
    }

    private static String grouped(String text) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '-') {
                digits.append(Character.forDigit(Character.digit(text.charAt(i), 16), 16));
            }
        }
        return digits.insert(20, '-')
                .insert(16, '-')
                .insert(12, '-')
                .insert(8, '-')
                .toString();
    }

    private static void addOfGroups(String text, Set<String> spellings) {
        try {
            spellings.add(UUID.fromString(text).toString());
        } catch (IllegalArgumentException e) {
            // Java does not take it for a UUID.
        }
    }
}
