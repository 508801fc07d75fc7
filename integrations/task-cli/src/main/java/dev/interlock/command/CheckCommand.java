package dev.interlock.command;

import dev.interlock.effect.Access;
import dev.interlock.effect.file.EffectsEntry;
import dev.interlock.effect.file.EffectsFile;
import dev.interlock.learn.Coverage;
import dev.interlock.learn.KnownTool;
import dev.interlock.learn.ObservationLines;
import dev.interlock.learn.ObservedCall;
import dev.interlock.task.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares an effects file with observed calls. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description =
                "Lists observed calls that touched what their effects do not cover; exits with 1 if there are any.",
        footer = {
            "",
            "It checks the entry that speaks first for a tool, whatever its source. A tool without an entry is a"
                    + " barrier, or has effects elsewhere: it only counts such calls."
        })
final class CheckCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(arity = "1", paramLabel = "EFFECTS", description = "The effects file.")
    private Path effects = Path.of("");

    @Option(
            names = "--against",
            required = true,
            arity = "1..*",
            paramLabel = "OBSERVATIONS",
            description = "Observed calls or recorded traces, as JSON Lines.")
    private List<Path> observations = List.of();

    @Option(names = "--tools", paramLabel = "FILE", description = "The specifications of the tools; can be repeated.")
    private List<Path> toolFiles = List.of();

    private final Map<String, Optional<Coverage>> coverages = new HashMap<>();
    private final Map<String, KnownTool> tools = new HashMap<>();
    private int covered;
    private int uncovered;
    private int unsaid;

    @Override
    public Integer call() throws IOException {
        ToolFiles.known(toolFiles).forEach(tool -> tools.put(tool.name(), tool));
        EffectsFile file = EffectsFile.read(effects);
        for (Path each : observations) {
            ObservationLines.read(each, observed -> check(file, observed));
        }
        spec.commandLine()
                .getErr()
                .println("interlock: %d calls covered, %d not covered, %d of tools without effects"
                        .formatted(covered, uncovered, unsaid));
        return uncovered == 0 ? 0 : 1;
    }

    private void check(EffectsFile file, ObservedCall observed) {
        String tool = observed.call().tool();
        Coverage coverage =
                coverages.computeIfAbsent(tool, name -> coverage(file, name)).orElse(null);
        if (coverage == null) {
            unsaid++;
            return;
        }
        List<Access> missing = coverage.uncovered(observed.call(), observed.accesses());
        if (missing.isEmpty()) {
            covered++;
            return;
        }
        uncovered++;
        String touched = String.join(
                ", ", new TreeSet<>(missing.stream().map(Access::toString).toList()));
        spec.commandLine()
                .getOut()
                .println(Printable.text("%s%s %s, which is not covered by '%s'"
                        .formatted(
                                tool,
                                observed.call().arguments(),
                                touched,
                                speaking(file, tool).orElseThrow())));
    }

    private Optional<Coverage> coverage(EffectsFile file, String tool) {
        KnownTool known = tools.get(tool);
        return speaking(file, tool)
                .flatMap(EffectsEntry::effects)
                .map(said -> new Coverage(said, known == null ? Map.of() : known.parameters()));
    }

    private static Optional<EffectsEntry> speaking(EffectsFile file, String tool) {
        return file.entriesFor(tool).stream()
                .filter(entry -> entry.effects().isPresent())
                .findFirst();
    }
}
