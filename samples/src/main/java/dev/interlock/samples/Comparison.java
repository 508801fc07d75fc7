package dev.interlock.samples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Two conversations side by side.
 *
 * @param sameCalls whether the model asked for the same calls in both; a real model need not
 * @param differences what differs in the tool results, in their order, and in the database
 * @param speedup the reference's time in tools ÷ Interlock's
 */
record Comparison(boolean sameCalls, List<String> differences, double speedup) {

    static Comparison of(Conversation interlock, Conversation reference) {
        List<String> differences = new ArrayList<>();
        List<String> ours = interlock.answers();
        List<String> theirs = reference.answers();
        for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
            String our = i < ours.size() ? ours.get(i) : "none";
            String their = i < theirs.size() ? theirs.get(i) : "none";
            if (!our.equals(their)) {
                differences.add("result " + (i + 1) + ": " + our + " | " + their);
            }
        }
        interlock.database().forEach((table, rows) -> {
            List<String> other = reference.database().getOrDefault(table, List.of());
            if (!rows.equals(other)) {
                differences.add("table " + table + ": " + rows + " | " + other);
            }
        });
        double speedup = (double) reference.inTools().toNanos()
                / Math.max(1, interlock.inTools().toNanos());
        return new Comparison(interlock.calls().equals(reference.calls()), List.copyOf(differences), speedup);
    }

    boolean isSame() {
        return differences.isEmpty();
    }

    /** The last line of the demo. */
    String speedupLine() {
        return String.format(Locale.ROOT, "speedup %.1fx", speedup);
    }

    /** What went wrong, a line each; empty if nothing did. */
    List<String> complaints() {
        List<String> lines = new ArrayList<>();
        if (!isSame()) {
            lines.add("The runs differ (Interlock | LangChain4j sequential):");
            lines.addAll(differences);
            lines.add(
                    sameCalls
                            ? "The model asked for the same calls in both runs, so their results must not differ."
                            : "The model asked for other calls in the second run, as a real model may; "
                                    + "so this tells nothing about the tools.");
        }
        return lines;
    }
}
