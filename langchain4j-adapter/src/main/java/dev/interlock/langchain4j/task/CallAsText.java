package dev.interlock.langchain4j.task;

import dev.langchain4j.agent.tool.ToolSpecification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells a call that a model wrote as text from an answer. It is a call only if it names an existing tool and is the
 * whole text, maybe in a code fence, or a block of its own at the end. Such a block begins with a mark that models put
 * before calls, such as {@code <tool_call>} or {@code [TOOL_CALLS]}, or it is JSON after a whole sentence. So a text
 * about a tool is an answer. So is a text that shows how to call one, with a colon before the call or more text after
 * it.
 */
final class CallAsText {

    private static final String FENCE = "```";
    private static final Pattern LANGUAGE = Pattern.compile("\\A[\\w+-]*(?=\\s)");

    /** A label that some models write before a call that is otherwise the whole text. */
    private static final Pattern LABEL = Pattern.compile(
            "(?i)\\A(?:(?:tool|function)[ _-]?calls?|calling(?: (?:the )?(?:tool|function))?|actions?)\\s*:\\s*");

    /** Special tokens of a model that its server should have removed. */
    private static final String TOKEN = "<[|｜][^|｜<>\\n]{1,60}[|｜]?>";

    /** A tag, a token or a word in brackets that says that a call follows. */
    private static final Pattern MARK = Pattern.compile("(?im)^[ \\t]*(?:"
            + "<(?:\\w+:)?(?:\\w*(?:tool|function)\\w*|invoke)(?:[=\\s][^<>\\n]{0,200})?>"
            + "|" + TOKEN
            + "|\\[(?:tool|function)_(?:calls?|request)\\]"
            + "|functools(?=\\s*\\[))");

    private static final Pattern TAG = Pattern.compile("<([\\w:]+)");
    private static final Pattern ENDS = Pattern.compile("(?:</[\\w:]+>|" + TOKEN + "|\\s)+");

    private static final Pattern BLOCK = Pattern.compile("(?m)^(?:```|\\{|\\[)");

    private static final Pattern NAME_IN_TAG = Pattern.compile("[=.]\\s*[\"']?([\\w.-]+)[\"']?\\s*>\\z");

    private static final Pattern FURTHER_MARKS =
            Pattern.compile("(?i)</?(?:\\w+:)?\\w*tool_?call\\w*>|" + TOKEN + "|\\[/?\\w*(?:tool|function)_\\w*\\]");

    /** The text that may come between a mark and the tool's name. */
    private static final Pattern BEFORE_NAME = Pattern.compile(
            "(?:assistant|commentary|to|type|invoke|functions?|tools?|name|tool_name|function_name|recipient_name"
                    + "|tool_call|call|default_api|print|await|json|xml|python)\\b");

    private static final Pattern AFTER_NAME =
            Pattern.compile("\\s*(?:[\\[({<>\"':=,;]|\\z)|\\s*\\R|\\.(?:call|run|invoke)\\b");

    private static final Pattern REACT =
            Pattern.compile("(?m)^[ \\t]*Action:[ \\t]*(.+?)[ \\t]*\\R+[ \\t]*Action Input:");
    private static final Pattern REACT_ANSWER = Pattern.compile("(?m)^[ \\t]*Final Answer:");

    private final Map<String, Set<String>> tools;
    private final JsonCalls json;
    private final WrittenCalls written;

    CallAsText(List<ToolSpecification> specifications) {
        this.tools = new HashMap<>();
        for (ToolSpecification tool : specifications) {
            tools.put(
                    tool.name(),
                    tool.parameters() == null
                            ? Set.of()
                            : tool.parameters().properties().keySet());
        }
        this.json = new JsonCalls(tools);
        this.written = new WrittenCalls(tools);
    }

    /**
     * Tells whether a text is a call.
     *
     * @param text without blanks around it
     */
    boolean isCall(String text) {
        if (tools.keySet().stream().noneMatch(text::contains)) {
            return false;
        }
        String whole = unfenced(text);
        String bare = unfenced(LABEL.matcher(whole).replaceFirst(""));
        return json.areCalls(bare)
                || written.areCalls(bare)
                || isMarked(whole)
                || isReAct(whole)
                || endsWithCalls(text);
    }

    /** Returns the text inside code fences, if there is nothing outside. */
    private static String unfenced(String text) {
        if (!text.startsWith(FENCE)) {
            boolean isCode = text.length() > 2 && text.indexOf('`') == 0 && text.indexOf('`', 1) == text.length() - 1;
            return isCode ? text.substring(1, text.length() - 1).strip() : text;
        }
        List<String> bodies = new ArrayList<>();
        int at = 0;
        while (text.startsWith(FENCE, at)) {
            int begin = at + FENCE.length();
            int end = text.indexOf(FENCE, begin);
            String body = text.substring(begin, end < 0 ? text.length() : end);
            bodies.add(LANGUAGE.matcher(body).replaceFirst("").strip());
            at = end < 0 ? text.length() : end + FENCE.length();
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }
        return at == text.length() ? String.join("\n", bodies) : text;
    }

    /** Whether the text ends with a marked call. Text after the call would make it part of an answer. */
    private boolean isMarked(String text) {
        Matcher mark = MARK.matcher(text);
        if (!mark.find() || isWithinFence(text, mark.start())) {
            return false;
        }
        String payload = FURTHER_MARKS
                .matcher(text.substring(mark.end()))
                .replaceAll("\n")
                .strip();
        boolean isNamed = isNamedInTag(mark.group()) || beginsWithName(payload) || json.beginsWithCall(payload);
        return isNamed && isBlock(mark.group().strip(), text);
    }

    private boolean isNamedInTag(String mark) {
        Matcher name = NAME_IN_TAG.matcher(mark);
        return name.find() && tools.containsKey(CalledName.of(name.group(1)));
    }

    private boolean beginsWithName(String text) {
        Matcher before = BEFORE_NAME.matcher(text);
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (!Character.isLetterOrDigit(c) && c != '_') {
                at++;
            } else if (isNameAt(text, at)) {
                return true;
            } else if (before.region(at, text.length()).lookingAt()) {
                at = before.end();
            } else {
                return false;
            }
        }
        return false;
    }

    private boolean isNameAt(String text, int position) {
        for (String tool : tools.keySet()) {
            int end = position + tool.length();
            if (text.startsWith(tool, position)
                    && AFTER_NAME.matcher(text).region(end, text.length()).lookingAt()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWithinFence(String text, int position) {
        int fences = 0;
        for (int at = text.indexOf(FENCE); at >= 0 && at < position; at = text.indexOf(FENCE, at + FENCE.length())) {
            fences++;
        }
        return fences % 2 == 1;
    }

    /** Whether a marked call is the last thing in the text; a call that is cut off counts. */
    private static boolean isBlock(String mark, String text) {
        Matcher tag = TAG.matcher(mark);
        if (!tag.lookingAt()) {
            return "}])>`\"".indexOf(text.charAt(text.length() - 1)) >= 0;
        }
        int end = text.lastIndexOf("</" + tag.group(1));
        Matcher rest = ENDS.matcher(text).region(Math.max(end, 0), text.length());
        return end < 0
                || (rest.lookingAt()
                        && (rest.end() == text.length()
                                || MARK.matcher(text)
                                        .region(rest.end(), text.length())
                                        .lookingAt()));
    }

    /** Whether the text ends with calls as JSON without an introduction, so that they are meant and not just shown. */
    private boolean endsWithCalls(String text) {
        Matcher block = BLOCK.matcher(text);
        if (!block.find()) {
            return false;
        }
        String before = text.substring(0, block.start()).strip();
        return !before.endsWith(":") && !before.endsWith("：") && json.areCalls(unfenced(text.substring(block.start())));
    }

    /** Whether the text is a call in the ReAct format, which agents used before there were tool calls. */
    private boolean isReAct(String text) {
        Matcher action = REACT.matcher(text);
        @Nullable String last = null;
        while (action.find()) {
            last = action.group(1);
        }
        return last != null
                && tools.containsKey(last)
                && !REACT_ANSWER.matcher(text).find();
    }
}
