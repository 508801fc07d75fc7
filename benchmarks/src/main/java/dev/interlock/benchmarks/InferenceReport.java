package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.benchmarks.ToolRow.Label;
import dev.interlock.effect.EffectInference;
import dev.interlock.effect.EffectInference.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures {@link EffectInference}. For labelled tools it reports precision, recall, and the tools with wrong answers.
 * For recorded responses of independent calls it reports the share that runs wholly in parallel with nothing declared.
 * Beside this stands the share that inference cannot exceed, since no inference frees a response with a write by label.
 *
 * <p>A row with {@code calls} is a response; its {@code tools} are objects, or names from one of the other files. Any
 * other row is a tool, see {@link ToolRow}. Its label is {@code read_only} (a boolean) or {@code effect} ({@code read},
 * {@code write}); a tool without a label gets no score.
 */
public final class InferenceReport extends Program {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "tools and responses as JSON Lines")
    private List<Path> paths = List.of();

    @Option(
            names = "--misses",
            description = "also list missed tools, and tools that keep responses from running" + " in parallel")
    private boolean misses;

    private InferenceReport() {}

    /**
     * Prints the report.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new InferenceReport(), args);
    }

    @Override
    protected boolean report() throws IOException {
        Map<String, List<JsonNode>> files = new LinkedHashMap<>();
        for (Path path : paths) {
            files.put(path.getFileName().toString(), JsonLines.read(path));
        }
        List<String> lists = new ArrayList<>();
        Map<String, ToolRow> tools = scoreTools(files, misses, lists);
        scoreResponses(files, tools, misses, lists);
        lists.forEach(System.out::println);
        return true;
    }

    private static boolean isResponse(JsonNode row) {
        return row.has("calls");
    }

    private static Map<String, ToolRow> scoreTools(
            Map<String, List<JsonNode>> files, boolean misses, List<String> lists) {
        Map<String, ToolRow> tools = new HashMap<>();
        Score total = new Score();
        System.out.println(Score.HEADER);
        files.forEach((name, rows) -> {
            List<JsonNode> ofTools =
                    rows.stream().filter(row -> !isResponse(row)).toList();
            if (ofTools.isEmpty()) {
                return;
            }
            Score score = new Score();
            for (JsonNode row : ofTools) {
                ToolRow tool = ToolRow.of(row);
                tools.put(tool.name(), tool);
                score.count(row, tool);
            }
            total.add(score);
            System.out.println(score.row(name));
            score.falsePositives.forEach(line -> lists.add("false positive  " + line));
            if (misses) {
                score.missed.forEach(line -> lists.add("missed  " + line));
            }
        });
        System.out.println(total.row("total"));
        return tools;
    }

    private static void scoreResponses(
            Map<String, List<JsonNode>> files, Map<String, ToolRow> tools, boolean misses, List<String> lists) {
        if (files.values().stream().flatMap(List::stream).noneMatch(InferenceReport::isResponse)) {
            return;
        }
        IndependentResponses total = new IndependentResponses(tools);
        System.out.println();
        System.out.println(IndependentResponses.header());
        files.forEach((name, rows) -> {
            if (rows.stream().noneMatch(InferenceReport::isResponse)) {
                return;
            }
            IndependentResponses responses = new IndependentResponses(tools);
            rows.stream().filter(InferenceReport::isResponse).forEach(responses::count);
            total.add(responses);
            System.out.println(responses.row(name));
            if (misses) {
                responses.holders().forEach(line -> lists.add("holds  " + name + "  " + line));
            }
        });
        System.out.println(total.row("total"));
    }

    /** The counts of one file. */
    private static final class Score {

        static final String HEADER = String.format(
                Locale.ROOT,
                "%-26s %6s %9s %8s %5s %5s %5s %9s %7s",
                "file",
                "tools",
                "read-only",
                "inferred",
                "pure",
                "true",
                "false",
                "precision",
                "recall");

        private int tools;
        private int readOnly;
        private int pure;
        private int truePositives;
        private final List<String> falsePositives = new ArrayList<>();
        private final List<String> missed = new ArrayList<>();

        void count(JsonNode row, ToolRow tool) {
            if (tool.label() == Label.NONE) {
                return;
            }
            boolean reads = tool.label() == Label.READ;
            Answer answer = tool.inferred();
            boolean inferred = answer != Answer.UNKNOWN;
            tools++;
            readOnly += reads ? 1 : 0;
            pure += answer == Answer.PURE ? 1 : 0;
            truePositives += reads && inferred ? 1 : 0;
            if (reads != inferred) {
                String server = row.hasNonNull("server") ? row.get("server").asText() + "  " : "";
                String start = tool.description()
                        .substring(0, Math.min(80, tool.description().length()));
                (inferred ? falsePositives : missed).add(server + tool.name() + "  " + start.replaceAll("\\s+", " "));
            }
        }

        void add(Score other) {
            tools += other.tools;
            readOnly += other.readOnly;
            pure += other.pure;
            truePositives += other.truePositives;
            falsePositives.addAll(other.falsePositives);
            missed.addAll(other.missed);
        }

        String row(String name) {
            int inferred = truePositives + falsePositives.size();
            return String.format(
                    Locale.ROOT,
                    "%-26s %6d %9d %8d %5d %5d %5d %9s %7s",
                    name,
                    tools,
                    readOnly,
                    inferred,
                    pure,
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
