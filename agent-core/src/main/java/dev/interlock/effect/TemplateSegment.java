package dev.interlock.effect;

import java.util.List;

/**
 * One segment of a template behind its fixed prefix: literals with placeholders between them, of which there may be
 * none. Immutable.
 */
final class TemplateSegment {

    /** So many segments of one value count; what lies deeper belongs to them anyway. */
    static final int MAX_VALUE_SEGMENTS = 100;

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

    /**
     * Adds what the segment comes to.
     *
     * @return whether what follows may be added; false if the path is to end here, since the value may name anything
     *     below it
     */
    boolean appendTo(PathBuilder path, String[] values) {
        if (placeholders.length == 0) {
            path.push(literals.get(0));
            return true;
        }
        return wholeValue ? appendValue(path, values[placeholders[0]]) : appendMixed(path, values);
    }

    private static boolean appendValue(PathBuilder path, String value) {
        switch (formOf(value)) {
            case PLAIN -> path.push(value);
            case PATH -> {
                int base = path.depth();
                path.append(value, base);
                if (path.depth() > base + MAX_VALUE_SEGMENTS) {
                    path.truncate(base + MAX_VALUE_SEGMENTS);
                    return false;
                }
                return path.depth() > base;
            }
            case WIDE -> {
                return false;
            }
        }
        return true;
    }

    private boolean appendMixed(PathBuilder path, String[] values) {
        StringBuilder text = new StringBuilder(literals.get(0));
        for (int i = 0; i < placeholders.length; i++) {
            String value = values[placeholders[i]];
            if (formOf(value) == Form.WIDE || (formOf(value) == Form.PATH && !isNormalised(value))) {
                return false;
            }
            text.append(value).append(literals.get(i + 1));
        }
        return appendValue(path, text.toString());
    }

    private static Form formOf(String value) {
        boolean slash = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (TemplateParser.isGlob(c)) {
                return Form.WIDE;
            }
            slash |= c == '/';
        }
        if (value.isEmpty()) {
            return Form.WIDE;
        }
        return slash || value.equals(".") || value.equals("..") ? Form.PATH : Form.PLAIN;
    }

    private static boolean isNormalised(String value) {
        PathBuilder path = new PathBuilder(Resource.ROOT, 4);
        path.append(value, 0);
        return path.depth() > 0 && path.build().toString().equals(value);
    }

    /** Whether a value would lead above where it begins, so that not even the segments before it contain it. */
    static boolean rises(String value) {
        return value.contains("..") && !new PathBuilder(Resource.ROOT, 4).append(value, 0);
    }
}
