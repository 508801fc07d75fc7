package dev.interlock.command;

import dev.interlock.task.Printable;
import dev.interlock.task.Versions;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command for work beside a program that uses the library. */
@Command(
        name = "interlock",
        versionProvider = Versions.class,
        mixinStandardHelpOptions = true,
        description = "Learns, checks and suggests what tools read and write.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "  0:the command succeeded, and found nothing wrong",
            "  1:the command found something wrong, or failed",
            "  2:the command line is wrong, or there is no model"
        })
public final class InterlockCommand {

    private InterlockCommand() {}

    /**
     * Runs the command.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(System.getenv(), out, err, arguments));
    }

    static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine effects = new CommandLine(new EffectsCommand())
                .addSubcommand(new LearnCommand())
                .addSubcommand(new CheckCommand())
                .addSubcommand(new SuggestCommand(environment));
        return new CommandLine(new InterlockCommand())
                .addSubcommand(effects)
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((thrown, parsed) -> {
                    err.println("interlock: " + Printable.text(String.valueOf(thrown.getMessage())));
                    err.println("See --help.");
                    return 2;
                })
                .setExecutionExceptionHandler((thrown, command, parsed) -> {
                    err.println("interlock: " + Printable.text(text(thrown)));
                    return 1;
                })
                .execute(arguments);
    }

    /** Returns the failure in words. The messages of exceptions on files are only their paths. */
    private static String text(Throwable thrown) {
        String message = thrown.getMessage();
        return thrown instanceof java.io.IOException || message == null ? thrown.toString() : message;
    }
}
