package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Declared effects that are wrong, and the calls that show it. Immutable.
 *
 * @param summary what is wrong, in a sentence
 * @param first the call that shows it, or the earlier of two that clash
 * @param second the other one; null if it takes only one, or it could not be told which two clash
 * @param before calls that run before those two, and without which it does not show
 * @param after calls that run after those two, and without which it does not show
 * @param details what the calls say they touch, and what differs; a line each
 * @param advice which declaration is likely wrong, with the line to be added, the likeliest first
 * @param seed repeats the check
 * @param runs after how many runs it was found, without those that it took to find the two calls
 */
public record Clash(
        String summary,
        ToolCall first,
        @Nullable ToolCall second,
        List<ToolCall> before,
        List<ToolCall> after,
        List<String> details,
        List<String> advice,
        long seed,
        int runs) {

    /** Copies the lists, rejects nulls. */
    public Clash {
        Objects.requireNonNull(summary, "summary");
        Objects.requireNonNull(first, "first");
        before = List.copyOf(before);
        after = List.copyOf(after);
        details = List.copyOf(details);
        advice = List.copyOf(advice);
    }

    /**
     * Returns all of it as text.
     *
     * @return some lines, joined by newlines, none at the end
     */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner("\n");
        text.add(summary);
        before.forEach(call -> text.add("  before: " + text(call)));
        text.add("  " + (second == null ? "call: " : "first: ") + text(first));
        if (second != null) {
            text.add("  second: " + text(second));
        }
        after.forEach(call -> text.add("  after: " + text(call)));
        details.forEach(line -> text.add("  " + line));
        for (int i = 0; i < advice.size(); i++) {
            text.add((i == 0 ? "Likely: " : "Or: ") + advice.get(i));
        }
        text.add("Found in run " + runs + " with seed " + seed + "; -D" + Seed.PROPERTY + "=" + seed + " repeats it.");
        return text.toString();
    }

    static String text(ToolCall call) {
        return call.tool() + " " + (call.arguments().isMissingNode() ? "(no JSON)" : call.arguments());
    }
}
