package dev.interlock.effect;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a template behind its fixed prefix: literals with placeholders between them, of which there may be
 * none. Immutable.
 */
final class TemplateSegment {

    /** So many segments of one value count; what lies deeper belongs to them anyway. */
    static final int MAX_VALUE_SEGMENTS = 100;

    /** What tells that a value may be more than one name, see {@link PathValue}: anywhere, and at its start. */
    private static final String SPECIAL = "/\\:";

    private static final String SPECIAL_START = "~$% \t\r\n";

    private enum Form {
        /** One segment as it is. */
        PLAIN,
        /** To be split and normalised. */
        PATH,
        /** Does not say with certainty what it names. */
        WIDE
    }

    private final List<String> literals;
    private final int[] placeholders;
    private final boolean wholeValue;

    /**
     * @param literals the text before, between and after the placeholders, each perhaps empty
     * @param placeholders the indices of the placeholders' values, one less than the literals
     */
    TemplateSegment(List<String> literals, List<Integer> placeholders) {
        this.literals = List.copyOf(literals);
        this.placeholders = placeholders.stream().mapToInt(Integer::intValue).toArray();
        this.wholeValue = placeholders.size() == 1 && literals.stream().allMatch(String::isEmpty);
    }

    /** Whether it is the value of a placeholder and nothing else. */
    boolean isWhole(int placeholder) {
        return wholeValue && placeholders[0] == placeholder;
    }

    /** Whether it takes the value of a placeholder as a part of a name. */
    boolean takesInPart(int placeholder) {
        return !wholeValue && Arrays.stream(placeholders).anyMatch(each -> each == placeholder);
    }

    /**
     * Adds what the segment comes to.
     *
     * @param bases for each placeholder what its value is relative to; null if that is not known
     * @return whether what follows may be added; false if the path is to end here, since the value may name anything
     *     below it
     */
    boolean appendTo(PathBuilder path, String[] values, @Nullable PathValue[] bases) {
        if (placeholders.length == 0) {
            path.push(literals.get(0));
            return true;
        }
        return wholeValue
                ? appendValue(path, values[placeholders[0]], bases[placeholders[0]])
                : appendMixed(path, values);
    }

    static boolean appendValue(PathBuilder path, String value, @Nullable PathValue base) {
        Form form = formOf(value);
        if (form == Form.WIDE) {
            return false;
        }
        if (form == Form.PLAIN && base == null) {
            path.push(value);
            return true;
        }
        int start = path.depth();
        PathValue known = PathValue.of(value);
        boolean goesOn = (base == null ? known : PathValue.resolve(base, known)).appendTo(path);
        if (path.depth() > start + MAX_VALUE_SEGMENTS) {
            path.truncate(start + MAX_VALUE_SEGMENTS);
            return false;
        }
        return goesOn;
    }

    private boolean appendMixed(PathBuilder path, String[] values) {
        StringBuilder text = new StringBuilder(literals.get(0));
        for (int i = 0; i < placeholders.length; i++) {
            String value = values[placeholders[i]];
            if (formOf(value) == Form.WIDE || !isNormalised(value)) {
                return false;
            }
            text.append(value).append(literals.get(i + 1));
        }
        String whole = text.toString();
        if (whole.indexOf('/') < 0) {
            path.push(whole);
            return true;
        }
        return PathValue.of(whole).isRelative() && appendValue(path, whole, null);
    }

    private static Form formOf(String value) {
        boolean plain = true;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (TemplateParser.isGlob(c)) {
                return Form.WIDE;
            }
            plain &= SPECIAL.indexOf(c) < 0;
        }
        if (value.isEmpty()) {
            return Form.WIDE;
        }
        plain &= SPECIAL_START.indexOf(value.charAt(0)) < 0 && !value.equals(".") && !value.equals("..");
        return plain ? Form.PLAIN : Form.PATH;
    }

    /** Whether a value need not be relative to what stands before it. */
    static boolean mayBeAbsolute(String value) {
        boolean suspect = !value.isEmpty()
                && (SPECIAL_START.indexOf(value.charAt(0)) >= 0
                        || SPECIAL.indexOf(value.charAt(0)) >= 0
                        || value.indexOf(':') > 0);
        return suspect && !PathValue.of(value).isRelative();
    }

    private static boolean isNormalised(String value) {
        if (value.equals(".") || value.equals("..") || value.indexOf('\\') >= 0) {
            return false;
        }
        if (value.indexOf('/') < 0) {
            return true;
        }
        PathBuilder path = new PathBuilder(Resource.ROOT, 4);
        path.append(value, 0);
        return path.depth() > 0 && path.build().toString().equals(value);
    }

    /**
     * Whether a value would lead above where it begins, so that not even the segments before it contain it. A backslash
     * is a separator or a character of a name, so of a value with both nothing is certain.
     */
    static boolean rises(String value) {
        if (!value.contains("..")) {
            return false;
        }
        return value.indexOf('\\') < 0
                ? !new PathBuilder(Resource.ROOT, 4).append(value, 0)
                : ('/' + value.replace('\\', '/') + '/').contains("/../");
    }
}
