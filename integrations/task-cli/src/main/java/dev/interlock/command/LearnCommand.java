package dev.interlock.command;

import dev.interlock.effect.Effects;
import dev.interlock.effect.file.EffectsEntry;
import dev.interlock.effect.file.EffectsFile;
import dev.interlock.learn.EffectLearner;
import dev.interlock.learn.ObservationLines;
import dev.interlock.learn.Proposal;
import dev.interlock.task.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Proposes effects from observed calls. */
@Command(
        name = "learn",
        mixinStandardHelpOptions = true,
        description = "Proposes effects from what observed calls touched.",
        footer = {"", "Learnt effects do not count until a person declares or accepts them."})
final class LearnCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "OBSERVATIONS",
            description = "Observed calls or recorded traces, as JSON Lines.")
    private List<Path> observations = List.of();

    @Option(names = "--tools", paramLabel = "FILE", description = "The specifications of the tools; can be repeated.")
    private List<Path> tools = List.of();

    @Option(
            names = "--all-watched",
            description = "Assumes that the observers miss no access of a tool, as in the recording of a simulator.")
    private boolean allWatched;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "effects.json",
            description = "The effects file that gets the entries; default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("");

    @Override
    public Integer call() throws IOException {
        EffectLearner learner = EffectLearner.of(ToolFiles.known(tools));
        if (allWatched) {
            learner.allIsWatched();
        }
        for (Path file : observations) {
            ObservationLines.read(file, learner::add);
        }
        EffectsFile file = Files.exists(output) ? EffectsFile.read(output) : EffectsFile.empty(output.toString());
        int entries = 0;
        List<Proposal> proposals = learner.proposals();
        for (Proposal proposal : proposals) {
            print(proposal);
            EffectsEntry entry = proposal.entry().orElse(null);
            if (entry != null) {
                file = file.with(entry);
                entries++;
            }
        }
        file.write(output);
        spec.commandLine()
                .getErr()
                .println("interlock: %d of %d tools learnt, see %s".formatted(entries, proposals.size(), output));
        return 0;
    }

    private void print(Proposal proposal) {
        PrintWriter out = spec.commandLine().getOut();
        String effects = proposal.effects().map(Effects::toString).orElse("no claim");
        out.println(Printable.text(proposal.tool() + ": " + effects + "  (" + proposal.reason() + ")"));
        proposal.counterExamples().forEach(example -> out.println("    " + Printable.text(example.toString())));
    }
}
