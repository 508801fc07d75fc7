package dev.interlock.call;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in an argument that stands for the result of an earlier call of the same batch, or a part of it:
 * <code>${1}</code>, <code>${1.results[0].title}</code>. Calls are numbered from 1 there.
 *
 * @param call the number of the call, from 1; whether there is such a call is for whoever resolves it
 * @param path names and indices to go down from the result, in this order; indices are {@link Integer}s
 * @param text how the model wrote it
 */
public record Reference(int call, List<Object> path, String text) {

    private static final String STEPS = "(?:\\.[^.\\[\\]{}$]+|\\[[0-9]{1,9}\\])*";

    /** A reference, or the escape of what would be one. */
    static final Pattern PATTERN = Pattern.compile("\\$\\$\\{(?=[0-9])|\\$\\{([0-9]{1,9})(" + STEPS + ")\\}");

    private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]{}$]+)|\\[([0-9]{1,9})\\]");

    /** Copies the path. */
    public Reference {
        path = List.copyOf(path);
    }

    /** The reference at which {@code match} of {@link #PATTERN} stands, which is not an escape. */
    static Reference at(Matcher match) {
        List<Object> path = new ArrayList<>();
        Matcher steps = STEP.matcher(match.group(2));
        while (steps.find()) {
            path.add(steps.group(1) == null ? Integer.valueOf(steps.group(2)) : steps.group(1));
        }
        return new Reference(Integer.parseInt(match.group(1)), path, match.group());
    }

    /**
     * The part of a result that this stands for.
     *
     * @param result the result of the call
     * @return the part, or null if there is none
     */
    public @Nullable JsonNode find(JsonNode result) {
        JsonNode found = result;
        for (Object step : path) {
            JsonNode next = step instanceof Integer index ? found.get(index) : found.get((String) step);
            if (next == null) {
                return null;
            }
            found = next;
        }
        return found;
    }
}
