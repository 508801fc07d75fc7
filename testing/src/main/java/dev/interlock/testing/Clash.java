package dev.interlock.testing;

import dev.interlock.call.ToolCall;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Wrong effects and the calls that reveal them. Immutable.
 *
 * @param summary the fault, in a sentence
 * @param first the call that reveals the fault, or the earlier of two calls that clash
 * @param second the other call; null if one call is enough, or if the check could not find out which two clash
 * @param before calls that must run before those two to reveal the fault
 * @param after calls that must run after those two to reveal the fault
 * @param details what the calls say they touch, and what differs; one line each
 * @param advice the declarations that may be wrong with the lines to add, the likeliest first
 * @param seed the seed that repeats the check
 * @param runs how many runs it took to find the fault, without those to find the two calls
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
     * Returns the clash as text.
     *
     * @return some lines separated by newlines, without one at the end
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
        return call.tool() + " " + (call.arguments().isMissingNode() ? "(not JSON)" : call.arguments());
    }
}
