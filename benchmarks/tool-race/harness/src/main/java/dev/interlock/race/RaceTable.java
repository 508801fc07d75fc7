package dev.interlock.race;

import com.eclipsesource.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the results as Markdown. */
final class RaceTable {

    private static final List<String> SAFE =
            List.of("cap", "time-out", "cancel", "error", "order", "ids", "repeated ids");

    private final List<RowResult> results;
    private final List<Path> files;

    RaceTable(List<RowResult> results, List<Path> files) {
        this.results = results;
        this.files = files;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        List<String> header = new ArrayList<>(List.of("Right and fast"));
        files.forEach(file -> header.add("wrong: " + file.getFileName()));
        header.addAll(
                List.of("wall ÷ critical path", "a chat of 8, µs", "over a loop, µs a call", "each further call, µs"));
        table(text, header, results.stream().map(this::rightAndFast).toList());
        List<String> safe = new ArrayList<>(List.of("Safe"));
        safe.addAll(SAFE);
        table(text, safe, results.stream().map(RaceTable::safe).toList());
        text.append("Why \"no\":\n\n");
        for (RowResult result : results) {
            List<String> reasons = reasons(result);
            if (!reasons.isEmpty()) {
                text.append("- **").append(result.name()).append("**: ");
                text.append(String.join(". ", reasons)).append(".\n");
            }
        }
        text.append("\nSettings:\n\n");
        for (RowResult result : results) {
            result.trial("row")
                    .ifPresent(row -> text.append("- **")
                            .append(result.name())
                            .append("**: ")
                            .append(row.getString("settings", ""))
                            .append(".\n"));
        }
        return text.toString();
    }

    /** Returns a short table for other pages. */
    String shortText() {
        StringBuilder text = new StringBuilder();
        table(
                text,
                List.of(
                        "",
                        "wrong batches",
                        "wall ÷ critical path",
                        "over a loop, µs a call",
                        "cap",
                        "time-out",
                        "cancel"),
                results.stream().map(this::inShort).toList());
        return text.toString();
    }

    private List<String> inShort(RowResult result) {
        int wrong = 0;
        int batches = 0;
        for (JsonObject line : result.right()) {
            wrong += line.getInt("wrong", 0);
            batches += line.getInt("batches", 0);
        }
        boolean complete = result.right().size() == files.size();
        return List.of(
                result.name(),
                complete ? wrong + " of " + batches : "?",
                number(result.value("fast")),
                number(overLoop(result)),
                held(result, "cap"),
                held(result, "time-out"),
                held(result, "cancel"));
    }

    private double overLoop(RowResult result) {
        return (result.value("chat of 8") - results.get(0).value("chat of 8")) / 8;
    }

    private static String held(RowResult result, String trial) {
        return result.trial(trial)
                .map(line -> line.getBoolean("held", false) ? "yes" : "no")
                .orElse("?");
    }

    private List<String> rightAndFast(RowResult result) {
        List<String> cells = new ArrayList<>(List.of(result.name()));
        for (Path file : files) {
            cells.add(result.right().stream()
                    .filter(line ->
                            line.getString("file", "").equals(file.getFileName().toString()))
                    .findFirst()
                    .map(line -> line.getInt("wrong", -1) + " of " + line.getInt("batches", -1))
                    .orElse("?"));
        }
        double eight = result.value("chat of 8");
        cells.add(number(result.value("fast")));
        cells.add(number(eight));
        cells.add(number(overLoop(result)));
        cells.add(number((eight - result.value("chat of 1")) / 7));
        return cells;
    }

    private static List<String> safe(RowResult result) {
        List<String> cells = new ArrayList<>(List.of(result.name()));
        for (String name : SAFE) {
            cells.add(result.trial(name)
                    .map(line -> line.getBoolean("held", false)
                            ? name.equals("cap") ? "yes (" + line.getString("detail", "") + ")" : "yes"
                            : "no")
                    .orElse("?"));
        }
        return cells;
    }

    private static List<String> reasons(RowResult result) {
        List<String> reasons = new ArrayList<>();
        for (JsonObject line : result.right()) {
            if (!line.getString("failures", "").isEmpty()) {
                reasons.add(line.getString("file", "") + ": " + line.getString("failures", ""));
            }
        }
        for (String name : SAFE) {
            result.trial(name)
                    .filter(line -> !line.getBoolean("held", false))
                    .ifPresent(line -> reasons.add(name + ": " + line.getString("detail", "")));
        }
        return reasons;
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "?" : String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
    }

    private static void table(StringBuilder text, List<String> header, List<List<String>> rows) {
        row(text, header);
        List<String> rule = new ArrayList<>(List.of("---"));
        for (int i = 1; i < header.size(); i++) {
            rule.add("--:");
        }
        row(text, rule);
        rows.forEach(each -> row(text, each));
        text.append('\n');
    }

    private static void row(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
