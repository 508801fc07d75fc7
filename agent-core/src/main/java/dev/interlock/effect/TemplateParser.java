package dev.interlock.effect;

import java.util.ArrayList;
import java.util.List;

/** Reads one template. Not reusable. */
final class TemplateParser {

    private final String text;
    private final PathBuilder prefix = new PathBuilder(Resource.ROOT, 4);
    private final List<TemplateSegment> tail = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    /** True after a segment with a wildcard: the template ends before that segment. */
    private boolean ended;

    // The literals of the current segment.
    private List<String> literals = new ArrayList<>();
    private List<Integer> placeholders = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();

    TemplateParser(String text) {
        this.text = text;
    }

    static boolean isGlob(char c) {
        return c == '*' || c == '?' || c == '[';
    }

    /** Returns the name of an argument, written with or without braces. */
    static String nameOf(String parameter) {
        boolean braces = parameter.length() > 2 && parameter.startsWith("{") && parameter.endsWith("}");
        return braces ? parameter.substring(1, parameter.length() - 1) : parameter;
    }

    ResourceTemplate parse() {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == c;
            if (c == '/') {
                endSegment(at);
                at++;
            } else if ((c == '{' || c == '}') && doubled) {
                literal.append(c);
                at += 2;
            } else if (c == '{') {
                at = placeholder(at);
            } else if (c == '}') {
                throw malformed("'}' without '{'; write '}}' for a brace", at);
            } else {
                literal.append(c);
                at++;
            }
        }
        endSegment(at);
        return new ResourceTemplate(text, prefix.build(), tail, names);
    }

    private int placeholder(int open) {
        int end = open + 1;
        while (end < text.length() && text.charAt(end) != '{' && text.charAt(end) != '}') {
            end++;
        }
        if (end == text.length() || text.charAt(end) == '{') {
            throw malformed("'{' without '}'; write '{{' for a brace", open);
        }
        String name = text.substring(open + 1, end);
        if (name.isEmpty()) {
            throw malformed("'{}' has no name", open);
        }
        if (!names.contains(name)) {
            names.add(name);
        }
        endLiteral();
        placeholders.add(names.indexOf(name));
        return end + 1;
    }

    private void endLiteral() {
        literals.add(literal.toString());
        literal.setLength(0);
    }

    private void endSegment(int end) {
        endLiteral();
        String first = literals.get(0);
        boolean constant = placeholders.isEmpty();
        boolean up = constant && first.equals("..");
        if (up && (ended || !tail.isEmpty())) {
            throw malformed("'..' is not allowed behind a placeholder or wildcard", end - 2);
        }
        ended |= literals.stream().anyMatch(part -> part.chars().anyMatch(c -> isGlob((char) c)));
        boolean nothing = constant && (first.isEmpty() || first.equals("."));
        if (!ended && !nothing) {
            if (constant && tail.isEmpty()) {
                prefix.append(first, 0);
            } else {
                tail.add(new TemplateSegment(literals, placeholders));
            }
        }
        literals = new ArrayList<>();
        placeholders = new ArrayList<>();
    }

    private IllegalArgumentException malformed(String what, int at) {
        return new IllegalArgumentException("template '" + text + "': " + what + ", at index " + at);
    }
}
