package dev.interlock.effect;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One segment of a template behind its fixed prefix: literals with placeholders, if any, between them. Immutable. */
final class TemplateSegment {

    /** How many segments of one value count. A resource covers all below it, so deeper segments need not count. */
    static final int MAX_VALUE_SEGMENTS = 100;

    private static final String SPECIAL_START = "~ \t\r\n";

    private enum Form {
        /** One segment, taken as it is. */
        PLAIN,
        /** A path to split and normalise. */
        PATH,
        /** A value that may name several things. */
        WIDE
    }

    private final List<String> literals;
    private final int[] placeholders;
    private final boolean wholeValue;

    /**
     * @param literals the texts before, between and after the placeholders; each may be empty
     * @param placeholders the indices of the placeholders' values; one fewer than the literals
     */
    TemplateSegment(List<String> literals, List<Integer> placeholders) {
        this.literals = List.copyOf(literals);
        this.placeholders = placeholders.stream().mapToInt(Integer::intValue).toArray();
        this.wholeValue = placeholders.size() == 1 && literals.stream().allMatch(String::isEmpty);
    }

    /** Whether the segment is the placeholder's value and nothing else. */
    boolean isWhole(int placeholder) {
        return wholeValue && placeholders[0] == placeholder;
    }

    /** Whether the placeholder's value is only a part of the segment's name. */
    boolean takesInPart(int placeholder) {
        return !wholeValue && Arrays.stream(placeholders).anyMatch(each -> each == placeholder);
    }

    /**
     * Adds the segment to the path, with its values.
     *
     * @param bases for each placeholder, the base of its value; null if the base is unknown
     * @param folded the placeholders whose segments become equal for all spellings, with the base's segments and with
     *     the text beside the placeholder
     * @return whether more segments may follow; false if the value may name anything below the path, which then ends
     *     here
     */
    boolean appendTo(PathBuilder path, String[] values, @Nullable PathValue[] bases, BitSet folded) {
        if (placeholders.length == 0) {
            path.push(literals.get(0));
            return true;
        }
        int start = path.depth();
        boolean goesOn = wholeValue
                ? appendValue(path, values[placeholders[0]], bases[placeholders[0]])
                : appendMixed(path, values);
        return Arrays.stream(placeholders).anyMatch(folded::get) ? path.foldFrom(start) && goesOn : goesOn;
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
        boolean goesOn = (base == null ? PathValue.of(value) : PathValue.resolve(base, value)).appendTo(path);
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
            if (formOf(value) == Form.WIDE || !isNormalised(value) || holdsVariable(value)) {
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
            plain &= !isSpecial(c);
        }
        if (value.isEmpty()) {
            return Form.WIDE;
        }
        plain &= SPECIAL_START.indexOf(value.charAt(0)) < 0 && !value.equals(".") && !value.equals("..");
        return plain ? Form.PLAIN : Form.PATH;
    }

    /** Whether a character makes a value more than one name, see {@link PathValue}, anywhere in it. */
    private static boolean isSpecial(char c) {
        return switch (c) {
            case '/', '\\', ':', '$', '%', '`' -> true;
            default -> false;
        };
    }

    /** Whether a value may be absolute, and so need not lie below the segments before it. */
    static boolean mayBeAbsolute(String value) {
        if (value.isEmpty()) {
            return false;
        }
        boolean suspect = SPECIAL_START.indexOf(value.charAt(0)) >= 0 || isSpecial(value.charAt(0));
        for (int i = 1; i < value.length() && !suspect; i++) {
            char c = value.charAt(i);
            suspect = c == ':' || c == '$' || c == '%' || c == '`';
        }
        return suspect && !PathValue.of(value).isRelative();
    }

    private static boolean holdsVariable(String value) {
        return PathVariables.beginWith(value) || PathVariables.within(value);
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
     * Whether a value may lead above its beginning, so that the segments before it do not contain it. A backslash may
     * be a separator or a part of a name, so a value with a backslash and the segment {@code ..} counts as one that
     * may.
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
