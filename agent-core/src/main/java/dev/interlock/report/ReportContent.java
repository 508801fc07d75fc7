package dev.interlock.report;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a report shows of calls' arguments and results: nothing, unless the user asks for it. Immutable.
 *
 * <p>Messages of failures count as results, since tools and servers write them. A report always shows resources, and
 * reasons that name them. They may hold values of arguments, such as {@code account/42}.
 *
 * @param arguments whether to show arguments
 * @param results whether to show results, and messages of failures
 * @param maxLength the most characters to show of each; at least 1
 * @param resultText turns a tool's result into text
 */
public record ReportContent(
        boolean arguments, boolean results, int maxLength, Function<@Nullable Object, String> resultText) {

    /** Neither arguments nor results. */
    public static final ReportContent NONE = new ReportContent(false, false, 1, String::valueOf);

    /** Rejects null and a length below 1. */
    public ReportContent {
        Objects.requireNonNull(resultText, "resultText");
        if (maxLength < 1) {
            throw new IllegalArgumentException("maxLength must be >= 1, was " + maxLength);
        }
    }

    /**
     * Shows arguments and results; it turns results into text by their {@code toString}.
     *
     * @param maxLength the most characters to show of each; at least 1
     * @return the content
     */
    public static ReportContent all(int maxLength) {
        return new ReportContent(true, true, maxLength, String::valueOf);
    }

    /**
     * Returns the arguments of a call as the report may show them.
     *
     * @param result the call's result
     * @return the arguments, cut to the length; null if the report must not show them
     */
    public @Nullable String arguments(CallResult result) {
        return arguments ? cut(result.call().arguments().toString()) : null;
    }

    /**
     * Returns the result of a call as the report may show it.
     *
     * @param result the call's result
     * @return the result, cut to the length; null if the call has none, or the report must not show it
     */
    public @Nullable String result(CallResult result) {
        return results && result.outcome() instanceof Outcome.Succeeded(Object value) ? cut(text(value)) : null;
    }

    /**
     * Returns why a call did not succeed, as the report may show it.
     *
     * @param result the call's result
     * @return the message, cut to the length; null if the call succeeded, or the report must not show it
     */
    public @Nullable String error(CallResult result) {
        return results && !result.isSuccess() ? cut(result.outcome().message()) : null;
    }

    private String text(@Nullable Object value) {
        try {
            return String.valueOf(resultText.apply(value));
        } catch (RuntimeException e) {
            // This may run the tool's own code.
            return "(it could not be printed: " + e.getClass().getName() + ")";
        }
    }

    /** Does not cut inside a character of two units. */
    private String cut(String text) {
        if (text.length() <= maxLength) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
        return text.substring(0, end) + "…";
    }
}
