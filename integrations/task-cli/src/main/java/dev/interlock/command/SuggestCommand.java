package dev.interlock.command;

import dev.interlock.command.ToolFiles.SpecifiedTool;
import dev.interlock.effect.file.EffectsEntry;
import dev.interlock.effect.file.EffectsFile;
import dev.interlock.task.ModelOptions;
import dev.interlock.task.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a model for the effects of tools. */
@Command(
        name = "suggest",
        mixinStandardHelpOptions = true,
        description = "Asks a model which effects the tools have, from their specifications.",
        footer = {
            "",
            "Uses a model behind an API like OpenAI's: set OPENAI_API_KEY and, if needed, OPENAI_BASE_URL and"
                    + " OPENAI_MODEL.",
            "Its suggestions do not count until a person declares them."
        })
final class SuggestCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = "--tools",
            required = true,
            paramLabel = "FILE",
            description = "The specifications of the tools; can be repeated.")
    private List<Path> toolFiles = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "effects.json",
            description = "The effects file that gets the entries; default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("");

    @Mixin
    private final ModelOptions model;

    SuggestCommand(Map<String, String> environment) {
        this.model = new ModelOptions(environment);
    }

    @Override
    public Integer call() throws IOException {
        Suggestions suggestions = new Suggestions(model.chatModel(""));
        Collection<SpecifiedTool> tools = ToolFiles.read(toolFiles).values();
        EffectsFile file = Files.exists(output) ? EffectsFile.read(output) : EffectsFile.empty(output.toString());
        int suggested = 0;
        for (SpecifiedTool tool : tools) {
            try {
                EffectsEntry entry = suggestions.suggest(tool);
                file = file.with(entry);
                suggested++;
                spec.commandLine().getOut().println(Printable.text(entry.toString()));
            } catch (RuntimeException e) {
                // The next tool may succeed, and the answers so far cost money.
                String why = e instanceof IllegalArgumentException ? "refused: " : "not asked: ";
                tell(tool.tool().name() + ": " + why + e.getMessage());
            }
        }
        file.write(output);
        tell("%d of %d tools suggested, see %s".formatted(suggested, tools.size(), output));
        return suggested == tools.size() ? 0 : 1;
    }

    private void tell(String text) {
        spec.commandLine().getErr().println("interlock: " + Printable.text(text));
    }
}
