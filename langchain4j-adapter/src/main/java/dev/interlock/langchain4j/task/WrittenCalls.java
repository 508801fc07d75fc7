package dev.interlock.langchain4j.task;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises calls written as code, such as {@code [search(query="x"), now()]} or {@code functions.search({...})}. */
final class WrittenCalls {

    private static final Pattern CALLEE =
            Pattern.compile("\\s*(?:await\\s+|return\\s+|\\w+\\s*=\\s*)?(print\\s*\\(\\s*)?([\\w.-]+)\\s*\\(");

    private static final Pattern BETWEEN = Pattern.compile("\\s*[,;]?\\s*");

    /** A parameter's name, a text or an object, as opposed to a symbol in a formula. */
    private static final Pattern PLAIN_ARGUMENTS = Pattern.compile("\\s*(?:\\z|[{\"']|\\w+\\s*[=:](?!=))");

    private static final Pattern NAME_AND_OBJECT =
            Pattern.compile("(?s)\\A([\\w.:-]+?)\\s*(?:\\[ARGS\\]|:)?\\s*(\\{.*\\})\\z");

    private final Map<String, Set<String>> tools;

    WrittenCalls(Map<String, Set<String>> tools) {
        this.tools = tools;
    }

    /** Whether the text consists of calls of tools. The last one may be cut off. */
    boolean areCalls(String text) {
        Matcher nameAndObject = NAME_AND_OBJECT.matcher(text);
        if (nameAndObject.matches()) {
            Set<String> parameters = tools.get(CalledName.of(nameAndObject.group(1)));
            Set<String> arguments = JsonCalls.namesIn(nameAndObject.group(2));
            return parameters != null && !arguments.isEmpty() && parameters.containsAll(arguments);
        }
        boolean isList = text.startsWith("[");
        String inner = isList ? text.substring(1, text.endsWith("]") ? text.length() - 1 : text.length()) : text;
        int at = 0;
        do {
            at = endOfCall(inner, at);
        } while (at >= 0 && at < inner.length());
        return at >= 0;
    }

    /** Returns the position after the call at {@code from} and its separator; -1 if there is no call. */
    private int endOfCall(String text, int from) {
        Matcher callee = CALLEE.matcher(text).region(from, text.length());
        if (!callee.lookingAt()) {
            return -1;
        }
        String written = callee.group(2);
        int end = endOfParentheses(text, callee.end());
        boolean isPlain = PLAIN_ARGUMENTS
                .matcher(text)
                .region(callee.end(), Math.max(callee.end(), end - 1))
                .lookingAt();
        if (!tools.containsKey(CalledName.of(written)) || !(isPlain || CalledName.hasPrefix(written))) {
            return -1;
        }
        if (callee.group(1) != null) {
            end = endOfParentheses(text, end);
        }
        Matcher between = BETWEEN.matcher(text).region(end, text.length());
        return between.lookingAt() ? between.end() : end;
    }

    /** Returns the position after the matching closing parenthesis; the end if there is none. */
    private static int endOfParentheses(String text, int from) {
        int depth = 1;
        char quote = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return i + 1;
            }
        }
        return text.length();
    }
}
