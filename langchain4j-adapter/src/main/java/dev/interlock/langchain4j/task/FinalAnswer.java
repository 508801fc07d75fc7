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

    /** Tags that models put around their thoughts, if their server does not remove them. */
    private static final List<String> THINKING = List.of("think", "thinking", "thought", "reasoning");

    /** The tag that some servers put into the request, as the first word of the response. */
    private static final String MAY_LACK_ITS_BEGIN = "<think>";

    private FinalAnswer() {}

    /**
     * Decides how a task ends after a response without calls.
     *
     * @param answer the response's text
     * @param reason why the model ended the response, if it said so
     * @param tools the tools of the request
     * @param type the type of the answer; null for text
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

    /** Removes the model's thoughts, which come first and may be cut off. */
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

    /** Strips white space, including non-breaking spaces and characters without width. */
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
