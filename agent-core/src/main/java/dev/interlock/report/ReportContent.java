package dev.interlock.report;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a report shows of what calls were given and gave: nothing, unless it is asked for. Immutable.
 *
 * <p>Messages of failures are results: tools and servers write them. Resources, and reasons that name them, are shown in any
 * case, and may hold values of arguments, such as {@code account/42}.
 *
 * @param arguments whether to show arguments
 * @param results whether to show results, and messages of failures
 * @param maxLength how many characters of each, at least 1
 * @param resultText turns what tools returned into text
 */
public record ReportContent(
        boolean arguments, boolean results, int maxLength, Function<@Nullable Object, String> resultText) {

    /** Neither arguments nor results. */
    public static final ReportContent NONE = new ReportContent(false, false, 1, String::valueOf);

    /** Rejects null, and a length below 1. */
    public ReportContent {
        Objects.requireNonNull(resultText, "resultText");
        if (maxLength < 1) {
            throw new IllegalArgumentException("maxLength must be >= 1, was " + maxLength);
        }
    }

    /**
     * Shows arguments and results, results as their own {@code toString} has them.
     *
     * @param maxLength how many characters of each, at least 1
     * @return what is shown
     */
    public static ReportContent all(int maxLength) {
        return new ReportContent(true, true, maxLength, String::valueOf);
    }

    /**
     * The arguments of a call as they may be shown.
     *
     * @param result the call's result
     * @return cut; null if they are not to be shown
     */
    public @Nullable String arguments(CallResult result) {
        return arguments ? cut(result.call().arguments().toString()) : null;
    }

    /**
     * The result of a call as it may be shown.
     *
     * @param result the call's result
     * @return cut; null if it has none, or it is not to be shown
     */
    public @Nullable String result(CallResult result) {
        return results && result.outcome() instanceof Outcome.Succeeded(Object value) ? cut(text(value)) : null;
    }

    /**
     * Why a call did not succeed, as it may be shown.
     *
     * @param result the call's result
     * @return cut; null if it did, or that is not to be shown
     */
    public @Nullable String error(CallResult result) {
        return results && !result.isSuccess() ? cut(result.outcome().message()) : null;
    }

    private String text(@Nullable Object value) {
        try {
            return String.valueOf(resultText.apply(value));
        } catch (RuntimeException e) {
            // Code of the tool's, perhaps.
            return "(it could not be printed: " + e.getClass().getName() + ")";
        }
    }

    /** Not within a character of two units. */
    private String cut(String text) {
        if (text.length() <= maxLength) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
        return text.substring(0, end) + "…";
    }
}
