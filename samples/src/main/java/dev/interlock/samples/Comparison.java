package dev.interlock.samples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Two conversations side by side.
 *
 * @param interlock the conversation whose tools Interlock ran
 * @param sequential the conversation whose tools LangChain4j ran one after another
 */
record Comparison(Conversation interlock, Conversation sequential) {

    /** The differences in the tool results, their order, and the database. */
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        List<String> ours = interlock.answers();
        List<String> theirs = sequential.answers();
        for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
            String our = i < ours.size() ? ours.get(i) : "none";
            String their = i < theirs.size() ? theirs.get(i) : "none";
            if (!our.equals(their)) {
                differences.add("result " + (i + 1) + ": " + our + " | " + their);
            }
        }
        interlock.database().forEach((table, rows) -> {
            List<String> other = sequential.database().getOrDefault(table, List.of());
            if (!rows.equals(other)) {
                differences.add("table " + table + ": " + rows + " | " + other);
            }
        });
        return differences;
    }

    boolean isSame() {
        return differences().isEmpty();
    }

    /** Whether the model requested the same calls in both conversations. A real model need not. */
    boolean isSameCalls() {
        return interlock.calls().equals(sequential.calls());
    }

    /** LangChain4j's time in tools divided by Interlock's, for the demo's last line. */
    String speedupLine() {
        double speedup = (double) sequential.inTools().toNanos()
                / Math.max(1, interlock.inTools().toNanos());
        return String.format(Locale.ROOT, "speedup %.1fx", speedup);
    }

    /** What went wrong, one line each; empty if nothing did. */
    List<String> complaints() {
        List<String> lines = new ArrayList<>();
        if (!isSame()) {
            lines.add("The runs differ (Interlock | LangChain4j sequential):");
            lines.addAll(differences());
            lines.add(
                    isSameCalls()
                            ? "The model requested the same calls in both runs, so their results must not differ."
                            : "The model requested other calls in the second run, as a real model may; "
                                    + "so this tells nothing about the tools.");
        }
        return lines;
    }
}
