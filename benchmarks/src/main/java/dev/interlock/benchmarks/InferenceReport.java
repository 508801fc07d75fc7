package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.effect.EffectInference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures {@link EffectInference} on labelled tools: precision, recall, and the tools it got wrong.
 *
 * <p>Arguments: paths of JSON Lines files, and {@code --misses} to list the missed tools too. A row has {@code tool} or {@code
 * name}, {@code description}, perhaps {@code parameters} (an object by name), and as its label {@code read_only} (a boolean) or
 * {@code effect} ({@code read}, {@code write}; rows with null are left out).
 */
public final class InferenceReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private InferenceReport() {}

    /**
     * Prints the report.
     *
     * @param args paths, and {@code --misses}
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] args) throws IOException {
        boolean misses = Arrays.asList(args).contains("--misses");
        Score total = new Score();
        System.out.println(Score.HEADER);
        List<String> lists = new ArrayList<>();
        for (String arg : args) {
            if (arg.equals("--misses")) {
                continue;
            }
            Score score = score(Path.of(arg));
            total.add(score);
            System.out.println(score.row(arg.substring(arg.lastIndexOf('/') + 1)));
            score.falsePositives.forEach(line -> lists.add("false positive  " + line));
            if (misses) {
                score.missed.forEach(line -> lists.add("missed  " + line));
            }
        }
        System.out.println(total.row("total"));
        lists.forEach(System.out::println);
    }

    private static Score score(Path file) throws IOException {
        Score score = new Score();
        try (Stream<String> lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines::iterator) {
                if (!line.isBlank()) {
                    score.count(JSON.readTree(line));
                }
            }
        }
        return score;
    }

    /** Counts of one file. */
    private static final class Score {

        static final String HEADER = String.format(
                Locale.ROOT,
                "%-26s %6s %9s %8s %5s %5s %9s %7s",
                "file",
                "tools",
                "read-only",
                "inferred",
                "true",
                "false",
                "precision",
                "recall");

        private int tools;
        private int readOnly;
        private int truePositives;
        private final List<String> falsePositives = new ArrayList<>();
        private final List<String> missed = new ArrayList<>();

        void count(JsonNode row) {
            JsonNode label = row.hasNonNull("read_only") ? row.get("read_only") : row.path("effect");
            if (label.isNull() || label.isMissingNode()) {
                return;
            }
            String tool = row.path("tool").asText(row.path("name").asText());
            String description = row.path("description").asText("");
            List<String> parameters = new ArrayList<>();
            row.path("parameters").fieldNames().forEachRemaining(parameters::add);
            boolean reads =
                    label.isBoolean() ? label.asBoolean() : label.asText().equals("read");
            boolean inferred = EffectInference.onlyReads(tool, description, parameters);
            tools++;
            readOnly += reads ? 1 : 0;
            truePositives += reads && inferred ? 1 : 0;
            if (reads != inferred) {
                String server = row.hasNonNull("server") ? row.get("server").asText() + "  " : "";
                String start = description.substring(0, Math.min(80, description.length()));
                (inferred ? falsePositives : missed).add(server + tool + "  " + start.replaceAll("\\s+", " "));
            }
        }

        void add(Score other) {
            tools += other.tools;
            readOnly += other.readOnly;
            truePositives += other.truePositives;
            falsePositives.addAll(other.falsePositives);
            missed.addAll(other.missed);
        }

        String row(String name) {
            int inferred = truePositives + falsePositives.size();
            return String.format(
                    Locale.ROOT,
                    "%-26s %6d %9d %8d %5d %5d %9s %7s",
                    name,
                    tools,
                    readOnly,
                    inferred,
                    truePositives,
                    falsePositives.size(),
                    percent(truePositives, inferred),
                    percent(truePositives, readOnly));
        }

        private static String percent(int part, int whole) {
            return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
        }
    }
}
