package dev.interlock.langchain4j.task;

import dev.interlock.langchain4j.TaskEnd;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.output.FinishReason;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Judges the model's last response. It is an answer only if it is complete, says something, and is no failed attempt at
 * a call. The checks have this order, since a cut response may be blank or end inside a call.
 */
final class FinalAnswer {

    /** What models put around what they think, where their server does not take it out. */
    private static final List<String> THINKING = List.of("think", "thinking", "thought", "reasoning");

    /** Some servers put it into the request, as the first word of the response. */
    private static final String MAY_LACK_ITS_BEGIN = "<think>";

    private FinalAnswer() {}

    /**
     * How a task ends by a response without calls.
     *
     * @param answer its text
     * @param reason why the model ended it, if it told
     * @param tools those of the request
     * @param type what the text is to be read as; null for text
     */
    static TaskEnd end(
            @Nullable String answer,
            @Nullable FinishReason reason,
            List<ToolSpecification> tools,
            @Nullable AnswerType<?> type) {
        if (reason == FinishReason.LENGTH) {
            return TaskEnd.TRUNCATED;
        }
        if (reason == FinishReason.CONTENT_FILTER) {
            return TaskEnd.FILTERED;
        }
        String said = answer == null ? "" : withoutThinking(strip(answer));
        if (said.isEmpty()) {
            return TaskEnd.EMPTY;
        }
        if (new CallAsText(tools).isCall(said) && (type == null || !type.mayBe(said))) {
            return TaskEnd.TOOL_CALL_AS_TEXT;
        }
        return TaskEnd.ANSWER;
    }

    /** Thoughts come first, and a model may not come to their end. */
    private static String withoutThinking(String text) {
        String rest = text;
        boolean found = true;
        while (found) {
            found = false;
            for (String tag : THINKING) {
                String after = withoutThinking(rest, "<" + tag + ">", "</" + tag + ">");
                found |= after.length() < rest.length();
                rest = after;
            }
        }
        return rest;
    }

    private static String withoutThinking(String text, String begin, String end) {
        String lower = text.toLowerCase(Locale.ROOT);
        boolean begins = lower.startsWith(begin);
        int to = lower.indexOf(end);
        if (begins && to < 0) {
            return "";
        }
        boolean beginIsMissing = to >= 0 && begin.equals(MAY_LACK_ITS_BEGIN) && lower.lastIndexOf(begin, to) < 0;
        return begins || beginIsMissing ? strip(text.substring(to + end.length())) : text;
    }

    /** Also spaces that do not break, and characters without a width. */
    private static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT;
    }
}
