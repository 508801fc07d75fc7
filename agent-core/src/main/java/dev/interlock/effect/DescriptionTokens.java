package dev.interlock.effect;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Splits a description into words and the punctuation that carries grammar. Code, identifiers and addresses become
 * {@link #OPAQUE}: {@code `create_issue`} in a text is a name, not a deed. Words of other scripts become
 * {@link #FOREIGN}.
 */
final class DescriptionTokens {

    static final String END = ".";
    static final String OPAQUE = "\u00a7";
    static final String FOREIGN = "\u00a4";

    private static final Set<String> ABBREVIATIONS = WordList.of("e.g i.e etc vs eg ie approx incl max min no");
    private static final int MAX_TAG = 40;
    private static final int MAX_CODE = 200;

    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private int position;

    private DescriptionTokens(String text) {
        this.text = text;
    }

    static List<String> of(String text) {
        return new DescriptionTokens(text).read();
    }

    /**
     * Whether a text has letters that are not Latin. A Greek letter that stands alone, as in "μs", is a symbol and none
     * of them.
     */
    static boolean hasOtherScript(String text) {
        int[] points = text.codePoints().toArray();
        boolean greek = false;
        for (int point : points) {
            UnicodeScript script = Character.isLetter(point) ? UnicodeScript.of(point) : UnicodeScript.COMMON;
            boolean known = script == UnicodeScript.LATIN || script == UnicodeScript.COMMON;
            if (!known && (script != UnicodeScript.GREEK || greek)) {
                return true;
            }
            greek = script == UnicodeScript.GREEK;
        }
        return false;
    }

    private List<String> read() {
        while (position < text.length()) {
            char c = text.charAt(position);
            if (Character.isLetterOrDigit(c) || c == '_') {
                word();
            } else if (c == '`') {
                code();
            } else if (c == '<') {
                tag();
            } else {
                punctuation(c);
            }
        }
        end();
        return tokens;
    }

    private void word() {
        int start = position;
        boolean plain = true;
        boolean foreign = false;
        while (position < text.length() && continuesWord(position)) {
            char c = text.charAt(position);
            boolean camel =
                    position > start && Character.isUpperCase(c) && Character.isLowerCase(text.charAt(position - 1));
            boolean ascii = c < 128 && (Character.isLetter(c) || c == '-' || c == '\'');
            plain &= !camel && (ascii || c == '\u2019');
            foreign |= c >= 128 && Character.isLetter(c);
            position++;
        }
        String word = text.substring(start, position).replace('\u2019', '\'').toLowerCase(Locale.ROOT);
        String opaque = foreign ? FOREIGN : OPAQUE;
        tokens.add(plain || ABBREVIATIONS.contains(word) ? word : opaque);
    }

    /**
     * Whether the character at {@code i} joins two parts of one word: {@code read-only}, {@code doesn't},
     * {@code config.json}, {@code a_b}.
     */
    private boolean continuesWord(int i) {
        char c = text.charAt(i);
        if (Character.isLetterOrDigit(c) || c == '_') {
            return true;
        }
        boolean joins = c == '-' || c == '\'' || c == '\u2019' || c == '.' || c == '@';
        return joins && isWordPart(i + 1) && !startsSentence(i);
    }

    /** Whether a sentence starts here, right after a full stop whose author left out the space. */
    private boolean startsSentence(int i) {
        return text.charAt(i) == '.'
                && Character.isUpperCase(text.charAt(i + 1))
                && Character.isLowerCase(text.charAt(i - 1))
                && i + 2 < text.length()
                && Character.isLowerCase(text.charAt(i + 2));
    }

    private boolean isWordPart(int i) {
        return i < text.length() && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_');
    }

    private void code() {
        int open = position;
        while (position < text.length() && text.charAt(position) == '`') {
            position++;
        }
        String fence = text.substring(open, position);
        int close = text.indexOf(fence, position);
        tokens.add(OPAQUE);
        if (close >= 0 && (fence.length() > 1 || close - position <= MAX_CODE)) {
            position = close + fence.length();
        }
    }

    private void tag() {
        int i = position + 1;
        while (i < text.length() && i - position <= MAX_TAG && text.charAt(i) != '>' && text.charAt(i) != '\n') {
            i++;
        }
        boolean closed = i < text.length() && text.charAt(i) == '>';
        position = closed ? i + 1 : position + 1;
        if (closed) {
            end();
        }
    }

    private void punctuation(char c) {
        position++;
        switch (c) {
            case '.', '!', '?' -> {
                if (!endsAbbreviation()) {
                    end();
                }
            }
            case ';', '\u3002', '\uff01' -> end();
            case '\n' -> newLine();
            case ',', ':', '(', ')', '=', '/', '[', ']' -> tokens.add(String.valueOf(c));
            case '&' -> tokens.add("and");
            case '\u2014', '\u2013', '\u2192' -> tokens.add("-");
            case '-' -> {
                if (position < text.length() && text.charAt(position) == ' ') {
                    tokens.add("-");
                }
            }
            default -> {
                // quotes, asterisks and the like carry no grammar
            }
        }
    }

    private boolean endsAbbreviation() {
        return !tokens.isEmpty() && ABBREVIATIONS.contains(tokens.get(tokens.size() - 1));
    }

    /** A line break ends a sentence if the next line is empty or a list item; otherwise it only wraps the text. */
    private void newLine() {
        while (position < text.length() && (text.charAt(position) == ' ' || text.charAt(position) == '\t')) {
            position++;
        }
        if (position >= text.length()
                || "\n-*\u2022#".indexOf(text.charAt(position)) >= 0
                || Character.isDigit(text.charAt(position))) {
            end();
            while (position < text.length() && "-*\u2022# \t".indexOf(text.charAt(position)) >= 0) {
                position++;
            }
        }
    }

    private void end() {
        if (!tokens.isEmpty() && !tokens.get(tokens.size() - 1).equals(END)) {
            tokens.add(END);
        }
    }
}
