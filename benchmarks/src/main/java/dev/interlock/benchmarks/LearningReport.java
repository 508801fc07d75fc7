package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.Effects;
import dev.interlock.learn.EffectLearner;
import dev.interlock.learn.KnownTool;
import dev.interlock.learn.Proposal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures learning: it learns effects from the keys that calls of half of the recorded tasks touched, and tries them
 * on the other half. For comparison it shows the best possible result, with the order that the keys demand, and the
 * result with nothing declared.
 */
public final class LearningReport extends Program {

    @Parameters(
            arity = "1",
            paramLabel = "TRACES",
            description = "recorded traces with the keys of each call, JSON Lines")
    private Path traces = Path.of("");

    @Option(names = "--tools", required = true, description = "the tools of the traces, JSON Lines")
    private Path toolsFile = Path.of("");

    @Option(
            names = "--splits",
            defaultValue = "20",
            description = "number of random splits of the tasks; default ${DEFAULT-VALUE}")
    private int splits;

    @Option(
            names = "--learn",
            defaultValue = "50",
            description = "percentage of the tasks to learn from; default ${DEFAULT-VALUE}")
    private int percent;

    @Option(names = "--seed", defaultValue = "1", description = "seed of the first split; default ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--proposals", description = "also print the proposals learnt from all rows together")
    private boolean proposals;

    @Mixin
    private final Bars bars = new Bars();

    private final Set<String> findings = new TreeSet<>();

    LearningReport() {}

    /**
     * Prints the report.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new LearningReport(), args);
    }

    @Override
    protected boolean report() throws IOException {
        Map<String, ToolRow> tools = readTools(toolsFile);
        List<LearningRow> rows = LearningRow.read(traces);
        List<String> tasks = new ArrayList<>(
                new TreeSet<>(rows.stream().map(LearningRow::task).toList()));
        System.out.printf(
                Locale.ROOT,
                "%s: %d tasks, %d batches, %d tools; %d splits, learnt from %d %% of the tasks, tried on the others%n",
                traces.getFileName(),
                tasks.size(),
                rows.size(),
                tools.size(),
                splits,
                percent);
        System.out.println("times are modelled: each call takes 20 ms, no limit, a batch takes its plan's longest way");
        LearningTotals nothing = new LearningTotals("nothing declared");
        LearningTotals learnt = new LearningTotals("learnt");
        for (int i = 0; i < splits; i++) {
            Collections.shuffle(tasks, new Random(seed + i));
            Set<String> half = new HashSet<>(tasks.subList(0, tasks.size() * percent / 100));
            List<LearningRow> tried =
                    rows.stream().filter(row -> !half.contains(row.task())).toList();
            List<LearningRow> seen =
                    rows.stream().filter(row -> half.contains(row.task())).toList();
            nothing.add(trial(tools, Map.of(), tried));
            learnt.add(trial(tools, claims(learn(tools, seen)), tried));
            Collections.sort(tasks);
        }
        System.out.println(LearningTotals.HEADER);
        System.out.println(learnt.ceiling());
        System.out.println(nothing);
        System.out.println(learnt);
        findings.forEach(System.out::println);
        if (proposals) {
            learn(tools, rows).forEach(LearningReport::print);
        }
        return bars.pass(learnt.isGood());
    }

    private LearningTrial trial(Map<String, ToolRow> tools, Map<String, Effects> learnt, List<LearningRow> tried) {
        LearningTrial trial = new LearningTrial(tools, learnt);
        tried.forEach(trial::count);
        if (!learnt.isEmpty()) {
            trial.uncovered.forEach(line -> findings.add("not covered   " + line));
            trial.uncoveredByInference.forEach(line -> findings.add("not inferred  " + line));
            trial.different.forEach(line -> findings.add("differs       " + line));
        }
        return trial;
    }

    /** An episode repeats the calls of its task's turns, which count only once. */
    private static List<Proposal> learn(Map<String, ToolRow> tools, List<LearningRow> seen) {
        Set<String> withEpisode = new HashSet<>();
        seen.stream().filter(LearningRow::isEpisode).forEach(row -> withEpisode.add(row.task()));
        EffectLearner learner = EffectLearner.of(tools.values().stream()
                        .map(tool -> new KnownTool(tool.name(), tool.description(), tool.parameters()))
                        .toList())
                .allIsWatched();
        seen.stream()
                .filter(row -> row.isEpisode() || !withEpisode.contains(row.task()))
                .forEach(row -> row.observed().forEach(learner::add));
        return learner.proposals();
    }

    private static Map<String, Effects> claims(List<Proposal> proposals) {
        Map<String, Effects> claims = new LinkedHashMap<>();
        proposals.forEach(proposal -> proposal.effects().ifPresent(effects -> claims.put(proposal.tool(), effects)));
        return claims;
    }

    private static void print(Proposal proposal) {
        System.out.printf(
                "%s: %s  (%s)%n",
                proposal.tool(), proposal.effects().map(Effects::toString).orElse("no claim"), proposal.reason());
        proposal.counterExamples().forEach(example -> System.out.println("    " + example));
    }

    private static Map<String, ToolRow> readTools(Path file) throws IOException {
        Map<String, ToolRow> tools = new LinkedHashMap<>();
        for (JsonNode row : JsonLines.read(file)) {
            ToolRow tool = ToolRow.of(row);
            tools.put(tool.name(), tool);
        }
        return tools;
    }
}
